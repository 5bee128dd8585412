// Whether a transaction may run at all.
#pragma once

#include "runtime/execution.hpp"
#include "runtime/tx/execute.hpp"
#include "runtime/tx/intrinsic.hpp"

namespace zvm::runtime {

/// What validation works out on the way.
struct TransactionCosts {
  IntrinsicGas intrinsic;
  U256 gas_price;    ///< effective, wei
  U256 priority_fee; ///< of it the coinbase's
  U256 fees;         ///< gas limit times gas price and the blob fee: to be taken at first, wei
};

/// What can be said without the sender's account, in the order of the specification.
[[nodiscard]] TxError check_transaction(const Execution&, const Transaction&, const TxChecks&,
                                        TransactionCosts&);
/// The rest; `sender` has its code loaded.
[[nodiscard]] TxError check_sender(const Execution&, const Transaction&, const TxChecks&,
                                   const Account& sender);

} // namespace zvm::runtime
