#include "runtime/block/header.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "runtime/trie/trie.hpp"

namespace zvm::runtime {
namespace {

std::vector<uint8_t> encoded(const BlockHeader& header) {
  std::vector<uint8_t> bytes;
  RlpWriter writer{bytes};
  encode_header(header, writer);
  return bytes;
}

BlockHeader mainnet_genesis() {
  BlockHeader header;
  header.ommers_hash = kNoOmmersHash;
  header.state_root =
      parse_bytes32("d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544").value();
  header.transactions_root = header.receipts_root = kEmptyTrieRoot;
  header.difficulty = 17'179'869'184;
  header.gas_limit = 5000;
  header.extra_data =
      parse_hex("11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa").value();
  header.nonce = {0, 0, 0, 0, 0, 0, 0, 0x42};
  return header;
}

/// With every field, each another value.
BlockHeader full_header() {
  BlockHeader header = mainnet_genesis();
  header.base_fee = U256{7};
  header.withdrawals_root = kEmptyTrieRoot;
  header.blob_gas_used = 131072;
  header.excess_blob_gas = 0;
  header.parent_beacon_root = Bytes32{{1}};
  header.requests_hash = Bytes32{{2}};
  return header;
}

TEST(BlockHeader, HashIsThatOfMainnetsGenesis) {
  EXPECT_EQ(to_hex(header_hash(mainnet_genesis())),
            "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3");
}

TEST(BlockHeader, ComesBackFromItsBytes) {
  for (const BlockHeader& header : {mainnet_genesis(), full_header()}) {
    const std::vector<uint8_t> bytes = encoded(header);
    RlpReader reader{bytes};
    const Result<BlockHeader> read = decode_header(reader);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(*read, header);
    EXPECT_TRUE(reader.at_end());
  }
}

TEST(BlockHeader, LaterFieldsEndAtTheFirstThatIsNotThere) {
  BlockHeader header = full_header();
  header.withdrawals_root.reset();
  const std::vector<uint8_t> bytes = encoded(header);
  RlpReader reader{bytes};
  const Result<BlockHeader> read = decode_header(reader);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->base_fee, U256{7});
  EXPECT_FALSE(read->blob_gas_used.has_value());
}

TEST(BlockHeader, BytesThatAreNoHeaderAreRefused) {
  std::vector<uint8_t> bytes = encoded(mainnet_genesis());
  for (size_t size = 0; size < bytes.size(); ++size) {
    RlpReader reader{ByteView{bytes}.first(size)};
    EXPECT_FALSE(decode_header(reader)) << size;
  }
  // An item too many, and a field of another size.
  BlockHeader header = full_header();
  bytes = encoded(header);
  std::vector<uint8_t> longer{bytes.begin() + 3, bytes.end()};
  longer.push_back(0x80);
  RlpWriter{longer}.end_list(0);
  RlpReader reader{longer};
  EXPECT_FALSE(decode_header(reader));
}

TEST(BlockHeader, FieldsFollowTheRevision) {
  const auto misplaced = [](const BlockHeader& header, Revision revision) {
    return misplaced_field(header, gas::make_evm_schedule(revision));
  };
  BlockHeader header = mainnet_genesis();
  EXPECT_EQ(misplaced(header, Revision::Frontier), "");
  EXPECT_EQ(misplaced(header, Revision::Berlin), "");
  EXPECT_EQ(misplaced(header, Revision::London), "base_fee");
  header.base_fee = U256{7};
  EXPECT_EQ(misplaced(header, Revision::Berlin), "base_fee");
  EXPECT_EQ(misplaced(header, Revision::Paris), "");
  header = full_header();
  EXPECT_EQ(misplaced(header, Revision::Osaka), "");
  EXPECT_EQ(misplaced(header, Revision::Cancun), "requests_hash");
  EXPECT_EQ(misplaced(header, Revision::Amsterdam), "access_list_hash");
}

} // namespace
} // namespace zvm::runtime
