// EIP-7702 authorisations: delegations that a set-code transaction puts into place before it runs.
#pragma once

#include "runtime/execution.hpp"
#include "runtime/tx/transaction.hpp"

namespace zvm::runtime {

/// The account whose key signed the authorisation; false where the signature is bad.
[[nodiscard]] bool recover_authority(const Authorization&, Address& authority);

/// Applies those that are valid, one after the other; the others are skipped. Refunds what accounts that
/// exist have paid too much. These changes stay even if the transaction's message fails.
[[nodiscard]] Status apply_authorizations(Execution&, std::span<const Authorization>);

} // namespace zvm::runtime
