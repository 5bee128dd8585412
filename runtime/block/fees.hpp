// What a block's base fee and excess of blob gas must be, from its parent.
#pragma once

#include "gas/schedule.hpp"
#include "runtime/block/header.hpp"

namespace zvm::runtime {

/// Base fee in wei a gas (EIP-1559); where the parent has none, the one that fee markets begin with.
[[nodiscard]] U256 next_base_fee(const BlockHeader& parent);

/// What the excess depends on; all is zero where the parent has no blob gas.
struct ParentBlobGas {
  uint64_t excess = 0; ///< blob gas
  uint64_t used = 0;   ///< blob gas
  U256 base_fee{};     ///< wei a gas
};
[[nodiscard]] ParentBlobGas blob_gas_of(const BlockHeader& parent);
/// Excess blob gas (EIP-4844, EIP-7918) under the schedule of the block itself; saturates.
[[nodiscard]] uint64_t next_excess_blob_gas(const ParentBlobGas& parent, const gas::Schedule&);

} // namespace zvm::runtime
