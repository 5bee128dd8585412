// Transactions that are encoded are decoded to what they were, and their signer is found.
#include "runtime/tx/encode.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/hex.hpp"
#include "runtime/tx/decode.hpp"
#include "runtime/tx/sign.hpp"

namespace zvm::runtime {
namespace {

Bytes32 key_of(uint8_t byte) {
  Bytes32 key;
  key.bytes.fill(byte);
  return key;
}

/// A transaction of every type, with something in every field.
class EncodeTx : public testing::TestWithParam<int> {
 protected:
  EncodeTx() {
    tx_.type = static_cast<TxType>(GetParam());
    tx_.has_chain_id = true;
    tx_.chain_id = 5;
    tx_.nonce = 0x1234;
    tx_.gas_limit = 100'000;
    tx_.to.bytes.fill(0x22);
    tx_.value = U256{1} << 200;
    tx_.max_fee = 77;
    tx_.max_priority_fee = tx_.type >= TxType::FeeMarket ? 7 : 77;
    tx_.data = data_;
    if (tx_.type != TxType::Legacy)
      tx_.access_list = list_;
    if (tx_.type == TxType::Blob) {
      tx_.max_blob_fee = 9;
      tx_.blob_hashes = hashes_;
    }
    if (tx_.type == TxType::SetCode)
      tx_.authorizations = authorizations_;
  }

  const std::vector<uint8_t> data_{0, 1, 0x80, 0xff};
  const std::vector<U256> slots_{0, 5};
  const std::vector<AccessListEntry> list_{{Address{{1}}, slots_}, {Address{{2}}, {}}};
  const std::vector<Bytes32> hashes_{Bytes32{{1, 2}}, Bytes32{{1, 3}}};
  const std::vector<Authorization> authorizations_{{5, Address{{9}}, 3, 1, 11, 12}};
  Transaction tx_;
};

TEST_P(EncodeTx, ComesBack) {
  const auto signature = sign(hash_to_sign(tx_), key_of(0x45));
  ASSERT_TRUE(signature);
  const std::vector<uint8_t> bytes = encode_transaction(tx_, signature_fields(tx_, *signature));
  DecodedTransaction decoded;
  ASSERT_EQ(decode_transaction(bytes, gas::make_evm_schedule(Revision::Osaka), decoded),
            TxError::None);
  const Transaction& got = decoded.tx;
  EXPECT_EQ(got.sender, address_of_key(key_of(0x45)));
  EXPECT_EQ(got.type, tx_.type);
  EXPECT_EQ(got.chain_id, tx_.chain_id);
  EXPECT_EQ(got.nonce, tx_.nonce);
  EXPECT_EQ(got.gas_limit, tx_.gas_limit);
  EXPECT_EQ(got.to, tx_.to);
  EXPECT_EQ(got.value, tx_.value);
  EXPECT_EQ(got.max_fee, tx_.max_fee);
  EXPECT_EQ(got.max_priority_fee, tx_.max_priority_fee);
  EXPECT_EQ(got.max_blob_fee, tx_.max_blob_fee);
  EXPECT_TRUE(std::ranges::equal(got.data, tx_.data));
  ASSERT_EQ(got.access_list.size(), tx_.access_list.size());
  for (size_t i = 0; i < got.access_list.size(); ++i) {
    EXPECT_EQ(got.access_list[i].address, tx_.access_list[i].address);
    EXPECT_TRUE(std::ranges::equal(got.access_list[i].slots, tx_.access_list[i].slots));
  }
  EXPECT_TRUE(std::ranges::equal(got.blob_hashes, tx_.blob_hashes));
  ASSERT_EQ(got.authorizations.size(), tx_.authorizations.size());
  if (!got.authorizations.empty()) {
    EXPECT_EQ(got.authorizations[0].address, authorizations_[0].address);
    EXPECT_EQ(got.authorizations[0].s, authorizations_[0].s);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, EncodeTx, testing::Range(0, int{kTxTypes}));

TEST(SignTx, ExampleOfEip155) {
  Transaction tx;
  tx.has_chain_id = true;
  tx.chain_id = 1;
  tx.nonce = 9;
  tx.max_fee = tx.max_priority_fee = 20'000'000'000;
  tx.gas_limit = 21'000;
  tx.to.bytes.fill(0x35);
  tx.value = 1'000'000'000'000'000'000;
  EXPECT_EQ(to_hex(hash_to_sign(tx)),
            "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
  const auto signature = sign(hash_to_sign(tx), key_of(0x46));
  ASSERT_TRUE(signature);
  EXPECT_EQ(to_hex(encode_transaction(tx, signature_fields(tx, *signature))),
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
            "8025a028ef61340bd939bc2195"
            "fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3"
            "dc64214b297fb1966a3b6d83");
}

TEST(SignTx, NoKey) {
  EXPECT_FALSE(sign({}, {}));
  EXPECT_FALSE(address_of_key(key_of(0xff)));
}

TEST(SignTx, CreationAndNoChain) {
  Transaction tx;
  tx.is_create = true;
  const auto signature = sign(hash_to_sign(tx), key_of(1));
  ASSERT_TRUE(signature);
  const SignatureFields fields = signature_fields(tx, *signature);
  EXPECT_TRUE(fields.v == U256{27} || fields.v == U256{28});
  DecodedTransaction decoded;
  ASSERT_EQ(decode_transaction(encode_transaction(tx, fields),
                               gas::make_evm_schedule(Revision::Frontier), decoded),
            TxError::None);
  EXPECT_TRUE(decoded.tx.is_create);
  EXPECT_EQ(decoded.tx.sender, address_of_key(key_of(1)));
}

} // namespace
} // namespace zvm::runtime
