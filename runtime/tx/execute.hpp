// Transactions: refused by exact reason, or prepared, run and settled.
//
// execute_transaction does all of it. The steps are there for callers that suspend a run, or that run
// the message by other means: prepare, run the message, settle.
#pragma once

#include <span>

#include "base/vec.hpp"
#include "runtime/execution.hpp"
#include "runtime/message.hpp"
#include "runtime/state/store.hpp"
#include "runtime/state_gas.hpp"
#include "runtime/tx/transaction.hpp"
#include "runtime/tx/tx_error.hpp"

namespace zvm::runtime {

/// Runs a message to its end (see call/). Anything but Success is an outcome that is no contract's
/// doing; the contract's own stands in the result.
using RunMessage = Status (*)(Execution&, const Message&, MessageResult&);

/// Checks that can be switched off: for calls that only ask (eth_call), for replays out of order.
struct TxChecks {
  bool nonce = true;   ///< off: any nonce will do
  bool balance = true; ///< off: no fees are paid; the value must be there all the same
  bool fees = true;    ///< off: fees below the base fees will do
  bool chain_id = true;
  bool sender_code = true; ///< EIP-3607
  bool block_gas = true;   ///< gas and blob gas limits of the block, and EIP-7825
};

struct TxOptions {
  TxChecks checks{};
  bool commit = true; ///< apply the changes to the store
};

/// What settles a transaction, known once it is prepared.
struct PreparedTransaction {
  /// Not Success: its message is not run, and this is how it has ended, without gas left (EIP-2780).
  Status begun = Status::Success;
  Message message;
  StateGas state_gas;      ///< of the transaction, of which the message has what is left
  int64_t new_account = 0; ///< state gas for the recipient; back where the message fails
  U256 gas_price;          ///< effective, wei
  U256 priority_fee;       ///< of it the coinbase's, wei a gas
  uint64_t gas_limit = 0;
  int64_t floor = 0; ///< gas
  bool pays = true;
};

/// Whoever fills it resets it first, so that nothing is left of an earlier one.
struct TransactionResult {
  TxError refusal = TxError::None; ///< if not None the status is NotRun, and nothing below is meant
  /// Outcome of the message; NotRun where there was none, and where the host failed what it failed with.
  Status status = Status::NotRun;
  int64_t gas_used = 0; ///< what is paid for: of both dimensions, after refunds, at least the floor
  int64_t gas_refunded = 0; ///< what has been taken off; state gas that came back is none of it
  // What it takes of a block's room (EIP-7778, EIP-8037). From Amsterdam on, unless the floor is more than the
  // execution gas, gas_used + gas_refunded = regular_gas_used + state_gas_used. Before, regular_gas_used = gas_used.
  int64_t regular_gas_used = 0; ///< execution gas before refunds, at least the floor
  int64_t state_gas_used = 0;   ///< state gas, less what came back of it; 0 before Amsterdam
  Address created;              ///< creates that succeeded
  Buffer output;
  /// The logs stand in Execution::journal until the next transaction.
  StateDiff diff;
  DeferredCommitments deferred; ///< of the hashes its contracts have deferred
  Vec<Bytes32> nullifiers; ///< of the registers they have consumed (resource/), in ascending order

  /// Nothing has been run. Memory is kept.
  void clear();
};

/// Finds the code of a call from outside: where the recipient's account designates another, that one's (EIP-7702).
[[nodiscard]] Status resolve_code(Execution&, Message&);

/// Success: `prepared` is filled, or `refusal` says why not. HostError, Suspended: the store failed,
/// memory ran out, or a read is pending; try again from the start.
[[nodiscard]] Status prepare_transaction(Execution&, const Transaction&, const TxChecks&,
                                         PreparedTransaction&, TxError& refusal);
/// Refunds, fees, and the changes as a whole. Takes the output out of `message_result`.
[[nodiscard]] Status settle_transaction(Execution&, const PreparedTransaction&,
                                        MessageResult& message_result, TransactionResult&);

/// Success: `result` is what happened, and the store has it (if options.commit). Anything else: the
/// host failed, nothing is committed, and `result` has that status and nothing more.
[[nodiscard]] Status execute_transaction(Execution&, const Transaction&, const TxOptions&,
                                         RunMessage, TransactionResult&);

} // namespace zvm::runtime
