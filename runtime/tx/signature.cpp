#include "runtime/tx/signature.hpp"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// Half the order of the group, rounded down.
constexpr U256 kHalfOrder{0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff,
                          0x7fffffffffffffff};

} // namespace

bool recover_signer(const Bytes32& hash, const Signature& signature, bool low_s, Address& signer) {
  if (signature.r.is_zero() || signature.s.is_zero())
    return false;
  if (low_s && signature.s > kHalfOrder)
    return false;
  uint8_t compact[64];
  signature.r.store_be(compact);
  signature.s.store_be(compact + 32);
  const secp256k1_context* context = secp256k1_context_static;
  secp256k1_ecdsa_recoverable_signature parsed;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, compact,
                                                          signature.y_parity ? 1 : 0) != 1)
    return false;
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(context, &key, &parsed, hash.bytes.data()) != 1)
    return false;
  uint8_t point[65];
  size_t size = sizeof point;
  secp256k1_ec_pubkey_serialize(context, point, &size, &key, SECP256K1_EC_UNCOMPRESSED);
  const Bytes32 digest = keccak256({point + 1, 64});
  std::memcpy(signer.bytes.data(), digest.bytes.data() + 12, signer.bytes.size());
  return true;
}

} // namespace zvm::runtime
