// Signs for tests: the library proper only recovers.
#pragma once

#include <secp256k1_recovery.h>

#include <vector>

#include "runtime/hash/keccak.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/tx/signature.hpp"

namespace zvm::runtime::testing {

/// A key whose 32 bytes are all `byte`.
class TestKey {
 public:
  explicit TestKey(uint8_t byte) : context_(secp256k1_context_create(SECP256K1_CONTEXT_SIGN)) {
    secret_.bytes.fill(byte);
    secp256k1_pubkey key;
    (void)secp256k1_ec_pubkey_create(context_, &key, secret_.bytes.data());
    uint8_t point[65];
    size_t size = sizeof point;
    secp256k1_ec_pubkey_serialize(context_, point, &size, &key, SECP256K1_EC_UNCOMPRESSED);
    const Bytes32 hash = keccak256({point + 1, 64});
    std::memcpy(address_.bytes.data(), hash.bytes.data() + 12, 20);
  }
  ~TestKey() { secp256k1_context_destroy(context_); }
  TestKey(const TestKey&) = delete;
  TestKey& operator=(const TestKey&) = delete;

  [[nodiscard]] const Address& address() const { return address_; }
  [[nodiscard]] EcdsaSignature sign(const Bytes32& hash) const {
    secp256k1_ecdsa_recoverable_signature raw;
    (void)secp256k1_ecdsa_sign_recoverable(context_, &raw, hash.bytes.data(), secret_.bytes.data(),
                                           nullptr, nullptr);
    uint8_t compact[64];
    int parity = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context_, compact, &parity, &raw);
    return {U256::load_be(compact), U256::load_be(compact + 32), parity != 0};
  }

 private:
  secp256k1_context* context_;
  Bytes32 secret_;
  Address address_;
};

/// A legacy transaction, signed with the chain id 1 (EIP-155). An empty `to` creates.
inline std::vector<uint8_t> signed_legacy(const TestKey& key, uint64_t nonce, const U256& price,
                                          uint64_t gas, ByteView to, const U256& value,
                                          ByteView input) {
  const auto fields = [&](RlpWriter& out) {
    out.number(nonce);
    out.number(price);
    out.number(gas);
    out.bytes(to);
    out.number(value);
    out.bytes(input);
  };
  std::vector<uint8_t> unsigned_bytes;
  RlpWriter writer{unsigned_bytes};
  fields(writer);
  writer.number(1);
  writer.number(0);
  writer.number(0);
  writer.end_list(0);
  const EcdsaSignature signature = key.sign(keccak256(unsigned_bytes));
  std::vector<uint8_t> bytes;
  RlpWriter signed_writer{bytes};
  fields(signed_writer);
  signed_writer.number(U256{37u + (signature.y_parity ? 1u : 0u)});
  signed_writer.number(signature.r);
  signed_writer.number(signature.s);
  signed_writer.end_list(0);
  return bytes;
}

/// The order of the group.
inline constexpr U256 kGroupOrder{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
                                  0xffffffffffffffff};

} // namespace zvm::runtime::testing
