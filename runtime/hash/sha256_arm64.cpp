// SHA-256 with the SHA-2 instructions of AArch64: a chain of SHA256H that waits for itself, so that
// two messages at a time take little more than one.
#include "runtime/hash/kernels_arm64.hpp"

#if defined(__aarch64__)

#include <arm_neon.h>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/sha256.hpp"

namespace zvm::runtime {
namespace {

/// The messages' 64 steps in turns of four.
template <unsigned kMessages>
[[gnu::target("+crypto"), gnu::always_inline]] inline void
advance(uint32_t (&states)[kMessages][8], const uint8_t* const (&messages)[kMessages],
        size_t blocks) {
  uint32x4_t abcd[kMessages], efgh[kMessages];
  const uint8_t* data[kMessages];
  for (unsigned m = 0; m < kMessages; ++m) {
    abcd[m] = vld1q_u32(states[m]);
    efgh[m] = vld1q_u32(states[m] + 4);
    data[m] = messages[m];
  }
  for (; blocks != 0; --blocks) {
    uint32x4_t before[kMessages][2], words[kMessages][4];
    ZVM_UNROLL
    for (unsigned m = 0; m < kMessages; ++m) {
      before[m][0] = abcd[m];
      before[m][1] = efgh[m];
      ZVM_UNROLL
      for (unsigned i = 0; i < 4; ++i)
        words[m][i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data[m] + 16 * i)));
      data[m] += 64;
    }
    ZVM_UNROLL
    for (unsigned i = 0; i < 16; ++i) {
      ZVM_UNROLL
      for (unsigned m = 0; m < kMessages; ++m) {
        uint32x4_t(&w)[4] = words[m];
        const uint32x4_t addend = w[i % 4] + vld1q_u32(kSha256Constants + 4 * i);
        const uint32x4_t old = abcd[m];
        abcd[m] = vsha256hq_u32(old, efgh[m], addend);
        efgh[m] = vsha256h2q_u32(efgh[m], old, addend);
        if (i < 12)
          w[i % 4] = vsha256su1q_u32(vsha256su0q_u32(w[i % 4], w[(i + 1) % 4]), w[(i + 2) % 4],
                                     w[(i + 3) % 4]);
      }
    }
    ZVM_UNROLL
    for (unsigned m = 0; m < kMessages; ++m) {
      abcd[m] += before[m][0];
      efgh[m] += before[m][1];
    }
  }
  for (unsigned m = 0; m < kMessages; ++m) {
    vst1q_u32(states[m], abcd[m]);
    vst1q_u32(states[m] + 4, efgh[m]);
  }
}

} // namespace

[[gnu::target("+crypto")]] void sha256_blocks_sha2(uint32_t (&state)[8], const uint8_t* data,
                                                   size_t blocks) {
  advance<1>(reinterpret_cast<uint32_t(&)[1][8]>(state), {data}, blocks);
}
[[gnu::target("+crypto")]] void
sha256_blocks_x2_sha2(uint32_t (&states)[2][8], const uint8_t* const (&data)[2], size_t blocks) {
  advance<2>(states, data, blocks);
}

} // namespace zvm::runtime

#endif
