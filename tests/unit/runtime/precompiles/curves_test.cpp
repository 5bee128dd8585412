// What the precompiles of pairing-friendly curves decide without their mathematics.
#include <gtest/gtest.h>

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

void expect_refused(uint16_t number, const std::string& input) {
  const Called called = call(number, input);
  EXPECT_EQ(called.status, Status::PrecompileFailure) << number << " " << input;
  EXPECT_FALSE(called.needs_pairing);
}

void expect_reached(uint16_t number, const std::string& input) {
  const Called called = call(number, input);
  EXPECT_EQ(called.status, Status::HostError) << number << " " << input;
  EXPECT_TRUE(called.needs_pairing);
}

const std::string kBn254Field = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";
const std::string kBn254Last = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46";

TEST(Bn254, FieldElements) {
  expect_reached(6, "");
  expect_reached(6, word(1) + word(2) + kBn254Last + kBn254Last + "ff");
  expect_refused(6, kBn254Field);
  expect_refused(6, zeros(96) + kBn254Field);
  // Zeros follow a short input, and so make the element larger.
  expect_refused(6, "31");
  expect_reached(7, word(1) + word(2) + std::string(64, 'f'));
  expect_refused(7, word(1) + kBn254Field);
}

TEST(Bn254, Pairing) {
  EXPECT_EQ(call(8, "").output, word(1));
  EXPECT_EQ(call(8, "").status, Status::Success);
  expect_refused(8, zeros(191));
  expect_refused(8, zeros(193));
  expect_reached(8, zeros(192));
  expect_refused(8, zeros(192 + 160) + kBn254Field);
}

const std::string kBlsField = zeros(16) + "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0"
                                          "f6b0f6241eabfffeb153ffffb9feffffffffaaab";
const std::string kBlsLast = zeros(16) + "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0"
                                         "f6b0f6241eabfffeb153ffffb9feffffffffaaaa";

struct BlsCase {
  uint16_t number;
  size_t item;     ///< bytes
  size_t elements; ///< of the item
  bool repeats;
};
constexpr BlsCase kBlsCases[] = {{0x0b, 256, 4, false}, {0x0c, 160, 2, true}, {0x0d, 512, 8, false},
                                 {0x0e, 288, 4, true},  {0x0f, 384, 6, true}, {0x10, 64, 1, false},
                                 {0x11, 128, 2, false}};

TEST(Bls12, InputSizes) {
  for (const BlsCase& c : kBlsCases) {
    expect_refused(c.number, "");
    expect_refused(c.number, zeros(c.item - 1));
    expect_refused(c.number, zeros(c.item + 1));
    expect_reached(c.number, zeros(c.item));
    if (c.repeats)
      expect_reached(c.number, zeros(3 * c.item));
    else
      expect_refused(c.number, zeros(2 * c.item));
  }
}

TEST(Bls12, FieldElements) {
  for (const BlsCase& c : kBlsCases) {
    for (size_t i = 0; i < c.elements; ++i) {
      const std::string before = zeros(64 * i), after = zeros(c.item - 64 * (i + 1));
      expect_reached(c.number, before + kBlsLast + after);
      expect_refused(c.number, before + kBlsField + after);
      expect_refused(c.number, before + "01" + zeros(63) + after);
      expect_refused(c.number, before + zeros(15) + "01" + zeros(48) + after);
      if (c.repeats)
        expect_refused(c.number, zeros(c.item) + before + kBlsField + after);
    }
  }
  // Scalars may be anything.
  expect_reached(0x0c, zeros(128) + std::string(64, 'f'));
  expect_reached(0x0e, zeros(256) + std::string(64, 'f'));
}

/// The point at infinity, compressed.
const std::string kInfinity = "c0" + zeros(47);
const std::string kOrder = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

std::string kzg_input(const std::string& z, const std::string& y, const std::string& commitment,
                      const std::string& proof) {
  std::string hash = to_hex(sha256(from_hex(commitment)).bytes);
  hash.replace(0, 2, "01");
  return hash + z + y + commitment + proof;
}

TEST(KzgPointEvaluation, Input) {
  const std::string good = kzg_input(word(1), word(2), kInfinity, kInfinity);
  expect_reached(0x0a, good);
  expect_refused(0x0a, "");
  expect_refused(0x0a, good + "00");
  expect_refused(0x0a, good.substr(2));
  expect_refused(0x0a, "02" + good.substr(2));
  expect_refused(0x0a, "0100" + good.substr(4));
  expect_refused(0x0a, kzg_input(kOrder, word(2), kInfinity, kInfinity));
  expect_refused(0x0a, kzg_input(word(1), kOrder, kInfinity, kInfinity));
}

TEST(KzgPointEvaluation, CompressedPoints) {
  const std::string last = kBlsLast.substr(32), field = kBlsField.substr(32);
  for (const std::string flags : {"9a", "ba"}) // the sign of y is free
    expect_reached(0x0a, kzg_input(word(1), word(2), kInfinity, flags + last.substr(2)));
  for (const std::string& point :
       {"1a" + last.substr(2), "9a" + field.substr(2), "9f" + zeros(47), "e0" + zeros(47),
        "c0" + zeros(46) + "01", "40" + zeros(47), zeros(48)}) {
    expect_refused(0x0a, kzg_input(word(1), word(2), kInfinity, point));
    expect_refused(0x0a, kzg_input(word(1), word(2), point, kInfinity));
  }
}

} // namespace
} // namespace zvm::runtime
