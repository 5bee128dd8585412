// The rounds of BLAKE2b's F in portable code.
#include <bit>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/blake2_constants.hpp"
#include "runtime/hash/variants.hpp"

namespace zvm::runtime {
namespace {

[[gnu::always_inline]] inline void quarter(uint64_t& a, uint64_t& b, uint64_t& c, uint64_t& d,
                                           uint64_t x, uint64_t y) {
  a += b + x;
  d = std::rotr(d ^ a, 32);
  c += d;
  b = std::rotr(b ^ c, 24);
  a += b + y;
  d = std::rotr(d ^ a, 16);
  c += d;
  b = std::rotr(b ^ c, 63);
}

/// One round; its permutation is a constant, so that the message is addressed directly.
template <unsigned kIndex>
[[gnu::always_inline]] inline void round(uint64_t (&v)[16], const uint64_t (&m)[16]) {
  constexpr const uint8_t(&s)[16] = kBlake2bSigma[kIndex];
  quarter(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
  quarter(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
  quarter(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
  quarter(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
  quarter(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
  quarter(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
  quarter(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
  quarter(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
}

} // namespace

void blake2b_mix_portable(uint64_t (&state)[16], const uint64_t (&m)[16], uint32_t next,
                          uint32_t rounds) {
  uint64_t v[16];
  ZVM_UNROLL
  for (unsigned i = 0; i < 16; ++i)
    v[i] = state[i];
  // Enters the cycle of ten where the last call left it; each case falls into the next round.
  while (rounds != 0) {
    const uint32_t run = rounds < 10 - next ? rounds : 10 - next;
    const unsigned end = next + run;
#define ZVM_BLAKE2_ROUND(i)                                                                        \
  case i:                                                                                          \
    round<i>(v, m);                                                                                \
    if (end == i + 1)                                                                              \
      break;                                                                                       \
    [[fallthrough]];
    switch (next) {
      ZVM_BLAKE2_ROUND(0)
      ZVM_BLAKE2_ROUND(1)
      ZVM_BLAKE2_ROUND(2)
      ZVM_BLAKE2_ROUND(3)
      ZVM_BLAKE2_ROUND(4)
      ZVM_BLAKE2_ROUND(5)
      ZVM_BLAKE2_ROUND(6)
      ZVM_BLAKE2_ROUND(7)
      ZVM_BLAKE2_ROUND(8)
    default:
      round<9>(v, m);
    }
#undef ZVM_BLAKE2_ROUND
    rounds -= run;
    next = end % 10;
  }
  ZVM_UNROLL
  for (unsigned i = 0; i < 16; ++i)
    state[i] = v[i];
}

} // namespace zvm::runtime
