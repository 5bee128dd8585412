#include "runtime/block/block.hpp"

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// First byte of an RLP list, and so of a legacy transaction.
constexpr uint8_t kFirstList = 0xc0;

void encode_ommers(std::span<const BlockHeader> ommers, RlpWriter& out) {
  const size_t list = out.begin_list();
  for (const BlockHeader& ommer : ommers)
    encode_header(ommer, out);
  out.end_list(list);
}

Result<void> decode_transactions(RlpReader& input, Block& block) {
  ZVM_TRY(RlpReader items, input.list());
  while (!items.at_end()) {
    // A legacy transaction stands there itself, a typed one as a string (EIP-2718).
    const bool is_legacy = items.next_is_list();
    ZVM_TRY(const ByteView bytes, is_legacy ? items.raw() : items.bytes());
    if (bytes.empty() || (!is_legacy && bytes[0] >= kFirstList))
      return fail(ErrorCode::BadRlp, items.offset(), "a transaction has no type");
    block.transactions.push_back(bytes);
  }
  return {};
}

Result<void> decode_ommers(RlpReader& input, Block& block) {
  ZVM_TRY(RlpReader items, input.list());
  while (!items.at_end()) {
    ZVM_TRY(BlockHeader ommer, decode_header(items));
    block.ommers.push_back(std::move(ommer));
  }
  return {};
}

Result<void> decode_withdrawals(RlpReader& input, Block& block) {
  ZVM_TRY(RlpReader items, input.list());
  std::vector<Withdrawal>& withdrawals = block.withdrawals.emplace();
  while (!items.at_end()) {
    ZVM_TRY(const Withdrawal withdrawal, decode_withdrawal(items));
    withdrawals.push_back(withdrawal);
  }
  return {};
}

} // namespace

Result<Block> decode_block(ByteView bytes) {
  if (!is_readable(bytes))
    return fail(ErrorCode::BadRlp, 0, "the bytes have a size and no address");
  RlpReader whole{bytes};
  ZVM_TRY(RlpReader parts, whole.list());
  ZVM_CHECK(whole.end());
  Block block;
  ZVM_TRY(block.header, decode_header(parts));
  ZVM_CHECK(decode_transactions(parts, block));
  ZVM_CHECK(decode_ommers(parts, block));
  if (!parts.at_end())
    ZVM_CHECK(decode_withdrawals(parts, block));
  ZVM_CHECK(parts.end());
  return block;
}

void encode_block(const Block& block, RlpWriter& out) {
  const size_t whole = out.begin_list();
  encode_header(block.header, out);
  const size_t transactions = out.begin_list();
  for (const ByteView bytes : block.transactions) {
    if (!bytes.empty() && bytes[0] >= kFirstList) {
      out.raw(bytes);
    } else {
      out.bytes(bytes);
    }
  }
  out.end_list(transactions);
  encode_ommers(block.ommers, out);
  if (block.withdrawals) {
    const size_t withdrawals = out.begin_list();
    for (const Withdrawal& withdrawal : *block.withdrawals)
      encode_withdrawal(withdrawal, out);
    out.end_list(withdrawals);
  }
  out.end_list(whole);
}

Bytes32 ommers_hash(std::span<const BlockHeader> ommers) {
  std::vector<uint8_t> bytes;
  RlpWriter writer{bytes};
  encode_ommers(ommers, writer);
  return keccak256(bytes);
}

} // namespace zvm::runtime
