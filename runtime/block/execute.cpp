#include "runtime/block/execute.hpp"

#include <algorithm>
#include <optional>

#include "runtime/block/access_list_builder.hpp"
#include "runtime/block/check_header.hpp"
#include "runtime/block/context.hpp"
#include "runtime/block/roots.hpp"
#include "runtime/block/system_calls.hpp"
#include "runtime/trie/state_root.hpp"
#include "runtime/tx/decode.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

/// Accounts and slots for which a block's gas limit must have so much (EIP-7928).
constexpr uint64_t kGasPerItem = 2000;

/// One block on its way through. A step returns Success and leaves result_.refusal for the block's
/// faults.
class BlockRun {
 public:
  BlockRun(Execution& execution, const BlockRequest& request, const BlockOptions& options,
           RunMessage run_message, AccessListBuilder* accesses, BlockResult& result)
      : x_(execution), block_(request.block), ancestors_(request.ancestors), options_(options),
        run_(run_message), accesses_(accesses), result_(result) {}

  [[nodiscard]] BlockError check_before();
  [[nodiscard]] Status run();
  [[nodiscard]] Status sum_up();
  [[nodiscard]] BlockError check_after() const;

 private:
  [[nodiscard]] bool is_refused() const { return result_.refusal != BlockError::None; }
  [[nodiscard]] bool can_be_read() const;
  [[nodiscard]] BlockError check_parent() const;
  [[nodiscard]] Status run_transactions();
  [[nodiscard]] Status finish();
  void next_step() {
    if (accesses_ != nullptr)
      accesses_->next_step();
  }

  Execution& x_;
  const Block& block_;
  std::span<const Ancestor> ancestors_;
  const BlockOptions& options_;
  RunMessage run_;
  AccessListBuilder* accesses_; ///< nullptr: the block has no access list
  BlockResult& result_;
};

BlockError BlockRun::check_parent() const {
  if (ancestors_.empty())
    return BlockError::UnknownParent;
  const gas::Schedule& schedule = *x_.evm;
  const BlockError e = check_header(block_.header, ancestors_.front().header, schedule);
  return e == BlockError::None ? check_ommers(block_, ancestors_, schedule) : e;
}

/// Whether all that the request views can be looked at.
bool BlockRun::can_be_read() const {
  return is_readable(ancestors_) && std::ranges::all_of(block_.transactions, is_readable<uint8_t>);
}

/// What can be said before anything runs.
BlockError BlockRun::check_before() {
  if (!can_be_read())
    return BlockError::MissingBytes;
  const gas::Schedule& schedule = *x_.evm;
  result_.subject = block_.withdrawals.has_value() != schedule.has(Rule::Withdrawals)
                        ? "withdrawals"
                        : misplaced_field(block_.header, schedule);
  if (!result_.subject.empty())
    return BlockError::HeaderFields;
  if (schedule.has(Rule::PrevRandao) && !block_.ommers.empty())
    return BlockError::OmmersHash;
  if (const auto most = static_cast<uint64_t>(schedule[Cost::MaxBlockSize]); most < INT64_MAX) {
    std::vector<uint8_t> bytes;
    RlpWriter writer{bytes};
    encode_block(block_, writer);
    if (bytes.size() > most)
      return BlockError::BlockSize;
  }
  return options_.check_parent ? check_parent() : BlockError::None;
}

Status BlockRun::run_transactions() {
  TransactionResult result;
  for (size_t i = 0; i < block_.transactions.size(); ++i) {
    DecodedTransaction decoded;
    result.refusal = decode_transaction(block_.transactions[i], *x_.evm, decoded);
    if (result.refusal == TxError::None) {
      ZVM_RETURN_UNLESS_SUCCESS(
          run_block_transaction(x_, decoded.tx, {}, run_, result_.progress, result));
    }
    if (result.refusal != TxError::None) {
      result_.refusal = BlockError::TransactionRefused;
      result_.transaction_refusal = result.refusal;
      result_.transaction = i;
      return Status::Success;
    }
    result_.progress.receipts.back().index = i;
    next_step();
  }
  return Status::Success;
}

/// What follows the transactions.
Status BlockRun::finish() {
  const gas::Schedule& schedule = *x_.evm;
  if (const int64_t reward = schedule[Cost::BlockReward]; reward > 0) {
    ZVM_RETURN_UNLESS_SUCCESS(pay_rewards(
        x_, block_.header.coinbase, U256{static_cast<uint64_t>(reward)}, ommer_shares(block_)));
  }
  if (block_.withdrawals) {
    ZVM_RETURN_UNLESS_SUCCESS(pay_withdrawals(x_, *block_.withdrawals));
  }
  if (!schedule.has(Rule::Requests))
    return Status::Success;
  if (!collect_deposits(result_.progress.receipts, options_.deposit_contract, result_.requests,
                        result_.refusal))
    return out_of_memory();
  return is_refused()
             ? Status::Success
             : call_block_end(x_, run_, result_.requests, result_.refusal, result_.subject);
}

