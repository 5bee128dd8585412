#include "cli/conformance/payload.hpp"

#include <algorithm>

#include "cli/fixtures/fixture.hpp"
#include "runtime/block/requests.hpp"
#include "runtime/block/roots.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/tx/decode.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

/// Parameters of the call.
enum Parameter : size_t { kPayload, kBlobHashes, kBeaconRoot, kRequests };

template <size_t kSize>
std::array<uint8_t, kSize> read_fixed(const JsonView& view) {
  const std::vector<uint8_t> bytes = read_bytes(view);
  if (bytes.size() != kSize)
    view.refuse(std::to_string(kSize) + " bytes are expected, not " + std::to_string(bytes.size()));
  std::array<uint8_t, kSize> result;
  std::ranges::copy(bytes, result.begin());
  return result;
}

Bloom read_bloom(const JsonView& view) { return read_fixed<std::tuple_size_v<Bloom>>(view); }

template <typename T, typename Read>
std::optional<T> read_later(const JsonView& object, const char* key, Read read) {
  return object.has(key) ? std::optional<T>{read(object.at(key))} : std::nullopt;
}

Bytes32 read_requests_hash(const JsonView& list) {
  Requests requests;
  for (const JsonView one : list.elements()) {
    if (!requests.emplace_back().try_append(read_bytes(one)))
      throw std::runtime_error("out of memory");
  }
  return requests_hash(requests);
}

/// What the names of fields are in payloads. What a payload leaves out is as it is from Paris on.
BlockHeader header_of(const JsonView& payload) {
  BlockHeader header;
  header.parent_hash = read_bytes32(payload.at("parentHash"));
  header.ommers_hash = kNoOmmersHash;
  header.coinbase = read_address(payload.at("feeRecipient"));
  header.state_root = read_bytes32(payload.at("stateRoot"));
  header.receipts_root = read_bytes32(payload.at("receiptsRoot"));
  header.logs_bloom = read_bloom(payload.at("logsBloom"));
  header.number = read_u64(payload.at("blockNumber"));
  header.gas_limit = read_u64(payload.at("gasLimit"));
  header.gas_used = read_u64(payload.at("gasUsed"));
  header.timestamp = read_u64(payload.at("timestamp"));
  header.extra_data = read_bytes(payload.at("extraData"));
  header.prev_randao = read_bytes32(payload.at("prevRandao"));
  header.base_fee = read_word(payload.at("baseFeePerGas"));
  header.blob_gas_used = read_later<uint64_t>(payload, "blobGasUsed", read_u64);
  header.excess_blob_gas = read_later<uint64_t>(payload, "excessBlobGas", read_u64);
  header.access_list_hash = read_later<Bytes32>(
      payload, "blockAccessList", [](const JsonView& list) { return keccak256(read_bytes(list)); });
  header.slot_number = read_later<uint64_t>(payload, "slotNumber", read_u64);
  return header;
}

/// Of all transactions, one behind the other. A transaction that cannot be read has none; the block
/// is refused for it.
std::vector<Bytes32> blob_hashes_of(const Block& block) {
  // All types are known to the last revision; whether they may stand in this block is the block's
  // business.
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  std::vector<Bytes32> hashes;
  DecodedTransaction decoded;
  for (const ByteView bytes : block.transactions) {
    if (decode_transaction(bytes, schedule, decoded) == TxError::None)
      hashes.insert(hashes.end(), decoded.tx.blob_hashes.begin(), decoded.tx.blob_hashes.end());
  }
  return hashes;
}

std::vector<Bytes32> read_hashes(const JsonView& list) {
  std::vector<Bytes32> hashes;
  for (const JsonView hash : list.elements())
    hashes.push_back(read_bytes32(hash));
  return hashes;
}

} // namespace

Payload read_payload(const JsonView& params) {
  const JsonView payload = params.at(size_t{kPayload});
  Block block;
  block.header = header_of(payload);
  block.withdrawals = read_later<std::vector<Withdrawal>>(payload, "withdrawals", read_withdrawals);
  if (block.withdrawals)
    block.header.withdrawals_root = withdrawals_root(*block.withdrawals);
  if (params.size() > kBeaconRoot)
    block.header.parent_beacon_root = read_bytes32(params.at(size_t{kBeaconRoot}));
  if (params.size() > kRequests)
    block.header.requests_hash = read_requests_hash(params.at(size_t{kRequests}));
  std::vector<std::vector<uint8_t>> transactions;
  for (const JsonView transaction : payload.at("transactions").elements())
    transactions.push_back(read_bytes(transaction));
  block.transactions.assign(transactions.begin(), transactions.end());
  block.header.transactions_root = transactions_root(block.transactions);

  Payload result;
  RlpWriter writer{result.bytes};
  encode_block(block, writer);
  result.is_consistent = header_hash(block.header) == read_bytes32(payload.at("blockHash")) &&
                         (params.size() <= kBlobHashes ||
                          blob_hashes_of(block) == read_hashes(params.at(size_t{kBlobHashes})));
  return result;
}

BlockHeader read_header(const JsonView& view) {
  BlockHeader header;
  header.parent_hash = read_bytes32(view.at("parentHash"));
  header.ommers_hash = read_bytes32(view.at("uncleHash"));
  header.coinbase = read_address(view.at("coinbase"));
  header.state_root = read_bytes32(view.at("stateRoot"));
  header.transactions_root = read_bytes32(view.at("transactionsTrie"));
  header.receipts_root = read_bytes32(view.at("receiptTrie"));
  header.logs_bloom = read_bloom(view.at("bloom"));
  header.difficulty = read_word(view.at("difficulty"));
  header.number = read_u64(view.at("number"));
  header.gas_limit = read_u64(view.at("gasLimit"));
  header.gas_used = read_u64(view.at("gasUsed"));
  header.timestamp = read_u64(view.at("timestamp"));
  header.extra_data = read_bytes(view.at("extraData"));
  header.prev_randao = read_bytes32(view.at("mixHash"));
  header.nonce = read_fixed<std::tuple_size_v<BlockNonce>>(view.at("nonce"));
  header.base_fee = read_later<U256>(view, "baseFeePerGas", read_word);
  header.withdrawals_root = read_later<Bytes32>(view, "withdrawalsRoot", read_bytes32);
  header.blob_gas_used = read_later<uint64_t>(view, "blobGasUsed", read_u64);
  header.excess_blob_gas = read_later<uint64_t>(view, "excessBlobGas", read_u64);
  header.parent_beacon_root = read_later<Bytes32>(view, "parentBeaconBlockRoot", read_bytes32);
  header.requests_hash = read_later<Bytes32>(view, "requestsHash", read_bytes32);
  header.access_list_hash = read_later<Bytes32>(view, "blockAccessListHash", read_bytes32);
  header.slot_number = read_later<uint64_t>(view, "slotNumber", read_u64);
  return header;
}

} // namespace zvm::cli
