// Hashes, at once and deferred.
#include <array>

#include "base/hex.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

constexpr uint64_t kOut = 0x400, kData = 0x500;
constexpr uint8_t kAbc[] = {'a', 'b', 'c'};

/// Of "abc": FIPS 180-4, the RIPEMD-160 and BLAKE3 papers' own vectors, RFC 7693's function with 32
/// bytes of output, Keccak's submission.
TEST(AbiCrypto, Hashes) {
  const struct {
    const char* name;
    const char* digest;
  } rows[] = {
      {"keccak256", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"},
      {"sha256", "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"ripemd160", "0x8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"},
      {"blake2b", "0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
      {"blake3", "0x6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"},
  };
  for (const auto& row : rows) {
    World world;
    world.put(kData, kAbc);
    const std::vector<uint8_t> digest = parse_hex(row.digest).value();
    world.put(kOut, std::vector<uint8_t>(33, 0xee));
    EXPECT_EQ(world.call(row.name, {kData, 3, kOut}).status, Status::Success);
    EXPECT_EQ(to_hex(world.bytes(kOut, digest.size())), row.digest) << row.name;
    EXPECT_EQ(world.bytes(kOut, 33)[digest.size()], 0xee) << row.name;
    // Over its own input.
    EXPECT_EQ(world.call(row.name, {kData, 3, kData}).status, Status::Success);
    EXPECT_EQ(to_hex(world.bytes(kData, digest.size())), row.digest) << row.name;
  }
}

/// Of up to 31 bytes it is circomlib's hash of their number and the bytes, zeros behind.
TEST(AbiCrypto, Poseidon) {
  World world;
  world.put(kData, kAbc);
  EXPECT_EQ(world.call("poseidon", {kData, 3, kOut}).status, Status::Success);
  const std::array<U256, 2> inputs{U256{3}, U256{0x616263} << (8 * 28)};
  EXPECT_EQ(world.word(kOut), runtime::poseidon_bn254(inputs));
}

TEST(AbiCrypto, DeferredHashes) {
  World world;
  for (uint64_t index = 0; index < 4; ++index) {
    const Called called = world.call("deferred_hash", {index, kData, 3, kOut});
    EXPECT_EQ(called.status, Status::Success);
    EXPECT_EQ(called.result, index);
    EXPECT_EQ(called.gas, index == 3 ? 400 + 200 : 6 + 1);
    Bytes32 handle;
    ASSERT_TRUE(
        world.x.journal.deferred().handle(world.x.tx.hash, static_cast<uint32_t>(index), handle));
    EXPECT_EQ(world.word(kOut), to_word(handle));
  }
  EXPECT_EQ(world.call("deferred_hash", {4, kData, 3, kOut}).status, Status::InvalidOpcode);
  EXPECT_EQ(world.x.journal.deferred().size(), 4u);
}

} // namespace
} // namespace zvm::engine::wasm
