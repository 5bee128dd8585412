#include <array>

#include "runtime/hash/keccak.hpp"
#include "tests/unit/runtime/libcalls/fixture.hpp"

namespace zvm::runtime {
namespace {

using Data = testing::LibcallTest;

constexpr std::array<uint8_t, 40> kBytes = [] {
  std::array<uint8_t, 40> bytes;
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(i + 1);
  return bytes;
}();

TEST_F(Data, EndsInZeros) {
  frame_.calldata = kBytes.data();
  frame_.calldata_size = kBytes.size();
  U256 word;
  libcall::data_load_calldata(frame_, 8, word);
  EXPECT_EQ(word, U256::from_be_bytes(std::span{kBytes}.subspan(8)));
  libcall::data_load_calldata(frame_, 39, word);
  EXPECT_EQ(word, U256{40} << 248);
  for (const U256& far : {U256{40}, U256{UINT64_MAX}, U256{1} << 64, ~U256{}}) {
    word = ~U256{};
    libcall::data_load_calldata(frame_, far, word);
    EXPECT_TRUE(word.is_zero());
  }
}

TEST_F(Data, CopiesWhatIsThereAndZeros) {
  have_memory(64);
  frame_.return_data = frame_.calldata = kBytes.data();
  frame_.return_data_size = frame_.calldata_size = kBytes.size();
  for (const auto copy : {libcall::data_copy_calldata, libcall::data_copy_returndata}) {
    std::memset(frame_.memory, 0xee, 64);
    copy(frame_, 2, 37, 5);
    const uint8_t expected[] = {0xee, 0xee, 38, 39, 40, 0, 0, 0xee};
    EXPECT_EQ(std::memcmp(frame_.memory, expected, sizeof expected), 0);
    copy(frame_, 0, ~U256{}, 64);
    EXPECT_EQ(frame_.memory[63], 0);
    copy(frame_, UINT64_MAX, {}, 0); // nowhere
  }
}

TEST_F(Data, HasBoundsOfReturnDataEvenForNothing) {
  frame_.return_data = kBytes.data();
  frame_.return_data_size = kBytes.size();
  const auto bounds = [&](const U256& offset, const U256& size) {
    return libcall::data_bounds_returndata(frame_, offset, size);
  };
  EXPECT_EQ(bounds(0, 40), Status::Success);
  EXPECT_EQ(bounds(40, 0), Status::Success);
  EXPECT_EQ(bounds(41, 0), Status::OutOfBounds);
  EXPECT_EQ(bounds(1, 40), Status::OutOfBounds);
  EXPECT_EQ(bounds(~U256{}, 1), Status::OutOfBounds); // a sum of 0
  EXPECT_EQ(bounds(~U256{}, 41), Status::OutOfBounds);
  EXPECT_EQ(bounds(U256{1} << 64, 0), Status::OutOfBounds);
}

TEST_F(Data, MovesMemoryThatOverlaps) {
  have_memory(64);
  std::memcpy(frame_.memory, kBytes.data(), 40);
  libcall::memory_copy(frame_, 1, 0, 40);
  EXPECT_EQ(frame_.memory[0], 1);
  EXPECT_EQ(std::memcmp(frame_.memory + 1, kBytes.data(), 40), 0);
  libcall::memory_copy(frame_, UINT64_MAX, UINT64_MAX, 0);
}

/// The three ways to the hash of a word or two.
TEST_F(Data, HashesWordsAsTheyStandInMemory) {
  have_memory(64);
  std::memcpy(frame_.memory, kBytes.data(), 40);
  const U256 first = U256::load_be(frame_.memory), second = U256::load_be(frame_.memory + 32);
  U256 digest, same;
  libcall::hash_keccak256(frame_, 0, 32, digest);
  libcall::hash_word(first, same);
  EXPECT_EQ(digest, same);
  EXPECT_EQ(digest, to_word(keccak256({frame_.memory, 32})));
  libcall::hash_keccak256(frame_, 0, 64, digest);
  libcall::hash_pair(first, second, same);
  EXPECT_EQ(digest, same);
  EXPECT_EQ(digest, to_word(keccak256({frame_.memory, 64})));
  libcall::hash_keccak256(frame_, UINT64_MAX, 0, digest);
  EXPECT_EQ(digest, to_word(keccak256({})));
}

} // namespace
} // namespace zvm::runtime
