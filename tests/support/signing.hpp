// Signs what only authorities sign: delegations.
#pragma once

#include "runtime/tx/transaction.hpp"

namespace zvm::test {

/// Fills in the signature (EIP-7702) by the key, which must be one.
void sign(runtime::Authorization& authorization, const Bytes32& secret_key);

} // namespace zvm::test
