#include "runtime/tx/sign.hpp"

#include <secp256k1_preallocated.h>
#include <secp256k1_recovery.h>

#include <memory>
#include <new>

namespace zvm::runtime {

std::optional<EcdsaSignature> sign(const Bytes32& hash, const Bytes32& secret_key) {
  // The library's own allocation aborts where there is no memory.
  const std::unique_ptr<std::max_align_t[]> memory{new (
      std::nothrow) std::max_align_t[secp256k1_context_preallocated_size(SECP256K1_CONTEXT_SIGN) /
                                         sizeof(std::max_align_t) +
                                     1]};
  if (memory == nullptr)
    return std::nullopt;
  const secp256k1_context* context =
      secp256k1_context_preallocated_create(memory.get(), SECP256K1_CONTEXT_SIGN);
  secp256k1_ecdsa_recoverable_signature raw;
  if (secp256k1_ecdsa_sign_recoverable(context, &raw, hash.bytes.data(), secret_key.bytes.data(),
                                       nullptr, nullptr) == 0)
    return std::nullopt;
  uint8_t compact[64];
  int parity = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(context, compact, &parity, &raw);
  return EcdsaSignature{U256::load_be(compact), U256::load_be(compact + 32), parity != 0};
}

std::optional<Address> address_of_key(const Bytes32& secret_key) {
  const Bytes32 any{{1}};
  const std::optional<EcdsaSignature> signature = sign(any, secret_key);
  Address address;
  if (!signature || !recover_signer(any, *signature, /*low_s=*/true, address))
    return std::nullopt;
  return address;
}

} // namespace zvm::runtime
