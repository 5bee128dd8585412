#include "runtime/precompiles/recover.hpp"

#include <secp256k1_recovery.h>

#include "runtime/hash/keccak.hpp"
#include "runtime/precompiles/input.hpp"

namespace zvm::runtime {

std::optional<Address> recover_address(const Bytes32& hash, const U256& r, const U256& s,
                                       bool is_y_odd) {
  const secp256k1_context* context = secp256k1_context_static;
  uint8_t compact[64];
  r.store_be(compact);
  s.store_be(compact + 32);
  secp256k1_ecdsa_recoverable_signature signature;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context, &signature, compact,
                                                          is_y_odd ? 1 : 0) == 0)
    return std::nullopt;
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(context, &key, &signature, hash.bytes.data()) == 0)
    return std::nullopt;
  uint8_t bytes[65]; // 4, x, y
  size_t size = sizeof bytes;
  secp256k1_ec_pubkey_serialize(context, bytes, &size, &key, SECP256K1_EC_UNCOMPRESSED);
  return to_address(to_word(keccak256(ByteView{bytes}.subspan(1))));
}

} // namespace zvm::runtime
