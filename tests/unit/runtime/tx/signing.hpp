// Signs for tests: the library proper only recovers.
#pragma once

#include <secp256k1_recovery.h>

#include "runtime/hash/keccak.hpp"
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

/// The order of the group.
inline constexpr U256 kGroupOrder{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
                                  0xffffffffffffffff};

} // namespace zvm::runtime::testing
