// 256-bit numbers.
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::World;

constexpr uint64_t kA = 0x100, kB = 0x120, kM = 0x140, kOut = 0x160;
const U256 kMost = ~U256{};

TEST(AbiArithmetic, Results) {
  const struct {
    const char* name;
    U256 a, b, result;
  } rows[] = {
      {"u256_add", 2, 3, 5},
      {"u256_add", kMost, 2, 1},
      {"u256_sub", 7, 3, 4},
      {"u256_sub", 0, 1, kMost},
      {"u256_mul", U256{1} << 128, 3, U256{3} << 128},
      {"u256_mul", kMost, kMost, 1},
      {"u256_div", 17, 5, 3},
      {"u256_div", 17, 0, 0},
      {"u256_mod", 17, 5, 2},
      {"u256_mod", 17, 0, 0},
      {"u256_exp", 3, 5, 243},
      {"u256_exp", 0, 0, 1},
      {"u256_exp", 2, 256, 0},
  };
  for (const auto& row : rows) {
    for (const uint64_t out : {kOut, kA, kB}) {
      World world;
      world.put_word(kA, row.a);
      world.put_word(kB, row.b);
      EXPECT_EQ(world.call(row.name, {kA, kB, out}).status, Status::Success);
      EXPECT_EQ(world.word(out), row.result) << row.name;
    }
  }
}

TEST(AbiArithmetic, ProductsModulo) {
  const struct {
    U256 a, b, m, result;
  } rows[] = {{4, 5, 7, 6}, {kMost, kMost, 12, 9}, {4, 5, 0, 0}};
  for (const auto& row : rows) {
    for (const uint64_t out : {kOut, kA, kB, kM}) {
      World world;
      world.put_word(kA, row.a);
      world.put_word(kB, row.b);
      world.put_word(kM, row.m);
      EXPECT_EQ(world.call("u256_mulmod", {kA, kB, kM, out}).status, Status::Success);
      EXPECT_EQ(world.word(out), row.result);
    }
  }
}

TEST(AbiArithmetic, ExponentsPayForTheirBytes) {
  for (const unsigned bytes : {0u, 1u, 2u, 32u}) {
    World world;
    world.put_word(kA, 3);
    world.put_word(kB, bytes == 0 ? U256{} : U256{1} << (8 * bytes - 1));
    EXPECT_EQ(world.call("u256_exp", {kA, kB, kOut}).gas, 10 + 50 * int64_t{bytes});
  }
}

} // namespace
} // namespace zvm::engine::wasm
