// U256 at full width: random and edge-shaped operands against GMP, and the properties of each
// function.
#include "base/uint256.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <type_traits>
#include <vector>

#include <gmp.h>
#include <gtest/gtest.h>

namespace zvm {
namespace {

static_assert(std::is_trivially_copyable_v<U256>);

/// A GMP integer with the few operations that the checks need.
class Integer {
 public:
  Integer() { mpz_init(z_); }
  explicit Integer(const U256& value) : Integer{} { mpz_import(z_, 4, -1, 8, 0, 0, value.limbs); }
  Integer(const Integer& other) : Integer{} { mpz_set(z_, other.z_); }
  Integer& operator=(const Integer& other) {
    mpz_set(z_, other.z_);
    return *this;
  }
  ~Integer() { mpz_clear(z_); }
  static Integer from_signed(const U256& value) {
    Integer z{value};
    if (value.is_negative())
      mpz_sub(z.z_, z.z_, power_of_two(256).z_);
    return z;
  }
  static Integer power_of_two(unsigned exponent) {
    Integer z;
    mpz_setbit(z.z_, exponent);
    return z;
  }
  /// Modulo 2^256.
  [[nodiscard]] U256 wrapped() const {
    Integer rest;
    mpz_fdiv_r_2exp(rest.z_, z_, 256);
    U256 value;
    mpz_export(value.limbs, nullptr, -1, 8, 0, 0, rest.z_);
    return value;
  }
  template <typename F, typename... Rest>
  static Integer of(F function, const Rest&... operands) {
    Integer z;
    function(z.z_, operands.z_...);
    return z;
  }
  mpz_t z_;
};

class Operands {
 public:
  /// Limbs of all widths and shapes at which carries, corrections and fast paths change.
  U256 next() {
    U256 value;
    const unsigned width = random_() % 5;
    for (unsigned i = 0; i < width; ++i)
      value.limbs[i] = limb();
    if (random_() % 16 == 0)
      value = -value;
    if (random_() % 16 == 0)
      value = value << (random_() % 256);
    return value;
  }
  uint64_t raw() { return random_(); }

