// Signatures that are recovered, verified, and verified by a host's extension.
#include <algorithm>

#include <secp256k1_recovery.h>

#include "base/hex.hpp"
#include "runtime/hash/keccak.hpp"
#include "tests/support/mock_extension.hpp"
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

constexpr uint64_t kHash = 0x100, kSignature = 0x200, kKey = 0x300, kOut = 0x400, kMessage = 0x500;

/// A hash that a key of 32 bytes 0x42 has signed.
struct Signed {
  Signed() {
    secp256k1_context* context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    const std::vector<uint8_t> secret(32, 0x42);
    secp256k1_pubkey point;
    EXPECT_EQ(secp256k1_ec_pubkey_create(context, &point, secret.data()), 1);
    size_t size = sizeof key;
    secp256k1_ec_pubkey_serialize(context, key, &size, &point, SECP256K1_EC_COMPRESSED);
    uint8_t whole[65];
    size = sizeof whole;
    secp256k1_ec_pubkey_serialize(context, whole, &size, &point, SECP256K1_EC_UNCOMPRESSED);
    signer = to_address(to_word(runtime::keccak256({whole + 1, 64})));
    secp256k1_ecdsa_recoverable_signature raw;
    EXPECT_EQ(secp256k1_ecdsa_sign_recoverable(context, &raw, to_bytes32(hash).bytes.data(),
                                               secret.data(), nullptr, nullptr),
              1);
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context, signature, &parity, &raw);
    secp256k1_context_destroy(context);
  }

  U256 hash{0x1234567};
  uint8_t key[33];
  uint8_t signature[64];
  int parity = 0;
  Address signer;
};

TEST(AbiSignatures, Recover) {
  const Signed example;
  World world;
  world.put_word(kHash, example.hash);
  world.put(kSignature, example.signature);
  const auto recover = [&](int v) {
    const auto byte = static_cast<uint8_t>(v);
    world.put(kSignature + 64, {&byte, 1});
    world.put(kOut, std::vector<uint8_t>(20, 0xee));
    const Called called = world.call("ecrecover", {kHash, kSignature, kOut});
    EXPECT_EQ(called.status, Status::Success);
    return called.result;
  };
  for (const int v : {0, 27}) {
    EXPECT_EQ(recover(v + example.parity), 1u);
    EXPECT_EQ(world.address(kOut), example.signer);
    EXPECT_EQ(recover(v + 1 - example.parity), 1u);
    EXPECT_NE(world.address(kOut), example.signer);
  }
  for (const int v : {2, 26, 29, 255}) {
    EXPECT_EQ(recover(v), 0u);
    EXPECT_EQ(world.bytes(kOut, 1)[0], 0xee);
  }
}

TEST(AbiSignatures, Secp256k1) {
  const Signed example;
  World world;
  world.put_word(kHash, example.hash);
  world.put(kSignature, example.signature);
  world.put(kKey, example.key);
  EXPECT_EQ(world.call("secp256k1_verify", {kHash, kSignature, kKey, 33}).result, 1u);
  EXPECT_EQ(world.call("secp256k1_verify", {kHash, kSignature, kKey, 32}).result, 0u);
  world.put_word(kHash, example.hash + 1);
  const Called called = world.call("secp256k1_verify", {kHash, kSignature, kKey, 33});
  EXPECT_EQ(called.status, Status::Success);
  EXPECT_EQ(called.result, 0u);
}

/// RFC 8032, 7.1, test 2.
TEST(AbiSignatures, Ed25519) {
  constexpr uint8_t kText[] = {0x72};
  const auto key =
      parse_bytes32("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature =
      parse_hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  World world;
  world.put(kMessage, kText);
  world.put(kKey, key.value().bytes);
  world.put(kSignature, signature.value());
  EXPECT_EQ(world.call("ed25519_verify", {kMessage, 1, kSignature, kKey}).result, 1u);
  EXPECT_EQ(world.call("ed25519_verify", {kMessage, 0, kSignature, kKey}).result, 0u);
  EXPECT_EQ(world.call("ed25519_verify", {kMessage, 2, kSignature, kKey}).result, 0u);
}

struct Scheme {
  const char* name;
  uint8_t opcode;
  uint64_t level, key_size;
};
constexpr Scheme kSchemes[] = {
    {"ml_dsa_verify", 0xf0, 2, 1312}, {"ml_dsa_verify", 0xf0, 3, 1952},
    {"ml_dsa_verify", 0xf0, 5, 2592}, {"falcon_verify", 0xf1, 1, 897},
    {"falcon_verify", 0xf1, 5, 1793}, {"slh_dsa_verify", 0xf2, 1, 32},
    {"slh_dsa_verify", 0xf2, 3, 48},  {"slh_dsa_verify", 0xf2, 5, 64},
};

/// The extension is asked what a contract of the ZVM asks with the opcode.
TEST(AbiSignatures, PostQuantum) {
  for (const Scheme& scheme : kSchemes) {
    for (const uint64_t answer : {0, 1}) {
      test::MockExtension extension{U256{answer}};
      World world;
      world.x.extension = &extension;
      const std::vector<uint8_t> text(40, 't');
      world.put(kMessage, text);
      const std::vector<uint64_t> operands{scheme.level, kMessage,       40, kSignature, 7,
                                           0x1000,       scheme.key_size};
      const Called called = world.call(scheme.name, operands);
      EXPECT_EQ(called.status, Status::Success) << scheme.name;
      EXPECT_EQ(called.result, answer);
      ASSERT_EQ(extension.calls().size(), 1u);
      EXPECT_EQ(extension.calls()[0].opcode, scheme.opcode);
      const std::vector<uint8_t>& payload = extension.calls()[0].payload;
      ASSERT_EQ(payload.size(), 4 + 40 + 4 + 7 + 4 + scheme.key_size);
      EXPECT_TRUE(std::ranges::equal(std::span{payload}.subspan(4, 40), text));
    }
  }
}

TEST(AbiSignatures, PostQuantumWithoutExtensionOrWithAnotherLevel) {
  for (const Scheme& scheme : kSchemes) {
    World world;
    std::vector<uint64_t> operands{scheme.level, kMessage,       40, kSignature, 7,
                                   0x1000,       scheme.key_size};
    EXPECT_EQ(world.call(scheme.name, operands).status, Status::InvalidOpcode);
    test::MockExtension extension{U256{1}};
    world.x.extension = &extension;
    for (const uint64_t level : {0, 1, 2, 3, 4, 5}) {
      if (level == scheme.level)
        continue;
      operands[0] = level;
      EXPECT_EQ(world.call(scheme.name, operands).result, 0u) << scheme.name << level;
    }
    EXPECT_TRUE(extension.calls().empty());
  }
}

} // namespace
} // namespace zvm::engine::wasm
