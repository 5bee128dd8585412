// The price of blob gas (EIP-4844).
#pragma once

#include "base/types.hpp"
#include "gas/schedule.hpp"
#include "runtime/tx/transaction.hpp"

namespace zvm::runtime {

/// Blob base fee of a block whose parents are over their target by `excess` blob gas, in wei a blob gas.
/// `fraction` is Cost::BlobFraction. Saturates: beyond 2^200 wei nobody can pay.
[[nodiscard]] U256 blob_base_fee(uint64_t excess, uint64_t fraction);

/// Blob gas of the transaction's blobs.
[[nodiscard]] uint64_t blob_gas(const gas::Schedule&, const Transaction&);
/// Most blob gas that the transactions of a block have together.
[[nodiscard]] uint64_t max_blob_gas(const gas::Schedule&);

} // namespace zvm::runtime
