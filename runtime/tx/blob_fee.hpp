// The price of blob gas (EIP-4844).
#pragma once

#include "base/types.hpp"

namespace zvm::runtime {

/// Blob base fee of a block whose parents are over their target by `excess` blob gas, in wei a blob gas.
/// `fraction` is Cost::BlobFraction. Saturates: beyond 2^200 wei nobody can pay.
[[nodiscard]] U256 blob_base_fee(uint64_t excess, uint64_t fraction);

} // namespace zvm::runtime
