#include "runtime/libcalls/memory.hpp"

#include <random>

#include "runtime/dynamic_gas.hpp"
#include "tests/unit/runtime/libcalls/fixture.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using testing::LibcallTest;

class Touch : public LibcallTest {
 protected:
  Status touch(const U256& offset, const U256& length) {
    return libcall::touch(frame_, offset, length);
  }
  /// The yellow paper's price of memory (appendix G).
  static int64_t price(uint64_t words) {
    return static_cast<int64_t>(3 * words + words * words / 512);
  }
};

TEST_F(Touch, PaysForGrowthOnly) {
  EXPECT_EQ(touch({}, 1), Status::Success);
  EXPECT_EQ(frame_.memory_size, 32u);
  EXPECT_EQ(used(), 3);
  EXPECT_EQ(touch(31, 1), Status::Success);
  EXPECT_EQ(used(), 3);
  EXPECT_EQ(touch(31, 2), Status::Success);
  EXPECT_EQ(used(), 6);
  EXPECT_EQ(touch(40'000, 7), Status::Success);
  EXPECT_EQ(frame_.memory_size, 40'032u);
  EXPECT_EQ(used(), price(1251));
}

TEST_F(Touch, OfNothingIsNothing) {
  EXPECT_EQ(touch(~U256{}, {}), Status::Success);
  EXPECT_EQ(used(), 0);
  EXPECT_EQ(frame_.memory_size, 0u);
}

TEST_F(Touch, IsOutOfGasBeforeAnythingHappens) {
  frame_.gas = price(1251) - 1;
  EXPECT_EQ(touch(40'000, 7), Status::OutOfGas);
  EXPECT_EQ(frame_.gas, price(1251) - 1);
  EXPECT_EQ(frame_.memory_size, 0u);
  frame_.gas = INT64_MAX;
  const U256 huge = U256{1} << 64;
  for (const U256& far : {U256{uint64_t{1} << 42}, U256{UINT64_MAX}, huge, ~U256{}}) {
    EXPECT_EQ(touch(far, 1), Status::OutOfGas);
    EXPECT_EQ(touch(0, far), Status::OutOfGas);
    EXPECT_EQ(touch(far, far), Status::OutOfGas);
  }
  EXPECT_EQ(frame_.gas, INT64_MAX);
}

/// Gas comes first: who cannot pay is not told what the host cannot give.
TEST_F(Touch, AsksTheHostWhenItIsPaidFor) {
  EXPECT_EQ(touch(kMemoryLimit, 1), Status::OutOfGas);
  frame_.gas = INT64_MAX;
  EXPECT_EQ(touch(kMemoryLimit, 1), Status::HostError);
  EXPECT_EQ(frame_.gas, INT64_MAX);
}

TEST_F(Touch, HasALargestMemory) {
  schedule_.prices[static_cast<size_t>(Cost::MaxMemory)].execution = 4096;
  have_memory(32);
  EXPECT_EQ(touch(4095, 2), Status::OutOfGas);
  uint64_t size = 32;
  EXPECT_FALSE(try_touch(frame_, frame_.gas, size, 4095, 2));
  EXPECT_EQ(touch(4095, 1), Status::Success);
}

/// The short way does the same as the long one, or nothing.
TEST_F(Touch, HasOnePriceForBothWays) {
  std::mt19937_64 random{1};
  have_memory(1 << 16); // so much is ready
  const uint64_t ready = frame_.memory_ready;
  unsigned short_ways = 0;
  for (unsigned i = 0; i < 20'000; ++i) {
    if (i % 1000 == 0) {
      const int64_t divisors[] = {512, 1, 64, 100};
      schedule_.prices[static_cast<size_t>(Cost::MemoryQuadDivisor)].execution =
          divisors[i / 1000 % 4];
    }
    const uint64_t had = random() % ready / 32 * 32, offset = random() % ready,
                   size = 1 + random() % (random() % 2 == 0 ? 64 : ready);
    const auto gas = static_cast<int64_t>(random() % (random() % 2 == 0 ? 1000 : 1 << 24));
    if (offset + size <= had)
      continue;
    frame_.memory_size = had;
    int64_t short_gas = gas;
    uint64_t short_size = had;
    const bool done = try_touch(frame_, short_gas, short_size, offset, size);
    EXPECT_EQ(frame_.memory_size, short_size);
    frame_.memory_size = had;
    frame_.gas = gas;
    const Status s = touch(offset, size);
    if (!done) {
      EXPECT_EQ(short_gas, gas);
      EXPECT_EQ(short_size, had);
      continue;
    }
    ++short_ways;
    ASSERT_EQ(s, Status::Success);
    ASSERT_EQ(short_gas, frame_.gas);
    ASSERT_EQ(short_size, frame_.memory_size);
  }
  EXPECT_GT(short_ways, 2000u);
}

TEST(ChargeUnits, TakesWhatIsThereOrNothing) {
  const auto left = [](int64_t gas, uint64_t units, uint64_t rate) {
    const int64_t before = gas;
    const bool paid = charge_units(gas, units, rate);
    EXPECT_TRUE(paid || gas == before);
    return paid ? gas : -1;
  };
  EXPECT_EQ(left(100, 10, 10), 0);
  EXPECT_EQ(left(99, 10, 10), -1);
  EXPECT_EQ(left(0, UINT64_MAX, 0), 0);
  EXPECT_EQ(left(INT64_MAX, INT64_MAX, 1), 0);
  EXPECT_EQ(left(INT64_MAX, uint64_t{INT64_MAX} + 1, 1), -1);
  EXPECT_EQ(left(INT64_MAX, UINT64_MAX, UINT64_MAX), -1);
  EXPECT_EQ(left(INT64_MAX, uint64_t{1} << 32, uint64_t{1} << 32), -1); // 2^64 is not 0
  EXPECT_EQ(left(-1, 0, 5), -1);
  EXPECT_EQ(words_of(0), 0u);
  EXPECT_EQ(words_of(1), 1u);
  EXPECT_EQ(words_of(32), 1u);
  EXPECT_EQ(words_of(UINT64_MAX), (uint64_t{1} << 59));
}

} // namespace
} // namespace zvm::runtime
