#include "runtime/precompiles/verify.hpp"

#include <gtest/gtest.h>
#include <secp256k1.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/hex.hpp"
#include "tests/unit/runtime/tx/signing.hpp"

namespace zvm::runtime {
namespace {

struct Ed25519 {
  const char *key, *message, *signature;
};
/// RFC 8032, 7.1, tests 1 to 3.
constexpr Ed25519 kEd25519[] = {
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

Verdict verify(ByteView message, const std::vector<uint8_t>& signature,
               const std::vector<uint8_t>& key) {
  return verify_ed25519(message, std::span<const uint8_t, 64>{signature},
                        std::span<const uint8_t, 32>{key});
}

TEST(VerifyEd25519, OfTheRfc) {
  for (const Ed25519& e : kEd25519) {
    const std::vector<uint8_t> key = parse_hex(e.key).value();
    std::vector<uint8_t> message = parse_hex(e.message).value();
    const std::vector<uint8_t> signature = parse_hex(e.signature).value();
    EXPECT_EQ(verify(message, signature, key), Verdict::Valid);
    for (size_t bit = 0; bit < 512; bit += 37) {
      std::vector<uint8_t> other = signature;
      other[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      EXPECT_EQ(verify(message, other, key), Verdict::Invalid) << bit;
    }
    message.push_back(0);
    EXPECT_EQ(verify(message, signature, key), Verdict::Invalid);
  }
}

/// S + order is the same number modulo the order, and another signature.
TEST(VerifyEd25519, SBelowTheOrder) {
  constexpr U256 kOrder{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};
  const std::vector<uint8_t> key = parse_hex(kEd25519[0].key).value();
  std::vector<uint8_t> signature = parse_hex(kEd25519[0].signature).value();
  std::vector<uint8_t> s(signature.rbegin(), signature.rbegin() + 32);
  (U256::load_be(s.data()) + kOrder).store_be(s.data());
  std::ranges::reverse_copy(s, signature.begin() + 32);
  EXPECT_EQ(verify({}, signature, key), Verdict::Invalid);
}

/// The neutral point as key, and as R with S = 0, signs everything; each of its encodings but one
/// is refused, in the key as in the signature.
TEST(VerifyEd25519, OneEncodingOfAPoint) {
  const std::vector<uint8_t> neutral = parse_hex("01" + std::string(62, '0')).value();
  std::vector<uint8_t> signed_neutral = neutral;
  signed_neutral[31] = 0x80;
  const std::vector<uint8_t> beyond_field =
      parse_hex("ee" + std::string(60, 'f') + "7f").value(); // y = p + 1
  const auto with_r = [](std::vector<uint8_t> r) {
    r.resize(64);
    return r;
  };
  EXPECT_EQ(verify({}, with_r(neutral), neutral), Verdict::Valid);
  for (const std::vector<uint8_t>& other : {signed_neutral, beyond_field}) {
    EXPECT_EQ(verify({}, with_r(neutral), other), Verdict::Invalid);
    EXPECT_EQ(verify({}, with_r(other), neutral), Verdict::Invalid);
  }
}

TEST(VerifyEd25519, KeysThatAreNoPoint) {
  const std::vector<uint8_t> signature = parse_hex(kEd25519[0].signature).value();
  // x^2 = (y^2 - 1) / (d y^2 + 1) has no root for y = 2.
  const std::vector<uint8_t> key = parse_hex("02" + std::string(62, '0')).value();
  EXPECT_EQ(verify({}, signature, key), Verdict::Invalid);
}

class VerifySecp256k1 : public ::testing::Test {
 protected:
  VerifySecp256k1() {
    hash.bytes.fill(0x11);
    secp256k1_context* context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    const std::vector<uint8_t> secret(32, 0x42);
    secp256k1_pubkey point;
    EXPECT_EQ(secp256k1_ec_pubkey_create(context, &point, secret.data()), 1);
    secp256k1_ecdsa_signature raw;
    EXPECT_EQ(
        secp256k1_ecdsa_sign(context, &raw, hash.bytes.data(), secret.data(), nullptr, nullptr), 1);
    secp256k1_ecdsa_signature_serialize_compact(context, signature.data(), &raw);
    size_t size = compressed.size();
    secp256k1_ec_pubkey_serialize(context, compressed.data(), &size, &point,
                                  SECP256K1_EC_COMPRESSED);
    size = whole.size();
    secp256k1_ec_pubkey_serialize(context, whole.data(), &size, &point, SECP256K1_EC_UNCOMPRESSED);
    secp256k1_context_destroy(context);
  }

  Bytes32 hash;
  std::array<uint8_t, 64> signature{};
  std::array<uint8_t, 33> compressed{};
  std::array<uint8_t, 65> whole{};
};

TEST_F(VerifySecp256k1, BothFormsOfKeys) {
  EXPECT_EQ(verify_secp256k1(hash, signature, compressed), Verdict::Valid);
  EXPECT_EQ(verify_secp256k1(hash, signature, whole), Verdict::Valid);
  hash.bytes[0] ^= 1;
  EXPECT_EQ(verify_secp256k1(hash, signature, compressed), Verdict::Invalid);
}

TEST_F(VerifySecp256k1, KeysThatAreNone) {
  for (const size_t size : {0, 1, 32, 33, 64})
    EXPECT_EQ(verify_secp256k1(hash, signature, ByteView{whole}.first(size)), Verdict::Invalid);
  std::array<uint8_t, 65> hybrid = whole;
  hybrid[0] = static_cast<uint8_t>(6 + (whole[64] & 1));
  EXPECT_EQ(verify_secp256k1(hash, signature, hybrid), Verdict::Invalid);
  whole[64] ^= 1;
  EXPECT_EQ(verify_secp256k1(hash, signature, whole), Verdict::Invalid);
}

TEST_F(VerifySecp256k1, SInTheLowerHalf) {
  (testing::kGroupOrder - U256::load_be(&signature[32])).store_be(&signature[32]);
  EXPECT_EQ(verify_secp256k1(hash, signature, compressed), Verdict::Invalid);
}

TEST_F(VerifySecp256k1, NumbersOutOfRange) {
  for (const size_t at : {0, 32}) {
    for (const U256& number : {U256{}, testing::kGroupOrder, ~U256{}}) {
      std::array<uint8_t, 64> other = signature;
      number.store_be(&other[at]);
      EXPECT_EQ(verify_secp256k1(hash, other, compressed), Verdict::Invalid);
    }
  }
}

} // namespace
} // namespace zvm::runtime
