#include "cli/t8n/transition.hpp"

#include "base/host_failure.hpp"
#include "cli/tracing.hpp"
#include "runtime/block/access_list_builder.hpp"
#include "runtime/call/address.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/tx/decode.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

/// Hashes of earlier blocks as far as they are given.
struct KnownHashes {
  const std::map<uint64_t, Bytes32>& hashes;
  std::optional<uint64_t> missing{};

  static Status look_up(void* user, uint64_t number, Bytes32& out) {
    auto& self = *static_cast<KnownHashes*>(user);
    const auto found = self.hashes.find(number);
    if (found == self.hashes.end()) {
      self.missing = number;
      return Status::HostError;
    }
    out = found->second;
    return Status::Success;
  }
};

/// In words that drivers know, and ours.
std::string text_of(BlockError refusal) {
  const std::string text{info(refusal).text};
  switch (refusal) {
  case BlockError::DepositLayout:
    return "failed to parse deposit logs: " + text;
  case BlockError::SystemCallFailed:
    return "system call failed to execute: " + text;
  case BlockError::SystemContractEmpty:
    return "system contract empty: " + text;
  default:
    return text;
  }
}

class Transition {
 public:
  Transition(Execution& execution, TransitionInput& input, TraceFiles& traces,
             AccessListBuilder* accesses)
      : x_(execution), input_(input), traces_(traces), accesses_(accesses),
        hashes_{input.env.block_hashes} {
    x_.block = input.env.context;
    x_.block.chain_id = input.chain_id;
    x_.block.block_hash = KnownHashes::look_up;
    x_.block.block_hash_user = &hashes_;
  }

  TransitionResult run();

 private:
  /// A host outcome cannot be part of a result.
  void require(Status status) {
    if (status == Status::Success)
      return;
    if (hashes_.missing) {
      throw UsageError("BLOCKHASH asked for block " + std::to_string(*hashes_.missing) +
                       ", of which the env has no hash");
    }
    settle_host_failure(status);
    throw UsageError("the host failed: " + host_failure().message());
  }
  /// The protocol calls nothing and asks nothing there.
  [[nodiscard]] bool is_genesis() const { return x_.block.number == 0; }
  void run_transaction(size_t index);
  void next_step() {
    if (accesses_ != nullptr)
      accesses_->next_step();
  }
  void reject(size_t index, std::string error, std::optional<Bytes32> hash) {
    result_.rejected.push_back({index, std::move(error), hash});
  }
  void finish();

  Execution& x_;
  TransitionInput& input_;
  TraceFiles& traces_;
  AccessListBuilder* accesses_; ///< nullptr: the block has no access list
  KnownHashes hashes_;
  TransitionResult result_;
};

void Transition::run_transaction(size_t index) {
  const GivenTransaction& given = input_.transactions[index];
  if (!given.unreadable.empty())
    return reject(index, given.unreadable, {});
  DecodedTransaction decoded;
  const Transaction& tx = decoded.tx;
  if (const TxError error = decode_transaction(given.bytes, *x_.evm, decoded);
      error != TxError::None)
    return reject(index, std::string{refusal_words(error)}, keccak256(given.bytes));
  if (tx.type == TxType::Blob && !input_.env.excess_blob_gas && x_.evm->has(gas::Rule::Blobs))
    return reject(index, "blob tx used but field env.ExcessBlobGas missing", tx.hash);

  TransactionResult outcome;
  Status status = Status::Success;
  {
    const Tracing tracing{x_, traces_.begin(result_.progress.receipts.size(), tx.hash)};
    status = run_block_transaction(x_, tx, {}, run_message, result_.progress, outcome);
  }
  traces_.end(outcome.refusal != TxError::None);
  require(status);
  if (outcome.refusal != TxError::None) {
    if (accesses_ != nullptr)
      accesses_->drop_step();
    return reject(index, refusal_text(outcome.refusal, tx), tx.hash);
  }
  next_step();
  result_.progress.receipts.back().index = result_.included.size();
  result_.included.push_back(
      {given.bytes, tx.is_create ? create_address(tx.sender, tx.nonce) : Address{}});
}

/// What follows the transactions.
void Transition::finish() {
  if (input_.reward) {
    require(pay_rewards(x_, x_.block.coinbase, *input_.reward, input_.env.ommers));
    // Blocks with an access list pay none, and drivers ask for a reward of 0 all the same.
    if (accesses_ != nullptr)
      accesses_->drop_step();
  }
  if (input_.env.withdrawals)
    require(pay_withdrawals(x_, *input_.env.withdrawals));
  if (is_genesis() || !x_.evm->has(gas::Rule::Requests))
    return;
  BlockError refusal = BlockError::None;
  std::string_view contract;
  if (!collect_deposits(result_.progress.receipts, kDepositContract, result_.requests, refusal))
    require(out_of_memory());
  if (refusal == BlockError::None)
    require(call_block_end(x_, run_message, result_.requests, refusal, contract));
  if (refusal != BlockError::None)
    result_.block_exception =
        text_of(refusal) + (contract.empty() ? "" : " It is " + std::string{contract} + ".");
}

TransitionResult Transition::run() {
  clear_host_failure();
  if (!is_genesis())
    require(call_block_start(x_, input_.env.start, run_message));
  next_step();
  for (size_t i = 0; i < input_.transactions.size(); ++i)
    run_transaction(i);
  finish();
  if (accesses_ != nullptr)
    result_.access_list = accesses_->take();
  return std::move(result_);
}

} // namespace

TransitionResult run_transition(Transactor& transactor, MemoryStore& state, TransitionInput& input,
                                TraceFiles& traces) {
  Execution& execution = transactor.prepare(Fork{input.fork.revision, input.fork.blobs});
  std::optional<AccessListBuilder> accesses;
  if (execution.evm->has(gas::Rule::BlockAccessLists))
    accesses.emplace(nullptr);
  AccessListBuilder* const builder = accesses ? &*accesses : nullptr;
  WatchedLayer layer{&state, builder};
  execution.store = &layer;
  execution.recorder = builder;
  TransitionResult result = Transition{execution, input, traces, builder}.run();
  execution.recorder = nullptr;
  StateDiff changes;
  if (!layer.diff(changes) || !state.apply(changes))
    throw std::runtime_error("out of memory");
  return result;
}

} // namespace zvm::cli
