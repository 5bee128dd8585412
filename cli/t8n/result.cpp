#include "cli/t8n/result.hpp"

#include "cli/fixtures/fixture.hpp"
#include "runtime/block/roots.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/trie/state_root.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;
using nlohmann::ordered_json;

/// Stands for the hash of a block that is being made.
constexpr Bytes32 kNoBlockHash{{0x13, 0x37}};

std::string hex(uint64_t number) { return to_hex(U256{number}); }

class AllocVisitor final : public StateVisitor {
 public:
  explicit AllocVisitor(StateStore& store) : store_(store) {}

  bool begin_account(const Address& address, const AccountRecord& record) override {
    address_ = address;
    record_ = record;
    storage_ = ordered_json::object();
    return true;
  }
  bool slot(const U256& key, const U256& value) override {
    storage_[to_text(to_bytes32(key))] = to_text(to_bytes32(value));
    return true;
  }
  bool kv(ByteView, ByteView) override { return true; }
  bool end_account() override {
    ByteView code;
    if (store_.read_code(address_, record_.code_hash, code) != ReadStatus::Ok)
      return false;
    ordered_json& out = accounts_[to_text(address_)];
    if (!code.empty())
      out["code"] = to_text(code);
    if (!storage_.empty())
      out["storage"] = std::move(storage_);
    out["balance"] = to_hex(record_.balance);
    if (record_.nonce != 0)
      out["nonce"] = hex(record_.nonce);
    return true;
  }
  [[nodiscard]] ordered_json take() { return std::move(accounts_); }

 private:
  StateStore& store_;
  Address address_{};
  AccountRecord record_{};
  ordered_json storage_;
  ordered_json accounts_ = ordered_json::object();
};

/// Keccak-256 of the list of all logs.
Bytes32 hash_logs(std::span<const Receipt> receipts) {
  std::vector<uint8_t> bytes;
  RlpWriter out{bytes};
  const size_t list = out.begin_list();
  for (const Receipt& receipt : receipts)
    encode_logs(receipt.logs, out);
  out.end_list(list);
  return keccak256(bytes);
}

ordered_json log_json(const LogView& log, const Receipt& receipt, const BlockContext& block,
                      size_t place) {
  ordered_json topics = ordered_json::array();
  for (const U256& topic : log.topics)
    topics.push_back(to_text(to_bytes32(topic)));
  return {{"address", to_text(log.address)},
          {"topics", std::move(topics)},
          {"data", to_text(log.data)},
          {"blockNumber", hex(block.number)},
          {"transactionHash", to_text(receipt.transaction_hash)},
          {"transactionIndex", hex(receipt.index)},
          {"blockHash", to_text(kNoBlockHash)},
          {"blockTimestamp", hex(block.timestamp)},
          {"logIndex", hex(place)},
          {"removed", false}};
}

/// Of a transaction: what it takes of the block's room for either gas (EIP-8037), and what was
/// refunded.
void add_dimensions(ordered_json& out, const Receipt& receipt) {
  out["regularGasUsed"] = hex(receipt.regular_gas_used);
  out["stateGasUsed"] = hex(receipt.state_gas_used);
  out["gasRefund"] = hex(receipt.gas_refunded);
}

ordered_json receipt_json(const Receipt& receipt, const Address& created, const BlockContext& block,
                          bool has_state_gas, size_t& logs_before) {
  ordered_json logs = ordered_json::array();
  for (size_t i = 0; i < receipt.logs.size(); ++i)
    logs.push_back(log_json(receipt.logs[i], receipt, block, logs_before++));
  ordered_json out;
  out["type"] = hex(static_cast<uint8_t>(receipt.type));
  out["root"] = receipt.has_status ? "0x" : to_text(receipt.state_root);
  out["status"] = hex(uint64_t{receipt.succeeded});
  out["cumulativeGasUsed"] = hex(receipt.cumulative_gas);
  out["logsBloom"] = to_text(ByteView{receipt.logs_bloom});
  out["logs"] = std::move(logs);
  out["transactionHash"] = to_text(receipt.transaction_hash);
  out["contractAddress"] = to_text(created);
  out["gasUsed"] = hex(receipt.gas_used);
  if (has_state_gas)
    add_dimensions(out, receipt);
  out["effectiveGasPrice"] = to_hex(receipt.gas_price);
  if (receipt.type == TxType::Blob) {
    out["blobGasUsed"] = hex(receipt.blob_gas_used);
    out["blobGasPrice"] = to_hex(block.blob_base_fee);
  }
  out["blockHash"] = to_text(kNoBlockHash);
  out["blockNumber"] = hex(block.number);
  out["transactionIndex"] = hex(receipt.index);
  return out;
}