Status BlockRun::run() {
  const BlockHeader& header = block_.header;
  const BlockStart start{header.parent_hash, header.parent_beacon_root.value_or(Bytes32{})};
  ZVM_RETURN_UNLESS_SUCCESS(call_block_start(x_, start, run_));
  next_step();
  if (const Status s = run_transactions(); s != Status::Success || is_refused())
    return s;
  return finish();
}

Status BlockRun::sum_up() {
  const std::span<const Receipt> receipts = result_.progress.receipts;
  result_.logs_bloom = block_bloom(receipts);
  result_.transactions_root = transactions_root(block_.transactions);
  result_.receipts_root = receipts_root(receipts);
  if (block_.withdrawals)
    result_.withdrawals_root = withdrawals_root(*block_.withdrawals);
  if (x_.evm->has(Rule::Requests))
    result_.requests_hash = requests_hash(result_.requests);
  if (accesses_ != nullptr) {
    result_.access_list = accesses_->take();
    result_.access_list_hash = access_list_hash(result_.access_list);
  }
  if (!options_.state_root)
    return Status::Success;
  StateRoot roots;
  const ReadStatus walked = roots.compute(*x_.store, result_.state_root);
  return walked == ReadStatus::Ok ? Status::Success
                                  : read_failed(*x_.store, walked, HostCause::Visit);
}

/// What the header says against what came of it.
BlockError BlockRun::check_after() const {
  const BlockHeader& header = block_.header;
  const struct {
    bool holds;
    BlockError error;
  } kClaims[] = {
      {header.gas_used == result_.progress.header_gas(), BlockError::GasUsed},
      {header.blob_gas_used.value_or(0) == result_.progress.blob_gas_used, BlockError::BlobGasUsed},
      {header.transactions_root == result_.transactions_root, BlockError::TransactionsRoot},
      {header.receipts_root == result_.receipts_root, BlockError::ReceiptsRoot},
      {header.logs_bloom == result_.logs_bloom, BlockError::LogsBloom},
      {header.withdrawals_root.value_or(Bytes32{}) == result_.withdrawals_root,
       BlockError::WithdrawalsRoot},
      {header.requests_hash.value_or(Bytes32{}) == result_.requests_hash, BlockError::RequestsHash},
      {header.access_list_hash.value_or(Bytes32{}) == result_.access_list_hash,
       BlockError::AccessListHash},
      {item_count(result_.access_list) <= header.gas_limit / kGasPerItem ||
           result_.access_list.empty(),
       BlockError::AccessListSize},
      {!options_.state_root || header.state_root == result_.state_root, BlockError::StateRoot},
  };
  for (const auto& claim : kClaims) {
    if (!claim.holds)
      return claim.error;
  }
  return BlockError::None;
}

/// Puts back what an execution had before a block was run with it.
class SavedSurroundings {
 public:
  explicit SavedSurroundings(Execution& execution)
      : execution_(execution), store_(execution.store), recorder_(execution.recorder),
        block_(execution.block), tx_(execution.tx) {}
  SavedSurroundings(const SavedSurroundings&) = delete;
  SavedSurroundings& operator=(const SavedSurroundings&) = delete;
  ~SavedSurroundings() {
    execution_.store = store_;
    execution_.recorder = recorder_;
    execution_.block = block_;
    execution_.tx = tx_;
    // The journal must not look into the block's own layer any more.
    execution_.journal.clear();
  }
  [[nodiscard]] const BlockContext& block() const { return block_; }

 private:
  Execution& execution_;
  StateStore* store_;
  StateRecorder* recorder_;
  BlockContext block_;
  TxContext tx_;
};

} // namespace

Status execute_block(Execution& execution, const BlockRequest& request, const BlockOptions& options,
                     RunMessage run, BlockResult& result) {
  result = {};
  StateStore& store = *execution.store;
  std::optional<AccessListBuilder> accesses;
  if (execution.evm->has(Rule::BlockAccessLists))
    accesses.emplace(execution.recorder);
  AccessListBuilder* const builder = accesses ? &*accesses : nullptr;
  WatchedLayer layer{&store, builder};
  const SavedSurroundings saved{execution};
  BlockRun block{execution, request, options, run, builder, result};
  result.refusal = block.check_before();
  if (result.refusal != BlockError::None)
    return Status::Success;
  execution.store = &layer;
  if (builder != nullptr)
    execution.recorder = builder;
  execution.block = block_context(request.block.header, *execution.evm, saved.block());
  if (const Status s = block.run(); s != Status::Success || result.refusal != BlockError::None)
    return s;
  ZVM_RETURN_UNLESS_SUCCESS(block.sum_up());
  if (options.check_results)
    result.refusal = block.check_after();
  if (result.refusal != BlockError::None)
    return Status::Success;
  if (!layer.diff(result.diff))
    return out_of_memory();
  return options.commit ? apply(store, result.diff) : Status::Success;
}

} // namespace zvm::runtime
