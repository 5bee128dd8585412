// The precompiles of pairing-friendly curves: what they refuse, and laws that hold between their
// answers.
#include "runtime/precompiles/curves.hpp"

#include <gtest/gtest.h>

#include <random>

#include "runtime/hash/digests.hpp"
#include "tests/unit/runtime/precompiles/call.hpp"

namespace zvm::runtime {
namespace {

using testing::call;
using testing::Called;
using testing::from_hex;
using testing::to_hex;
using testing::word;
using testing::zeros;

std::string word(const U256& value) { return to_hex(to_bytes32(value).bytes); }

void expect_refused(uint16_t number, const std::string& input) {
  const Called called = call(number, input);
  EXPECT_EQ(called.status, Status::PrecompileFailure) << number << " " << input;
  EXPECT_EQ(called.output, "");
  EXPECT_FALSE(called.needs_pairing);
}

/// The output, where it succeeds.
std::string answer(uint16_t number, const std::string& input) {
  const Called called = call(number, input);
  EXPECT_EQ(called.status, Status::Success) << number << " " << input;
  return called.output;
}

/// What the hook answers ends the run.
void expect_polled(uint16_t number, const std::string& input) {
  int asked = 0;
  const auto stop_second = [](void* count) {
    return ++*static_cast<int*>(count) == 2 ? Status::Cancelled : Status::Success;
  };
  const Called called =
      call(number, from_hex(input), Revision::Osaka, PollHook{stop_second, &asked});
  EXPECT_EQ(called.status, Status::Cancelled);
  EXPECT_EQ(called.output, "");
  EXPECT_EQ(asked, 2);
}

std::string repeated(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i)
    all += text;
  return all;
}

/// Scalars of 254 bits, of which two can be added.
class Scalars {
 public:
  U256 next() { return U256{random_(), random_(), random_(), random_() >> 2}; }

 private:
  std::mt19937_64 random_{7};
};

/// Input of every size that is not for a length to refuse.
struct Shape {
  uint16_t number;
  size_t item; ///< bytes
  bool repeats;
};
constexpr Shape kShapes[] = {{0x0b, 256, false}, {0x0c, 160, true}, {0x0d, 512, false},
                             {0x0e, 288, true},  {0x0f, 384, true}, {0x10, 64, false},
                             {0x11, 128, false}};

TEST(Curves, InputSizes) {
  for (const Shape& shape : kShapes) {
    expect_refused(shape.number, "");
    expect_refused(shape.number, zeros(shape.item - 1));
    expect_refused(shape.number, zeros(shape.item + 1));
    if (!shape.repeats)
      expect_refused(shape.number, zeros(2 * shape.item));
  }
  expect_refused(8, zeros(191));
  expect_refused(8, zeros(193));
  EXPECT_EQ(answer(8, ""), word(1));
}

/// Zeros are points at infinity, whose sums and products exist.
TEST(Curves, BuiltInOrNot) {
  const auto expect_answer = [](uint16_t number, size_t size) {
    const Called called = call(number, zeros(size));
    EXPECT_EQ(called.status, kHasCurves ? Status::Success : Status::HostError);
    EXPECT_EQ(called.needs_pairing, !kHasCurves);
  };
  for (const uint16_t number : {6, 7, 8})
    expect_answer(number, 192);
  for (const Shape& shape : kShapes)
    expect_answer(shape.number, shape.item);
}

class WithCurves : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!kHasCurves)
      GTEST_SKIP() << "this build has no curves";
  }
};

// ---- bn254
// ----------------------------------------------------------------------------------------------------------

class Bn254 : public WithCurves {
 protected:
  static std::string add(const std::string& a, const std::string& b) { return answer(6, a + b); }
  static std::string mul(const std::string& a, const U256& b) { return answer(7, a + word(b)); }

  static constexpr U256 kOrder{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d,
                               0x30644e72e131a029};
  const std::string kField = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";
  const std::string kOne = word(1) + word(2);
  const std::string kMinusOne = word(1) + kField.substr(0, 62) + "45";
  const std::string kInfinity = zeros(64);
  const std::string kOneG2 = "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
                             "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
                             "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
                             "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";
  /// x = 1: on the curve, and outside of the group of prime order.
  const std::string kStrangeG2 =
      word(0) + word(1) + "0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4" +
      "2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb";
};