 private:
  uint64_t limb() {
    switch (random_() % 8) {
    case 0:
      return 0;
    case 1:
      return ~uint64_t{0};
    case 2:
      return uint64_t{1} << (random_() % 64);
    case 3:
      return (uint64_t{1} << (random_() % 64)) - 1;
    case 4:
      return ~uint64_t{0} - random_() % 4;
    case 5:
      return random_() % 4;
    default:
      return random_();
    }
  }
  std::mt19937_64 random_{20240607};
};

constexpr int kRounds = 50'000;
constexpr U256 kMax = ~U256{};
constexpr U256 kMin{0, 0, 0, uint64_t{1} << 63};

TEST(U256, RingAgreesWithGmp) {
  Operands operands;
  for (int i = 0; i < kRounds; ++i) {
    const U256 a = operands.next(), b = operands.next();
    const Integer x{a}, y{b};
    ASSERT_EQ(a + b, Integer::of(mpz_add, x, y).wrapped());
    ASSERT_EQ(a - b, Integer::of(mpz_sub, x, y).wrapped());
    ASSERT_EQ(a * b, Integer::of(mpz_mul, x, y).wrapped());
    ASSERT_EQ(-a, Integer::of(mpz_neg, x).wrapped());
    ASSERT_EQ(~a, Integer::of(mpz_com, x).wrapped());
    ASSERT_EQ(a & b, Integer::of(mpz_and, x, y).wrapped());
    ASSERT_EQ(a | b, Integer::of(mpz_ior, x, y).wrapped());
    ASSERT_EQ(a ^ b, Integer::of(mpz_xor, x, y).wrapped());
    const int order = mpz_cmp(x.z_, y.z_);
    ASSERT_EQ(a < b, order < 0);
    ASSERT_EQ(a <= b, order <= 0);
    ASSERT_EQ(a > b, order > 0);
    ASSERT_EQ(a >= b, order >= 0);
    ASSERT_EQ(a == b, order == 0);
    ASSERT_EQ((a <=> b) < 0, order < 0);
    ASSERT_EQ((a <=> b) == 0, order == 0);
    const int signed_order = mpz_cmp(Integer::from_signed(a).z_, Integer::from_signed(b).z_);
    ASSERT_EQ(slt(a, b), signed_order < 0);
    ASSERT_EQ(sgt(a, b), signed_order > 0);
  }
}

TEST(U256, DivisionAgreesWithGmp) {
  Operands operands;
  for (int i = 0; i < 4 * kRounds; ++i) {
    const U256 a = operands.next(), b = operands.next();
    if (b.is_zero())
      continue;
    const Integer x{a}, y{b};
    ASSERT_EQ(div(a, b), Integer::of(mpz_tdiv_q, x, y).wrapped());
    ASSERT_EQ(mod(a, b), Integer::of(mpz_tdiv_r, x, y).wrapped());
    ASSERT_EQ(div_mod(a, b).remainder, mod(a, b));
    const Integer s = Integer::from_signed(a), t = Integer::from_signed(b);
    ASSERT_EQ(sdiv(a, b), Integer::of(mpz_tdiv_q, s, t).wrapped());
    ASSERT_EQ(smod(a, b), Integer::of(mpz_tdiv_r, s, t).wrapped());
    U256 in_place[4] = {a, a, a, a};
    div_to(in_place[0], b, in_place[0]);
    mod_to(in_place[1], b, in_place[1]);
    sdiv_to(in_place[2], b, in_place[2]);
    smod_to(in_place[3], b, in_place[3]);
    ASSERT_EQ(in_place[0], div(a, b));
    ASSERT_EQ(in_place[1], mod(a, b));
    ASSERT_EQ(in_place[2], sdiv(a, b));
    ASSERT_EQ(in_place[3], smod(a, b));
  }
}

/// Numerators just around multiples of the divisor, where a quotient limb is one too many.
TEST(U256, DivisionAroundMultiples) {
  Operands operands;
  for (int i = 0; i < 4 * kRounds; ++i) {
    const U256 b = operands.next();
    if (b.is_zero())
      continue;
    const U256 q = div(operands.next(), b);
    const U256 multiple = q * b;
    ASSERT_EQ(div(multiple, b), q);
    ASSERT_EQ(mod(multiple, b), U256{});
    if (!q.is_zero()) {
      ASSERT_EQ(div(multiple - 1, b), q - 1);
      ASSERT_EQ(mod(multiple - 1, b), b - 1);
    }
  }
}

TEST(U256, ModularArithmeticAgreesWithGmp) {
  Operands operands;
  for (int i = 0; i < 4 * kRounds; ++i) {
    U256 a = operands.next(), b = operands.next(), m = operands.next();
    if (i % 3 == 0)
      m = U256{m.limbs[0], ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}};
    if (m.is_zero())
      continue;
    if (i % 2 == 0) {
      a = mod(a, m);
      b = mod(b, m);
    }
    const Integer x{a}, y{b}, z{m};
    ASSERT_EQ(addmod(a, b, m), Integer::of(mpz_mod, Integer::of(mpz_add, x, y), z).wrapped());
    const U256 product = Integer::of(mpz_mod, Integer::of(mpz_mul, x, y), z).wrapped();
    for (int again = 0; again < 3; ++again) // moduli that come again have their reciprocal
      ASSERT_EQ(mulmod(a, b, m), product);
    mulmod_to(a, b, m, a);
    ASSERT_EQ(a, product);
    mulmod_to(x.wrapped(), b, m, m);
    ASSERT_EQ(m, product);
    ASSERT_EQ(mulmod(x.wrapped(), b, Modulus{z.wrapped()}), product);
  }
}

TEST(U256, ExpAgreesWithGmp) {
  Operands operands;
  const Integer end = Integer::power_of_two(256);
  for (int i = 0; i < kRounds / 10; ++i) {
    const U256 a = operands.next();
    const U256 e = i % 2 == 0 ? operands.next() : U256{operands.raw() % 300};
    ASSERT_EQ(exp(a, e), Integer::of(mpz_powm, Integer{a}, Integer{e}, end).wrapped());
  }
  EXPECT_EQ(exp(0, 0), U256{1});
  EXPECT_EQ(exp(0, kMax), U256{});
  EXPECT_EQ(exp(2, 255), kMin);
  EXPECT_EQ(exp(2, 256), U256{});
  EXPECT_EQ(exp(256, U256{0, 1, 0, 0}), U256{});
}

TEST(U256, DivisorZeroGivesZero) {
  EXPECT_EQ(div(kMax, 0), U256{});
  EXPECT_EQ(mod(kMax, 0), U256{});
  EXPECT_EQ(sdiv(kMax, 0), U256{});
  EXPECT_EQ(smod(kMax, 0), U256{});
  EXPECT_EQ(addmod(kMax, kMax, 0), U256{});
  EXPECT_EQ(mulmod(kMax, kMax, 0), U256{});
}

TEST(U256, SignedEdges) {
  EXPECT_EQ(sdiv(kMin, kMax), kMin);
  EXPECT_EQ(smod(kMin, kMax), U256{});
  EXPECT_EQ(smod(-U256{7}, 3), -U256{1});
  EXPECT_EQ(smod(7, -U256{3}), U256{1});
  EXPECT_EQ(sdiv(-U256{7}, 3), -U256{2});
  EXPECT_TRUE(slt(kMin, kMax));
  EXPECT_TRUE(sgt(U256{}, kMax));
}

TEST(U256, Shifts) {
  Operands operands;
  for (int i = 0; i < kRounds; ++i) {
    const U256 a = operands.next();
    const auto count = static_cast<unsigned>(operands.raw() % 300);
    const Integer x{a}, s = Integer::from_signed(a);
    Integer left, right, arithmetic;
    mpz_mul_2exp(left.z_, x.z_, count);
    mpz_fdiv_q_2exp(right.z_, x.z_, count);
    mpz_fdiv_q_2exp(arithmetic.z_, s.z_, count);
    ASSERT_EQ(a << count, left.wrapped());
    ASSERT_EQ(a >> count, right.wrapped());
    ASSERT_EQ(shl(count, a), left.wrapped());
    ASSERT_EQ(shr(count, a), right.wrapped());
    ASSERT_EQ(sar(count, a), arithmetic.wrapped());
  }
  EXPECT_EQ(shl(U256{1, 1, 0, 0}, kMax), U256{});
  EXPECT_EQ(shr(kMax, kMax), U256{});
  EXPECT_EQ(sar(kMax, kMin), kMax);
  EXPECT_EQ(sar(256, kMin - 1), U256{});
}

TEST(U256, BytesAndSigns) {
  const U256 counted = [] {
    std::array<uint8_t, 32> bytes{};
    for (unsigned i = 0; i < 32; ++i)
      bytes[i] = static_cast<uint8_t>(0x70 + i);
    return U256::load_be(bytes.data());
  }();
  for (unsigned i = 0; i < 32; ++i)
    EXPECT_EQ(byte_at(i, counted), U256{0x70 + i});
  EXPECT_EQ(byte_at(32, counted), U256{});
  EXPECT_EQ(byte_at(U256{0, 1, 0, 0}, counted), U256{});

  for (unsigned i = 0; i < 32; ++i) {
    const unsigned bits = 8 * (i + 1);
    const U256 negative = U256{1} << (bits - 1);
    EXPECT_EQ(signextend(i, negative), -negative);
    EXPECT_EQ(signextend(i, negative - 1), negative - 1);
    EXPECT_EQ(signextend(i, kMax - negative), negative - 1);
  }
  EXPECT_EQ(signextend(31, counted), counted);
  EXPECT_EQ(signextend(32, U256{0x80}), U256{0x80});
  EXPECT_EQ(signextend(kMax, U256{0x80}), U256{0x80});
}

TEST(U256, SignsAgreeWithGmp) {
  Operands operands;
  for (int i = 0; i < kRounds; ++i) {
    const U256 a = operands.next();
    const auto index = static_cast<unsigned>(operands.raw() % 34);
    const unsigned bits = 8 * std::min(index + 1, 32u);
    Integer z;
    mpz_fdiv_r_2exp(z.z_, Integer{a}.z_, bits);
    if (mpz_tstbit(z.z_, bits - 1) != 0)
      mpz_sub(z.z_, z.z_, Integer::power_of_two(bits).z_);
    ASSERT_EQ(signextend(index, a), z.wrapped()) << index;
  }
}

TEST(U256, Widths) {
  EXPECT_EQ(U256{}.bit_width(), 0u);
  EXPECT_EQ(U256{}.byte_width(), 0u);
  EXPECT_EQ(clz(0), 256u);
  EXPECT_EQ(clz(kMax), 0u);
  for (unsigned i = 0; i < 256; ++i) {
    const U256 power = U256{1} << i;
    EXPECT_EQ(power.bit_width(), i + 1);
    EXPECT_EQ(power.byte_width(), i / 8 + 1);
    EXPECT_EQ(clz(power), 255 - i);
    EXPECT_EQ(power.fits_u64(), i < 64);
    EXPECT_EQ(power.low64(), i < 64 ? uint64_t{1} << i : 0);
    EXPECT_FALSE(power.is_zero());
    EXPECT_EQ(power.is_negative(), i == 255);
  }
}

TEST(U256, BigEndianBytes) {
  Operands operands;
  for (int i = 0; i < 1000; ++i) {
    const U256 a = operands.next();
    std::array<uint8_t, 32> bytes{};
    a.store_be(bytes.data());
    ASSERT_EQ(U256::load_be(bytes.data()), a);
    ASSERT_EQ(U256{bytes[31]}, a & 0xff);
    const auto tail = static_cast<size_t>(operands.raw() % 33);
    const U256 low = U256::from_be_bytes(std::span<const uint8_t>{bytes}.last(tail));
    ASSERT_EQ(low, tail == 32 ? a : a & ((U256{1} << static_cast<unsigned>(8 * tail)) - 1));
  }
  EXPECT_EQ(U256::from_be_bytes({}), U256{});
}

TEST(U256, ConstantExpressions) {
  constexpr std::array<uint8_t, 32> kBytes = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  constexpr U256 kLoaded = U256::load_be(kBytes.data());
  static_assert(kLoaded == (U256{1} << 248 | U256{2}));
  static_assert(U256{3} * 5 - 1 == U256{14} && kMax + 1 == U256{});
  static_assert(U256{2} < U256{3} && slt(kMax, 0));
  static_assert(shl(4, 1) == U256{16} && sar(255, kMin) == kMax);
  static_assert(signextend(0, 0x80) == -U256{128} && byte_at(31, 0xab) == U256{0xab});
}

} // namespace
} // namespace zvm
