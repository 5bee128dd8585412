// OpenSSL has SHA-256 for CPUs with SHA-NI. With a kernel of ours that has it, this is one line:
// return sha256_with(kernel, data) of sha256.hpp.
// The interface of OpenSSL 1.x: the one that replaces it looks the algorithm up by name and allocates at each
// call, which costs more than hashing a block.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "runtime/hash/digests.hpp"

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

} // namespace zvm::runtime
