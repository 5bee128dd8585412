// Keccak-f[1600] of two states at a time in the 32 vector registers of AArch64: 25 lanes of both,
// and seven to work with. The four instructions of the SHA-3 extension do in one step what NEON
// does in two or three.
#include "runtime/hash/kernels_arm64.hpp"

#if defined(__aarch64__)

#include <arm_neon.h>

#include <array>
#include <utility>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/keccak_constants.hpp"

namespace zvm::runtime {
namespace {

using Pair = uint64x2_t; ///< a lane of two states

struct Neon {
  [[gnu::always_inline]] static Pair xor3(Pair a, Pair b, Pair c) { return a ^ b ^ c; }
  /// a ^ rotated b
  [[gnu::always_inline]] static Pair theta(Pair a, Pair b) { return a ^ vsriq_n_u64(b + b, b, 63); }
  template <unsigned kLeft>
  [[gnu::always_inline]] static Pair rho(Pair lane, Pair theta) {
    const Pair x = lane ^ theta;
    return vsriq_n_u64(vshlq_n_u64(x, kLeft), x, 64 - kLeft);
  }
  [[gnu::always_inline]] static Pair chi(Pair a, Pair b, Pair c) { return a ^ vbicq_u64(c, b); }
};

/// Its functions become part of a caller that has the extension, once the templates between are
/// part of it.
struct Sha3 {
  [[gnu::target("arch=armv8.2-a+sha3")]] static inline Pair xor3(Pair a, Pair b, Pair c) {
    return veor3q_u64(a, b, c);
  }
  [[gnu::target("arch=armv8.2-a+sha3")]] static inline Pair theta(Pair a, Pair b) {
    return vrax1q_u64(a, b);
  }
  template <unsigned kLeft>
  [[gnu::target("arch=armv8.2-a+sha3")]] static inline Pair rho(Pair lane, Pair theta) {
    return vxarq_u64(lane, theta, 64 - kLeft);
  }
  /// Not BCAX: Neoverse CPUs run the extension in one of their pipes, which the other steps fill,
  /// and the rest in all. The compiler would make BCAX of anything that it sees through.
  [[gnu::always_inline]] static Pair chi(Pair a, Pair b, Pair c) {
    Pair masked;
    asm("bic %0.16b, %1.16b, %2.16b" : "=w"(masked) : "w"(c), "w"(b));
    return a ^ masked;
  }
};

/// Pi is one orbit through all lanes but the first; this is it, from where a lane goes to where it
/// comes from.
constexpr auto kOrbit = [] {
  std::array<unsigned, 25> orbit{1};
  for (unsigned i = 1; i < 25; ++i)
    orbit[i] = pi_source(orbit[i - 1] % 5, orbit[i - 1] / 5);
  return orbit;
}();

template <typename Steps, size_t... i>
[[gnu::always_inline]] inline void rho_and_pi(Pair (&a)[25], const Pair (&d)[5],
                                              std::index_sequence<i...>) {
  const Pair last = a[kOrbit[24]];
  ((a[kOrbit[i]] = Steps::template rho<kRotations[kOrbit[i + 1]]>(i == 23 ? last : a[kOrbit[i + 1]],
                                                                  d[kOrbit[i + 1] % 5])),
   ...);
}

template <typename Steps>
[[gnu::always_inline]] inline void round(Pair (&a)[25], const uint64_t* constant) {
  Pair c[5], d[5];
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x)
    c[x] = Steps::xor3(a[x], a[x + 5], a[x + 10]);
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x)
    c[x] = Steps::xor3(c[x], a[x + 15], a[x + 20]);
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x)
    d[x] = Steps::theta(c[(x + 4) % 5], c[(x + 1) % 5]);
  a[0] ^= d[0];
  rho_and_pi<Steps>(a, d, std::make_index_sequence<24>{});
  ZVM_UNROLL
  for (unsigned y = 0; y < 25; y += 5) {
    const Pair first = a[y], second = a[y + 1];
    ZVM_UNROLL
    for (unsigned x = 0; x < 5; ++x)
      a[y + x] = Steps::chi(a[y + x], x < 4 ? a[y + x + 1] : first,
                            x < 3    ? a[y + x + 2]
                            : x == 3 ? first
                                     : second);
  }
  a[0] ^= vld1q_dup_u64(constant);
}

template <typename Steps, size_t kStates>
[[gnu::always_inline]] inline void permute(uint64_t (&lanes)[25][kStates]) {
#if defined(__clang__)
#pragma clang loop unroll(disable)
#endif
  for (unsigned state = 0; state < kStates; state += 2) {
    Pair a[25];
    ZVM_UNROLL
    for (unsigned i = 0; i < 25; ++i)
      a[i] = vld1q_u64(&lanes[i][state]);
#if defined(__clang__)
#pragma clang loop unroll(disable)
#endif
    for (const uint64_t& constant : kRoundConstants)
      round<Steps>(a, &constant);
    ZVM_UNROLL
    for (unsigned i = 0; i < 25; ++i)
      vst1q_u64(&lanes[i][state], a[i]);
  }
}

} // namespace

void keccak_f1600_x4_neon(uint64_t (&lanes)[25][4]) { permute<Neon>(lanes); }
void keccak_f1600_x8_neon(uint64_t (&lanes)[25][8]) { permute<Neon>(lanes); }
[[gnu::target("arch=armv8.2-a+sha3")]] void keccak_f1600_x4_sha3(uint64_t (&lanes)[25][4]) {
  permute<Sha3>(lanes);
}
[[gnu::target("arch=armv8.2-a+sha3")]] void keccak_f1600_x8_sha3(uint64_t (&lanes)[25][8]) {
  permute<Sha3>(lanes);
}

} // namespace zvm::runtime

#endif
