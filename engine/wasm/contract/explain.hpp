// Why a module is no contract, at more length than deploying it needs: the text for who wrote it.
#pragma once

#include "engine/wasm/contract/contract.hpp"

namespace zvm::engine::wasm {

/// What Contract::load refused `bytes` with under these rules, and the import or the function in
/// which it stands. Looks at the module a second time.
[[nodiscard]] std::string explain(ByteView bytes, const ContractRules& rules, const Error& refusal);

} // namespace zvm::engine::wasm