TEST_F(Bn254, Infinity) {
  EXPECT_EQ(answer(6, ""), kInfinity);
  EXPECT_EQ(answer(7, ""), kInfinity);
  EXPECT_EQ(add(kOne, kInfinity), kOne);
  EXPECT_EQ(add(kInfinity, kOne), kOne);
  EXPECT_EQ(add(kOne, kMinusOne), kInfinity);
  EXPECT_EQ(mul(kInfinity, kOrder - 1), kInfinity);
  EXPECT_EQ(mul(kOne, 0), kInfinity);
  EXPECT_EQ(mul(kOne, kOrder), kInfinity);
  EXPECT_EQ(mul(kOne, kOrder + 1), kOne);
  EXPECT_EQ(mul(kOne, kOrder - 1), kMinusOne);
}

TEST_F(Bn254, ShortAndLongInput) {
  EXPECT_EQ(answer(6, kOne), kOne);
  EXPECT_EQ(answer(6, word(1) + word(2).substr(0, 64)), kOne);
  EXPECT_EQ(answer(6, kOne + kInfinity + "ff"), kOne);
  EXPECT_EQ(answer(7, kOne), kInfinity);
  EXPECT_EQ(answer(7, kOne + word(1) + "ff"), kOne);
  // Zeros follow, and so make the number larger.
  EXPECT_EQ(answer(7, kOne + zeros(31)), kInfinity);
  EXPECT_EQ(answer(7, kOne + "01"), mul(kOne, U256{1} << 248));
  expect_refused(6, "31");
}

TEST_F(Bn254, InvalidPoints) {
  const std::string one_and_field = kField.substr(0, 62) + "48";
  for (const std::string& point : {
           word(1) + word(1),
           word(0) + word(1),
           word(1) + word(0),
           kField + zeros(32),      // infinity, if it were reduced
           zeros(32) + kField,      // so is this
           one_and_field + word(2), // and this would be the generator
           std::string(128, 'f'),
       }) {
    expect_refused(6, point);
    expect_refused(6, kOne + point);
    expect_refused(7, point + word(1));
    expect_refused(7, point + word(0));
    expect_refused(8, point + kOneG2);
    expect_refused(8, kOne + kOneG2 + point + zeros(128));
  }
}

TEST_F(Bn254, InvalidPointsOfG2) {
  std::string off_curve = kOneG2;
  off_curve.back() = 'b';
  for (const std::string& point :
       {kStrangeG2, off_curve, kField + zeros(96), zeros(32) + kField + zeros(64),
        zeros(64) + kField + zeros(32), zeros(96) + kField}) {
    expect_refused(8, kOne + point);
    expect_refused(8, kInfinity + point);
    expect_refused(8, kOne + kOneG2 + kOne + point);
  }
}

TEST_F(Bn254, AddAndMulAgree) {
  Scalars scalars;
  for (int i = 0; i < 32; ++i) {
    const std::string point = mul(kOne, scalars.next());
    const U256 a = scalars.next(), b = scalars.next();
    EXPECT_EQ(add(mul(point, a), mul(point, b)), mul(point, a + b));
    EXPECT_EQ(mul(mul(point, a), b), mul(mul(point, b), a));
    EXPECT_EQ(add(point, point), mul(point, 2));
  }
}

TEST_F(Bn254, Pairing) {
  EXPECT_EQ(answer(8, kInfinity + zeros(128)), word(1));
  EXPECT_EQ(answer(8, kOne + zeros(128)), word(1));
  EXPECT_EQ(answer(8, kInfinity + kOneG2), word(1));
  EXPECT_EQ(answer(8, kOne + kOneG2), word(0));
  EXPECT_EQ(answer(8, kOne + kOneG2 + kMinusOne + kOneG2), word(1));
  // One for each way in which pairs fall into groups: sum the points, take away what is there.
  Scalars scalars;
  std::string pairs, sum = kInfinity;
  for (size_t count = 1; count <= 9; ++count) {
    const U256 a = scalars.next();
    pairs += mul(kOne, a) + kOneG2;
    sum = add(sum, mul(kOne, a));
    EXPECT_EQ(answer(8, pairs + mul(sum, kOrder - 1) + kOneG2), word(1));
    EXPECT_EQ(answer(8, pairs + sum + kOneG2), word(0));
  }
}

TEST_F(Bn254, Polls) { expect_polled(8, repeated(kOne + kOneG2, 64)); }