ordered_json receipts_json(const TransitionInput& input, const TransitionResult& result) {
  ordered_json list = ordered_json::array();
  size_t logs = 0;
  for (size_t i = 0; i < result.included.size(); ++i)
    list.push_back(receipt_json(result.progress.receipts[i], result.included[i].created,
                                input.env.context, input.schedule.has(gas::Rule::StateGas), logs));
  return list;
}

ordered_json rejected_json(const TransitionResult& result) {
  ordered_json list = ordered_json::array();
  for (const RejectedTransaction& one : result.rejected) {
    ordered_json entry{{"index", one.index}, {"error", one.error}};
    if (one.hash)
      entry["hash"] = to_text(*one.hash);
    list.push_back(std::move(entry));
  }
  return list;
}

} // namespace

ordered_json alloc_json(StateStore& store) {
  AllocVisitor visitor{store};
  if (store.visit(visitor) != ReadStatus::Ok)
    throw std::runtime_error("the state cannot be walked");
  return visitor.take();
}

ordered_json result_json(StateStore& store, const TransitionInput& input,
                         const TransitionResult& result) {
  const gas::Schedule& schedule = input.schedule;
  const BlockEnv& env = input.env;
  const std::span<const Receipt> receipts = result.progress.receipts;
  std::vector<ByteView> included;
  for (const IncludedTransaction& tx : result.included)
    included.push_back(tx.bytes);
  StateRoot roots;
  Bytes32 root;
  if (roots.compute(store, root) != ReadStatus::Ok)
    throw std::runtime_error("the state cannot be walked");

  ordered_json out;
  out["stateRoot"] = to_text(root);
  out["txRoot"] = to_text(transactions_root(included));
  out["receiptsRoot"] = to_text(receipts_root(receipts));
  out["logsHash"] = to_text(hash_logs(receipts));
  out["logsBloom"] = to_text(ByteView{block_bloom(receipts)});
  out["receipts"] = receipts_json(input, result);
  if (!result.rejected.empty())
    out["rejected"] = rejected_json(result);
  out["currentDifficulty"] =
      schedule.has(gas::Rule::PrevRandao) ? ordered_json{} : ordered_json(to_hex(env.difficulty));
  out["gasUsed"] = hex(result.progress.header_gas());
  if (schedule.has(gas::Rule::StateGas)) {
    out["regularGasUsed"] = hex(result.progress.gas_used);
    out["stateGasUsed"] = hex(result.progress.state_gas_used);
  }
  if (schedule.has(gas::Rule::FeeMarket))
    out["currentBaseFee"] = to_hex(env.context.base_fee);
  if (env.withdrawals)
    out["withdrawalsRoot"] = to_text(withdrawals_root(*env.withdrawals));
  if (env.excess_blob_gas) {
    out["currentExcessBlobGas"] = hex(*env.excess_blob_gas);
    out["blobGasUsed"] = hex(result.progress.blob_gas_used);
  }
  if (schedule.has(gas::Rule::Requests)) {
    out["requestsHash"] = to_text(requests_hash(result.requests));
    ordered_json& requests = out["requests"] = ordered_json::array();
    for (const Buffer& request : result.requests)
      requests.push_back(to_text(request.view()));
  }
  if (result.access_list) {
    std::vector<uint8_t> bytes;
    RlpWriter writer{bytes};
    encode_access_list(*result.access_list, writer);
    out["blockAccessList"] = to_text(ByteView{bytes});
    out["blockAccessListHash"] = to_text(access_list_hash(*result.access_list));
  }
  if (!result.block_exception.empty())
    out["blockException"] = result.block_exception;
  return out;
}

} // namespace zvm::cli
