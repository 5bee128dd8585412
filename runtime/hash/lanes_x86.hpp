// Words of 8 or 16 messages beside one another in registers, a lane for each message: how they get
// there and back.
#pragma once

#include "runtime/hash/generator_x86.hpp"

#if defined(__x86_64__) && !defined(_WIN32)

#include <type_traits>

namespace zvm::runtime {

/// A lane is 32 bits of a ymm or zmm register. Zmm has AVX-512; Ymm may, and then all 32 registers.
template <typename Register>
class LanesX86 {
 public:
  static constexpr unsigned kLanes = std::is_same_v<Register, Xbyak::Zmm> ? 16 : 8;

  LanesX86(GeneratorX86& g, bool has_avx512) : g_(g), has_avx512_(has_avx512) {}

  static Register v(unsigned i) { return Register(static_cast<int>(i)); }

  void load(const Register& to, const Xbyak::Address& from) {
    if (has_avx512_)
      g_.vmovdqu32(to, from);
    else
      g_.vmovdqu(to, from);
  }
  void store(const Xbyak::Address& to, const Register& from) {
    if (has_avx512_)
      g_.vmovdqu32(to, from);
    else
      g_.vmovdqu(to, from);
  }

  /// Four words of each message into four registers from `first` on; v12 to v15 are overwritten.
  /// `at(message)` says where a message's words begin.
  void transpose_in(unsigned first, auto at) {
    // A register has four words of every fourth message; then these are four squares beside one
    // another.
    for (unsigned i = 0; i < 4; ++i) {
      const Register reg = v(first + i);
      const Xbyak::Xmm low{reg.getIdx()};
      if (has_avx512_)
        g_.vmovdqu32(low, g_.ptr[at(i)]);
      else
        g_.vmovdqu(low, g_.ptr[at(i)]);
      for (unsigned part = 1; part < kLanes / 4; ++part) {
        const Xbyak::RegExp from = at(4 * part + i);
        if (has_avx512_)
          g_.vinserti32x4(reg, reg, g_.ptr[from], static_cast<uint8_t>(part));
        else
          g_.vinserti128(reg, reg, g_.ptr[from], static_cast<uint8_t>(part));
      }
    }
    transpose(first);
  }

  /// The way back: to `to`, where messages are 32 bytes apart.
  void transpose_out(unsigned first, const Xbyak::RegExp& to) {
    transpose(first);
    for (unsigned i = 0; i < 4; ++i) {
      const Register reg = v(first + i);
      for (unsigned part = 0; part < kLanes / 4; ++part) {
        const Xbyak::Address at = g_.ptr[to + 32 * (4 * part + i)];
        if (has_avx512_)
          g_.vextracti32x4(at, reg, static_cast<uint8_t>(part));
        else
          g_.vextracti128(at, reg, static_cast<uint8_t>(part));
      }
    }
  }

 private:
  /// Each square of four by four words among four registers.
  void transpose(unsigned first) {
    const Register r[4] = {v(first), v(first + 1), v(first + 2), v(first + 3)};
    const Register t[4] = {v(12), v(13), v(14), v(15)};
    g_.vpunpckldq(t[0], r[0], r[1]);
    g_.vpunpckhdq(t[1], r[0], r[1]);
    g_.vpunpckldq(t[2], r[2], r[3]);
    g_.vpunpckhdq(t[3], r[2], r[3]);
    g_.vpunpcklqdq(r[0], t[0], t[2]);
    g_.vpunpckhqdq(r[1], t[0], t[2]);
    g_.vpunpcklqdq(r[2], t[1], t[3]);
    g_.vpunpckhqdq(r[3], t[1], t[3]);
  }

  GeneratorX86& g_;
  bool has_avx512_;
};

} // namespace zvm::runtime

#endif