// ---- BLS12-381
// ------------------------------------------------------------------------------------------------------

const std::string kPad = zeros(16);
const std::string kBlsField = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0"
                              "f6b0f6241eabfffeb153ffffb9feffffffffaaab";

/// A group of BLS12-381 and its precompiles.
struct Group {
  uint16_t add_number, msm_number;
  size_t point; ///< bytes
  std::string one, minus_one;
  std::string strange; ///< on the curve, and outside of the group of prime order

  [[nodiscard]] std::string infinity() const { return zeros(point); }
  [[nodiscard]] std::string add(const std::string& a, const std::string& b) const {
    return answer(add_number, a + b);
  }
  [[nodiscard]] std::string mul(const std::string& a, const U256& b) const {
    return answer(msm_number, a + word(b));
  }
};

class Bls12 : public WithCurves {
 protected:
  static constexpr U256 kOrder{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                               0x73eda753299d7d48};
  const Group g1{
      0x0b, 0x0c, 128,
      kPad +
          "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00a"
          "db22c6bb" +
          kPad +
          "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae4"
          "0caa232946c5e7e1",
      kPad +
          "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00a"
          "db22c6bb" +
          kPad +
          "114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c96655b9d5caac42364e6f38ba0ecb751b"
          "ad54dcd6b939c2ca",
      // x = 4
      zeros(63) + "04" + kPad +
          "0a989badd40d6212b33cffc3f3763e9bc760f988c9926b26da9dd85e928483446346b8ed00e1de5d5ea93e35"
          "4abe706c"};
  const Group g2{
      0x0d, 0x0e, 256,
      kPad +
          "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8"
          "c121bdb8" +
          kPad +
          "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57"
          "e5ac7d055d042b7e" +
          kPad +
          "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289"
          "e193548608b82801" +
          kPad +
          "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1"
          "aaa9075ff05f79be",
      kPad +
          "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8"
          "c121bdb8" +
          kPad +
          "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57"
          "e5ac7d055d042b7e" +
          kPad +
          "0d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75"
          "d86bab79f74782aa" +
          kPad +
          "13fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e"
          "0f55f8a00fa030ed",
      // x = 2
      zeros(63) + "02" + zeros(64) + kPad +
          "18c6b864ae17dc9da64203ffefb966306425a7bc6aeb7c75247438372716284a4173830420cd476ba1a365b9"
          "5bfcec38" +
          kPad +
          "172e93db764a8400a7d5071b6b6f5de0da2f0f4a063119abca014006b7c40a2cfe291a1924e65db0"
          "d6d0fcfbf3bf3d5c"};
  const Group* const groups[2] = {&g1, &g2};
};

TEST_F(Bls12, Infinity) {
  for (const Group* g : groups) {
    EXPECT_EQ(g->add(g->infinity(), g->infinity()), g->infinity());
    EXPECT_EQ(g->add(g->one, g->infinity()), g->one);
    EXPECT_EQ(g->add(g->infinity(), g->one), g->one);
    EXPECT_EQ(g->add(g->one, g->minus_one), g->infinity());
    EXPECT_EQ(g->mul(g->infinity(), 5), g->infinity());
    EXPECT_EQ(g->mul(g->one, 0), g->infinity());
    EXPECT_EQ(g->mul(g->one, kOrder), g->infinity());
    EXPECT_EQ(g->mul(g->one, kOrder + 1), g->one);
    EXPECT_EQ(g->mul(g->one, kOrder - 1), g->minus_one);
    EXPECT_EQ(
        answer(g->msm_number, g->one + word(7) + g->infinity() + word(9) + g->minus_one + word(7)),
        g->infinity());
  }
}

TEST_F(Bls12, SubgroupsMatterToProductsOnly) {
  for (const Group* g : groups) {
    EXPECT_EQ(g->add(g->strange, g->infinity()), g->strange);
    expect_refused(g->msm_number, g->strange + word(1));
    expect_refused(g->msm_number, g->strange + word(0));
    expect_refused(g->msm_number, g->one + word(1) + g->strange + word(1));
  }
  expect_refused(0x0f, g1.strange + g2.one);
  expect_refused(0x0f, g1.one + g2.strange);
  expect_refused(0x0f, g1.strange + g2.infinity());
  expect_refused(0x0f, g1.infinity() + g2.strange);
}

