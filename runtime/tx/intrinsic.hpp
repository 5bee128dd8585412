// What a transaction pays before anything runs.
#pragma once

#include "gas/schedule.hpp"
#include "runtime/tx/transaction.hpp"

namespace zvm::runtime {

/// In gas; saturates at INT64_MAX.
struct IntrinsicGas {
  int64_t charged = 0; ///< taken from the gas limit
  int64_t floor = 0;   ///< least that the transaction pays in the end (EIP-7623); 0: none
};

[[nodiscard]] IntrinsicGas intrinsic_gas(const gas::Schedule&, const Transaction&);

/// Whether it has more than Cost::TxMaxGas of what that bounds: of its gas limit (EIP-7825), or, where what is over the cap
/// pays for state (EIP-8037), of the gas that it pays in any case.
[[nodiscard]] bool is_over_cap(const gas::Schedule&, const Transaction&, const IntrinsicGas&);

} // namespace zvm::runtime
