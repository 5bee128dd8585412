#include "runtime/precompiles/modexp_input.hpp"

#include <pthread.h>
#include <random>

#include <gmp.h>
#include <gtest/gtest.h>

#include "tests/unit/runtime/precompiles/call.hpp"

namespace zvm::runtime {
namespace {

using testing::call;
using testing::Called;
using testing::from_hex;
using testing::word;
using testing::zeros;

std::string result(std::string_view input, Revision revision = Revision::Osaka) {
  const Called called = call(5, input, revision);
  EXPECT_EQ(called.status, Status::Success);
  return called.output;
}

/// base^exponent mod modulus of three operands in hexadecimal, as GMP gives it in one go.
std::string expected(const std::string& base, const std::string& exponent,
                     const std::string& modulus) {
  mpz_t b, e, m;
  mpz_init_set_str(b, base.c_str(), 16);
  mpz_init_set_str(e, exponent.c_str(), 16);
  mpz_init_set_str(m, modulus.c_str(), 16);
  mpz_powm(b, b, e, m);
  std::string digits(mpz_sizeinbase(b, 16) + 2, '\0');
  mpz_get_str(digits.data(), 16, b);
  digits.resize(digits.find('\0'));
  mpz_clears(b, e, m, nullptr);
  return std::string(modulus.size() - digits.size(), '0') + digits;
}

std::string input_of(const std::string& base, const std::string& exponent,
                     const std::string& modulus) {
  return word(base.size() / 2) + word(exponent.size() / 2) + word(modulus.size() / 2) + base +
         exponent + modulus;
}

const std::string kExponent = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e";
const std::string kPrime = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";

TEST(Modexp, ExamplesOfEip198) {
  EXPECT_EQ(result(input_of("03", kExponent, kPrime)), word(1));
  EXPECT_EQ(result(word(0) + word(32) + word(32) + kExponent + kPrime), word(0));
  // What follows the modulus is ignored; what lacks is zeros.
  const std::string power = "3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab";
  EXPECT_EQ(result(word(1) + word(2) + word(32) + "03ffff80" + zeros(31) + "07"), power);
  EXPECT_EQ(result(word(1) + word(2) + word(32) + "03ffff80"), power);
}

TEST(Modexp, EdgesOfOperands) {
  EXPECT_EQ(result(""), "");
  EXPECT_EQ(result(word(5) + word(5) + word(0)), "");
  EXPECT_EQ(result(input_of("03", "02", "00")), "00");
  EXPECT_EQ(result(input_of("03", "02", "01")), "00");
  EXPECT_EQ(result(input_of("03", "00", "01")), "00");
  EXPECT_EQ(result(input_of("00", "00", "0005")), "0001");
  EXPECT_EQ(result(input_of("", "", "05")), "01");
  EXPECT_EQ(result(input_of("0007", "000003", "000a")), "0003");
  // The input ends within the base, or within the modulus.
  EXPECT_EQ(result(word(2) + word(2) + word(2) + "03"), "0000");
  EXPECT_EQ(result(word(1) + word(2) + word(2) + "03020064"), expected("03", "0200", "6400"));
}

TEST(Modexp, AgreesWithGmp) {
  std::mt19937_64 random{5};
  const auto digits = [&](size_t bytes) {
    std::string text;
    for (size_t i = 0; i < 2 * bytes; ++i)
      text += "0123456789abcdef"[random() % 16];
    return text;
  };
  for (int i = 0; i < 300; ++i) {
    const std::string base = digits(1 + random() % 80);
    const std::string exponent = digits(1 + random() % 40);
    std::string modulus = digits(1 + random() % 80);
    modulus[0] = '1'; // not zero
    ASSERT_EQ(result(input_of(base, exponent, modulus)), expected(base, exponent, modulus));
  }
}

TEST(Modexp, SizesAreLimitedFromOsakaOn) {
  const auto status = [](uint64_t base, uint64_t exponent, uint64_t modulus, Revision revision) {
    return call(5, word(base) + word(exponent) + word(modulus), revision).status;
  };
  EXPECT_EQ(status(1024, 1024, 1024, Revision::Osaka), Status::Success);
  EXPECT_EQ(status(1025, 0, 0, Revision::Osaka), Status::PrecompileFailure);
  EXPECT_EQ(status(0, 1025, 0, Revision::Osaka), Status::PrecompileFailure);
  EXPECT_EQ(status(0, 0, 1025, Revision::Osaka), Status::PrecompileFailure);
  EXPECT_EQ(status(1025, 1025, 1025, Revision::Prague), Status::Success);
  // Sizes that no gas pays for.
  EXPECT_EQ(status(0, 0, uint64_t{1} << 40, Revision::Prague), Status::HostError);
  const std::string huge(64, 'f');
  EXPECT_EQ(call(5, huge + huge + word(0), Revision::Prague).status, Status::Success);
  EXPECT_EQ(call(5, huge + huge + word(1), Revision::Prague).output, "00");
  EXPECT_EQ(call(5, word(0) + huge + word(1) + "01", Revision::Prague).output, "00");
  EXPECT_EQ(call(5, huge + huge + huge, Revision::Prague).status, Status::HostError);
}

/// An exponent of more than one piece: 8 million bits of a one-limb modulus.
class LongExponent : public ::testing::Test {
 protected:
  static constexpr size_t kBytes = 1'050'000;
  static Status count(void* context) {
    ++*static_cast<int*>(context);
    return Status::Success;
  }
  static Status cancel(void*) { return Status::Cancelled; }
  std::string base_ = "0123456789abcdef", modulus_ = "fedcba9876543211";
};

TEST_F(LongExponent, InPieces) {
  std::string exponent = "80";
  for (size_t i = 1; i < kBytes; ++i)
    exponent += i % 3 == 0 ? "a5" : "3c";
  int polls = 0;
  const Called called = call(5, from_hex(input_of(base_, exponent, modulus_)), Revision::Prague,
                             PollHook{count, &polls});
  EXPECT_EQ(called.status, Status::Success);
  EXPECT_EQ(called.output, expected(base_, exponent, modulus_));
  EXPECT_GE(polls, 2);
}

TEST_F(LongExponent, Cancelled) {
  const std::string exponent(2 * kBytes, 'f');
  const Called called = call(5, from_hex(input_of(base_, exponent, modulus_)), Revision::Prague,
                             PollHook{cancel, nullptr});
  EXPECT_EQ(called.status, Status::Cancelled);
  EXPECT_EQ(called.output, "");
}

/// The sizes at which GMP takes most of the stack fit one of 256 KiB.
TEST(Modexp, SmallStack) {
  for (const size_t size : {1024, 4096, 8192, 16384}) {
    std::string operand;
    for (size_t i = 0; i < size; ++i)
      operand += i % 2 == 0 ? "9d" : "73";
    std::string input = input_of(operand, "10000001", operand);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 << 10), 0);
    pthread_t thread;
    const auto body = [](void* text) -> void* {
      auto* in = static_cast<std::string*>(text);
      *in = result(*in, Revision::Berlin);
      return nullptr;
    };
    ASSERT_EQ(pthread_create(&thread, &attributes, body, &input), 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    EXPECT_EQ(input.size(), 2 * size);
  }
}

} // namespace
} // namespace zvm::runtime
