// What a transition tool gives back, in JSON as go-ethereum writes it.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/t8n/transition.hpp"

namespace zvm::cli {

/// {address: {code, storage, balance, nonce}}; what is empty or zero is left out, but for the
/// balance. Throws std::runtime_error where the store cannot be walked.
[[nodiscard]] nlohmann::ordered_json alloc_json(runtime::StateStore&);

/// Roots, receipts, refusals, and the fields of the header that follow.
[[nodiscard]] nlohmann::ordered_json result_json(runtime::StateStore&, const TransitionInput&,
                                                 const TransitionResult&);

} // namespace zvm::cli