TEST_F(Bls12, PointsOffTheCurve) {
  for (const Group* g : groups) {
    for (const std::string& good : {g->one, g->strange}) {
      std::string bad = good;
      bad.back() = bad.back() == '0' ? '1' : '0';
      expect_refused(g->add_number, bad + g->one);
      expect_refused(g->add_number, g->one + bad);
      expect_refused(g->msm_number, bad + word(1));
      expect_refused(0x0f, g == &g1 ? bad + g2.infinity() : g1.infinity() + bad);
    }
  }
}

TEST_F(Bls12, FieldElements) {
  struct Place {
    uint16_t number;
    size_t elements, rest; ///< of an item; bytes after them
  };
  for (const Place& place : {Place{0x0b, 4, 0},
                             {0x0c, 2, 32},
                             {0x0d, 8, 0},
                             {0x0e, 4, 32},
                             {0x0f, 6, 0},
                             {0x10, 1, 0},
                             {0x11, 2, 0}}) {
    for (size_t i = 0; i < place.elements; ++i) {
      const std::string before = zeros(64 * i);
      const std::string after = zeros(64 * (place.elements - i - 1) + place.rest);
      // Each of these is 0 if it is reduced or cut, and all else is 0 too.
      for (const std::string& bad :
           {kPad + kBlsField, "01" + zeros(63), zeros(15) + "01" + zeros(48)})
        expect_refused(place.number, before + bad + after);
      EXPECT_EQ(call(place.number, before + zeros(64) + after).status, Status::Success);
    }
  }
}

TEST_F(Bls12, AddAndMulAgree) {
  Scalars scalars;
  for (const Group* g : groups) {
    for (int i = 0; i < 12; ++i) {
      const std::string point = g->mul(g->one, scalars.next());
      const U256 a = scalars.next(), b = scalars.next();
      EXPECT_EQ(g->add(g->mul(point, a), g->mul(point, b)), g->mul(point, a + b));
      EXPECT_EQ(answer(g->msm_number, point + word(a) + point + word(b)), g->mul(point, a + b));
      EXPECT_EQ(g->mul(g->mul(point, a), b), g->mul(g->mul(point, b), a));
      EXPECT_EQ(g->add(point, point), g->mul(point, 2));
    }
  }
}

/// By each of the ways in which sums are computed: a few terms, many, and more than are taken at
/// once.
TEST_F(Bls12, LongSums) {
  Scalars scalars;
  for (const Group* g : groups) {
    const std::string point = g->mul(g->one, scalars.next());
    for (const size_t count : {31, 32, 33, 1023, 1024, 1025, 1100}) {
      std::string terms;
      U256 sum;
      for (size_t i = 1; i <= count; ++i) {
        terms += i % 2 == 0 ? g->one : point;
        terms += word(i);
        if (i % 2 != 0)
          sum = sum + U256{i};
      }
      const U256 others = U256{count * (count + 1) / 2} - sum;
      EXPECT_EQ(answer(g->msm_number, terms), g->add(g->mul(point, sum), g->mul(g->one, others)));
    }
  }
}

TEST_F(Bls12, MapsIntoTheGroups) {
  Scalars scalars;
  for (int i = 0; i < 8; ++i) {
    const std::string a = zeros(32) + word(scalars.next()), b = zeros(32) + word(scalars.next());
    const std::string on_g1 = answer(0x10, a), on_g2 = answer(0x11, a + b);
    EXPECT_EQ(g1.mul(on_g1, 1), on_g1);
    EXPECT_EQ(g2.mul(on_g2, 1), on_g2);
    EXPECT_NE(answer(0x11, b + a), on_g2);
  }
}

TEST_F(Bls12, Pairing) {
  EXPECT_EQ(answer(0x0f, g1.infinity() + g2.infinity()), word(1));
  EXPECT_EQ(answer(0x0f, g1.one + g2.infinity()), word(1));
  EXPECT_EQ(answer(0x0f, g1.infinity() + g2.one), word(1));
  EXPECT_EQ(answer(0x0f, g1.one + g2.one), word(0));
  EXPECT_EQ(answer(0x0f, g1.one + g2.one + g1.minus_one + g2.one), word(1));
  EXPECT_EQ(answer(0x0f, g1.one + g2.one + g1.one + g2.minus_one), word(1));
  Scalars scalars;
  std::string pairs, sum = g1.infinity();
  for (size_t count = 1; count <= 34; ++count) {
    const U256 a = scalars.next(), b = scalars.next();
    pairs += g1.mul(g1.one, a) + g2.mul(g2.one, b);
    sum = g1.add(sum, g1.mul(g1.mul(g1.one, a), b));
    if (count % 3 == 0)
      pairs += g1.infinity() + g2.one;
    EXPECT_EQ(answer(0x0f, pairs + g1.mul(sum, kOrder - 1) + g2.one), word(1)) << count;
    EXPECT_EQ(answer(0x0f, pairs + sum + g2.one), word(0)) << count;
  }
}

