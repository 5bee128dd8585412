#include "runtime/hash/digests.hpp"

#include "runtime/hash/kernels.hpp"
#include "runtime/hash/sha256.hpp"

namespace zvm::runtime {
namespace {

void blocks_of_this_cpu(uint32_t (&state)[8], const uint8_t* data, size_t blocks) {
  kernels.sha256_blocks(state, data, blocks);
}

} // namespace

Bytes32 sha256(ByteView data) { return sha256_with(blocks_of_this_cpu, data); }

} // namespace zvm::runtime
