#include "runtime/block/block.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "runtime/block/roots.hpp"
#include "runtime/trie/trie.hpp"

namespace zvm::runtime {
namespace {

std::vector<uint8_t> encoded(const Block& block) {
  std::vector<uint8_t> bytes;
  RlpWriter writer{bytes};
  encode_block(block, writer);
  return bytes;
}

const std::vector<uint8_t> kLegacy{0xc3, 1, 2, 3};
const std::vector<uint8_t> kTyped{2, 0xc1, 5};

Block full_block() {
  Block block;
  block.header.ommers_hash = kNoOmmersHash;
  block.transactions = {kLegacy, kTyped};
  block.ommers.resize(1);
  block.withdrawals = {{{7, 8, Address{{9}}, 10}, {8, 8, Address{{9}}, 0}}};
  return block;
}

TEST(Block, ComesBackFromItsBytes) {
  const Block block = full_block();
  const std::vector<uint8_t> bytes = encoded(block);
  const Result<Block> read = decode_block(bytes);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->header, block.header);
  EXPECT_EQ(read->ommers, block.ommers);
  EXPECT_EQ(read->withdrawals, block.withdrawals);
  ASSERT_EQ(read->transactions.size(), 2u);
  EXPECT_EQ(to_hex(read->transactions[0]), to_hex(ByteView{kLegacy}));
  EXPECT_EQ(to_hex(read->transactions[1]), to_hex(ByteView{kTyped}));
  EXPECT_EQ(encoded(*read), bytes);
}

TEST(Block, WithdrawalsMayBeAbsent) {
  Block block = full_block();
  block.withdrawals.reset();
  const std::vector<uint8_t> bytes = encoded(block);
  const Result<Block> read = decode_block(bytes);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->withdrawals.has_value());
}

TEST(Block, BytesThatAreNoBlockAreRefused) {
  std::vector<uint8_t> bytes = encoded(full_block());
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_block(ByteView{bytes}.first(size))) << size;
  bytes.push_back(0x80);
  EXPECT_FALSE(decode_block(bytes));
  for (const std::vector<uint8_t>& transaction :
       {std::vector<uint8_t>{}, std::vector<uint8_t>{0xc0}}) {
    Block block = full_block();
    std::vector<uint8_t> string;
    RlpWriter{string}.bytes(transaction);
    // A string that is empty, or that holds a list, where a type is expected.
    block.transactions = {};
    std::vector<uint8_t> whole;
    RlpWriter writer{whole};
    encode_header(block.header, writer);
    const size_t list = writer.begin_list();
    writer.raw(string);
    writer.end_list(list);
    writer.end_list(writer.begin_list());
    writer.end_list(0);
    EXPECT_FALSE(decode_block(whole));
  }
}

TEST(Roots, OfEmptyListsAreThatOfTheEmptyTrie) {
  EXPECT_EQ(transactions_root({}), kEmptyTrieRoot);
  EXPECT_EQ(receipts_root({}), kEmptyTrieRoot);
  EXPECT_EQ(withdrawals_root({}), kEmptyTrieRoot);
}

TEST(Receipts, BeginWithTheirType) {
  Receipt receipt;
  receipt.succeeded = true;
  receipt.cumulative_gas = 21'000;
  std::vector<uint8_t> legacy, typed, old;
  encode_receipt(receipt, legacy);
  receipt.type = TxType::Blob;
  encode_receipt(receipt, typed);
  EXPECT_EQ(typed[0], 3);
  EXPECT_EQ(legacy, std::vector<uint8_t>(typed.begin() + 1, typed.end()));
  // 1 + 3 bytes of gas, 3 + 256 of the filter, an empty list, and 1 for the status.
  EXPECT_EQ(legacy.size(), 3u + 1 + 3 + 259 + 1);
  receipt.type = TxType::Legacy;
  receipt.has_status = false;
  encode_receipt(receipt, old);
  EXPECT_EQ(old.size(), legacy.size() + 32);
}

} // namespace
} // namespace zvm::runtime