TEST_F(Bls12, Polls) {
  expect_polled(0x0c, repeated(g1.one + word(3), 64));
  expect_polled(0x0e, repeated(g2.one + word(3), 64));
  expect_polled(0x0f, repeated(g1.one + g2.one, 64));
}

// ---- KZG
// ------------------------------------------------------------------------------------------------------------

class KzgPointEvaluation : public Bls12 {
 protected:
  /// 48 bytes out of 128.
  static std::string compressed(const std::string& point) {
    if (point == zeros(128))
      return "c0" + zeros(47);
    const std::string half = "0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b12"
                             "0f55ffff58a9ffffdcff7fffffffd555";
    const bool is_upper = point.substr(160) > half;
    const auto top =
        static_cast<uint8_t>(from_hex(point.substr(32, 2))[0] | (is_upper ? 0xa0 : 0x80));
    return to_hex(ByteView{&top, 1}) + point.substr(34, 94);
  }

  static std::string input(const std::string& z, const std::string& y,
                           const std::string& commitment, const std::string& proof) {
    std::string hash = to_hex(sha256(from_hex(commitment)).bytes);
    hash.replace(0, 2, "01");
    return hash + z + y + commitment + proof;
  }

  const std::string kInfinity = "c0" + zeros(47);
  const std::string kAnswer = word(4096) + word(kOrder);
};

/// A constant is what it is everywhere, and the quotient is zero.
TEST_F(KzgPointEvaluation, Constants) {
  Scalars scalars;
  for (int i = 0; i < 8; ++i) {
    const U256 y = scalars.next();
    const std::string commitment = compressed(g1.mul(g1.one, y)), z = word(scalars.next());
    EXPECT_EQ(answer(0x0a, input(z, word(y), commitment, kInfinity)), kAnswer);
    expect_refused(0x0a, input(z, word(y + 1), commitment, kInfinity));
    expect_refused(0x0a, input(z, word(y), commitment, compressed(g1.one)));
  }
  EXPECT_EQ(answer(0x0a, input(word(3), word(0), kInfinity, kInfinity)), kAnswer);
  EXPECT_EQ(
      answer(0x0a, input(word(kOrder - 1), word(kOrder - 1), compressed(g1.minus_one), kInfinity)),
      kAnswer);
}

TEST_F(KzgPointEvaluation, Input) {
  const std::string good = input(word(3), word(1), compressed(g1.one), kInfinity);
  EXPECT_EQ(answer(0x0a, good), kAnswer);
  expect_refused(0x0a, "");
  expect_refused(0x0a, good + "00");
  expect_refused(0x0a, good.substr(2));
  expect_refused(0x0a, "02" + good.substr(2));
  expect_refused(0x0a, "0100" + good.substr(4));
  expect_refused(0x0a, input(word(kOrder), word(1), compressed(g1.one), kInfinity));
  expect_refused(0x0a, input(word(3), word(kOrder), kInfinity, kInfinity));
  expect_refused(0x0a, input(word(3), word(kOrder + 1), compressed(g1.one), kInfinity));
}

TEST_F(KzgPointEvaluation, CompressedPoints) {
  const std::string last = kBlsField.substr(2, 92) + "aa";
  for (const std::string& point :
       {"1a" + last, "9a" + last, "9a" + kBlsField.substr(2), "9f" + zeros(47), "e0" + zeros(47),
        "c0" + zeros(46) + "01", "40" + zeros(47), zeros(48),
        "80" + zeros(46) + "01", // no such x on the curve
        compressed(g1.strange)}) {
    expect_refused(0x0a, input(word(1), word(0), kInfinity, point));
    expect_refused(0x0a, input(word(1), word(0), point, kInfinity));
  }
}

} // namespace
} // namespace zvm::runtime
