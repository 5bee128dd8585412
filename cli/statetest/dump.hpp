// A whole state as JSON, as go-ethereum's tools dump it.
#pragma once

#include <nlohmann/json.hpp>

#include "base/types.hpp"
#include "runtime/state/store.hpp"

namespace zvm::cli {

/// {"root", "accounts": {address: {balance, nonce, root, codeHash, code, storage, address, key}}};
/// balances are decimal, values of slots have no 0x and no leading zeros. Throws std::runtime_error
/// where the store cannot be walked.
[[nodiscard]] nlohmann::ordered_json dump_state(runtime::StateStore&, const Bytes32& root);

} // namespace zvm::cli
