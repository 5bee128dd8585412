#include "runtime/tx/decode.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "runtime/trie/rlp.hpp"
#include "tests/unit/runtime/tx/signing.hpp"

namespace zvm::runtime {
namespace {

using testing::kGroupOrder;
using testing::TestKey;
using Bytes = std::vector<uint8_t>;

const gas::Schedule kLatest = gas::make_evm_schedule(kLatestRevision);

/// The fields before the signature, of a transaction with something in each list.
Bytes unsigned_fields(uint8_t type) {
  Bytes out;
  RlpWriter w{out};
  if (type != 0)
    w.number(1);
  w.number(9);
  w.number(20);
  if (type >= 2)
    w.number(30);
  w.number(21000);
  w.bytes(Bytes(20, 0x35));
  w.number(1000);
  w.bytes(Bytes{1, 2, 3});
  if (type == 0)
    return out;
  const size_t list = w.begin_list();
  for (uint8_t i = 0; i < 2; ++i) {
    const size_t entry = w.begin_list();
    w.bytes(Bytes(20, i));
    const size_t slots = w.begin_list();
    for (uint8_t k = 0; k <= i; ++k)
      w.bytes(Bytes(32, k));
    w.end_list(slots);
    w.end_list(entry);
  }
  w.end_list(list);
  if (type == 3) {
    w.number(77);
    const size_t hashes = w.begin_list();
    w.bytes(Bytes(32, 1));
    w.end_list(hashes);
  }
  if (type == 4) {
    const size_t authorizations = w.begin_list();
    const size_t one = w.begin_list();
    w.number(0);
    w.bytes(Bytes(20, 0xcc));
    for (const uint64_t n : {5, 1, 100, 200})
      w.number(n);
    w.end_list(one);
    w.end_list(authorizations);
  }
  return out;
}

Bytes list_of(uint8_t type, const Bytes& fields, const std::vector<U256>& more) {
  Bytes out;
  if (type != 0)
    out.push_back(type);
  RlpWriter w{out};
  const size_t list = w.begin_list();
  w.raw(fields);
  for (const U256& number : more)
    w.number(number);
  w.end_list(list);
  return out;
}

Bytes signed_transaction(uint8_t type, const TestKey& key) {
  const Bytes fields = unsigned_fields(type);
  const EcdsaSignature s = key.sign(keccak256(list_of(type, fields, {})));
  return list_of(type, fields, {(type == 0 ? 27u : 0u) + (s.y_parity ? 1u : 0u), s.r, s.s});
}

TEST(DecodeTransaction, TheExampleOfEip155) {
  const Bytes bytes =
      parse_hex("0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764"
                "00008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9"
                "d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83")
          .value();
  DecodedTransaction out;
  ASSERT_EQ(decode_transaction(bytes, kLatest, out), TxError::None);
  EXPECT_EQ(to_hex(out.tx.sender), "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
  EXPECT_TRUE(out.tx.has_chain_id);
  EXPECT_EQ(out.tx.chain_id, U256{1});
  EXPECT_EQ(out.tx.nonce, 9u);
  EXPECT_EQ(out.tx.gas_limit, 21000u);
  EXPECT_EQ(out.tx.max_fee, U256{20000000000});
  // Before EIP-155 such a v was no signature.
  DecodedTransaction early;
  EXPECT_EQ(decode_transaction(bytes, gas::make_evm_schedule(Revision::Homestead), early),
            TxError::InvalidSignature);
}

TEST(DecodeTransaction, AllTypes) {
  const TestKey key{0x46};
  for (uint8_t type = 0; type < kTxTypes; ++type) {
    DecodedTransaction out;
    const Bytes bytes = signed_transaction(type, key);
    ASSERT_EQ(decode_transaction(bytes, kLatest, out), TxError::None) << int{type};
    const Transaction& tx = out.tx;
    EXPECT_EQ(static_cast<uint8_t>(tx.type), type);
    EXPECT_EQ(tx.sender, key.address());
    EXPECT_EQ(tx.has_chain_id, type != 0);
    EXPECT_EQ(tx.max_priority_fee, U256{20});
    EXPECT_EQ(tx.max_fee, U256{type >= 2 ? 30u : 20u});
    EXPECT_EQ(tx.value, U256{1000});
    EXPECT_EQ(tx.data.size(), 3u);
    ASSERT_EQ(tx.access_list.size(), type != 0 ? 2u : 0u);
    if (type != 0) {
      EXPECT_EQ(tx.access_list[0].slots.size(), 1u);
      ASSERT_EQ(tx.access_list[1].slots.size(), 2u);
      EXPECT_EQ(to_bytes32(tx.access_list[1].slots[1]).bytes[0], 1);
    }
    EXPECT_EQ(tx.blob_hashes.size(), type == 3 ? 1u : 0u);
    EXPECT_EQ(tx.max_blob_fee, U256{type == 3 ? 77u : 0u});
    ASSERT_EQ(tx.authorizations.size(), type == 4 ? 1u : 0u);
    if (type == 4) {
      EXPECT_EQ(tx.authorizations[0].nonce, 5u);
      EXPECT_EQ(tx.authorizations[0].s, U256{200});
    }
  }
}

TEST(DecodeTransaction, SignaturesOutOfRange) {
  const TestKey key{0x46};
  const Bytes fields = unsigned_fields(2);
  const EcdsaSignature s = key.sign(keccak256(list_of(2, fields, {})));
  const auto decode = [&](const U256& v, const U256& r, const U256& sig_s) {
    DecodedTransaction out;
    return decode_transaction(list_of(2, fields, {v, r, sig_s}), kLatest, out);
  };
  const U256 v = s.y_parity ? 1u : 0u;
  EXPECT_EQ(decode(v, s.r, s.s), TxError::None);
  EXPECT_EQ(decode(2, s.r, s.s), TxError::InvalidSignature);
  EXPECT_EQ(decode(v, 0, s.s), TxError::InvalidSignature);
  EXPECT_EQ(decode(v, s.r, 0), TxError::InvalidSignature);
  EXPECT_EQ(decode(v, kGroupOrder, s.s), TxError::InvalidSignature);
  EXPECT_EQ(decode(v, s.r, kGroupOrder), TxError::InvalidSignature);
  // The other root signs the same, with s over half the order (EIP-2).
  EXPECT_EQ(decode(U256{1} - v, s.r, kGroupOrder - s.s), TxError::InvalidSignature);
}

TEST(DecodeTransaction, HighSWasAllowedInFrontier) {
  const TestKey key{0x46};
  const Bytes fields = unsigned_fields(0);
  const EcdsaSignature s = key.sign(keccak256(list_of(0, fields, {})));
  const Bytes bytes = list_of(0, fields, {s.y_parity ? 27u : 28u, s.r, kGroupOrder - s.s});
  DecodedTransaction frontier, homestead;
  ASSERT_EQ(decode_transaction(bytes, gas::make_evm_schedule(Revision::Frontier), frontier),
            TxError::None);
  EXPECT_EQ(frontier.tx.sender, key.address());
  EXPECT_EQ(decode_transaction(bytes, gas::make_evm_schedule(Revision::Homestead), homestead),
            TxError::InvalidSignature);
}

TEST(DecodeTransaction, UnknownTypesAndBrokenBytes) {
  const auto decode = [](const Bytes& bytes) {
    DecodedTransaction out;
    return decode_transaction(bytes, kLatest, out);
  };
  EXPECT_EQ(decode({}), TxError::Malformed);
  EXPECT_EQ(decode({0x00, 0xc0}), TxError::TypeNotSupported);
  EXPECT_EQ(decode({0x05, 0xc0}), TxError::TypeNotSupported);
  EXPECT_EQ(decode({0xc0}), TxError::Malformed);
  const TestKey key{0x46};
  for (uint8_t type = 0; type < kTxTypes; ++type) {
    const Bytes whole = signed_transaction(type, key);
    for (size_t size = 0; size < whole.size(); ++size)
      EXPECT_NE(decode(Bytes(whole.begin(), whole.begin() + static_cast<long>(size))),
                TxError::None);
    Bytes longer = whole;
    longer.push_back(0);
    EXPECT_EQ(decode(longer), TxError::Malformed);
    for (size_t i = 0; i < whole.size(); ++i) {
      Bytes changed = whole;
      changed[i] ^= 0x55;
      DecodedTransaction out;
      if (decode_transaction(changed, kLatest, out) == TxError::None) {
        EXPECT_NE(out.tx.sender, key.address());
      }
    }
  }
}

} // namespace
} // namespace zvm::runtime
