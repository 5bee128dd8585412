#include "runtime/precompiles/verify.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <secp256k1.h>

namespace zvm::runtime {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Whether a point is encoded as RFC 8032 (5.1.2) says, which OpenSSL does not ask: y below 2^255 -
/// 19, and no sign where x is 0, which is so for y = 1 and y = -1.
bool is_canonical_point(std::span<const uint8_t, kEd25519Key> point) {
  std::array<uint8_t, kEd25519Key> reversed;
  std::ranges::reverse_copy(point, reversed.begin());
  const bool has_sign = (reversed[0] & 0x80) != 0;
  reversed[0] &= 0x7f;
  const U256 y = U256::load_be(reversed.data());
  constexpr U256 kField{0xffffffffffffffed, UINT64_MAX, UINT64_MAX, 0x7fffffffffffffff};
  const bool is_x_zero = y == U256{1} || y == kField - U256{1};
  return y < kField && !(has_sign && is_x_zero);
}

} // namespace

Verdict verify_secp256k1(const Bytes32& hash,
                         std::span<const uint8_t, kSecp256k1Signature> signature, ByteView key) {
  const secp256k1_context* context = secp256k1_context_static;
  const bool is_compressed = key.size() == 33;
  if (!is_compressed && !(key.size() == 65 && key[0] == 4))
    return Verdict::Invalid;
  secp256k1_pubkey point;
  secp256k1_ecdsa_signature parsed;
  if (secp256k1_ec_pubkey_parse(context, &point, key.data(), key.size()) == 0 ||
      secp256k1_ecdsa_signature_parse_compact(context, &parsed, signature.data()) == 0)
    return Verdict::Invalid;
  // Refuses s above half the order.
  return secp256k1_ecdsa_verify(context, &parsed, hash.bytes.data(), &point) == 1
             ? Verdict::Valid
             : Verdict::Invalid;
}

Verdict verify_ed25519(ByteView message, std::span<const uint8_t, kEd25519Signature> signature,
                       std::span<const uint8_t, kEd25519Key> key) {
  if (!is_canonical_point(key))
    return Verdict::Invalid;
  ERR_set_mark();
  const std::unique_ptr<EVP_PKEY, FreeKey> parsed{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size())};
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  const bool is_ready =
      parsed != nullptr && context != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) == 1;
  const bool is_valid =
      is_ready && EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                   message.data(), message.size()) == 1;
  ERR_pop_to_mark(); // what OpenSSL thinks of a bad signature is nobody's business
  if (!is_ready)
    return Verdict::Error;
  return is_valid ? Verdict::Valid : Verdict::Invalid;
}

} // namespace zvm::runtime
