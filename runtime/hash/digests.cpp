// The interfaces of OpenSSL 1.x: those that replace them look the algorithm up by name and allocate at each
// call, which costs more than hashing a block.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "runtime/hash/digests.hpp"

#include <openssl/ripemd.h>
#include <openssl/sha.h>

namespace zvm::runtime {

Bytes32 sha256(ByteView data) {
  SHA256_CTX context;
  Bytes32 digest;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(digest.bytes.data(), &context);
  return digest;
}

std::array<uint8_t, 20> ripemd160(ByteView data) {
  RIPEMD160_CTX context;
  std::array<uint8_t, 20> digest;
  RIPEMD160_Init(&context);
  RIPEMD160_Update(&context, data.data(), data.size());
  RIPEMD160_Final(digest.data(), &context);
  return digest;
}

} // namespace zvm::runtime
