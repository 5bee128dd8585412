// What a contract is told of its message, transaction and block, and its input.
#include <algorithm>

#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

constexpr uint64_t kOut = 0x400, kWhere = 0x100;

TEST(AbiContext, Addresses) {
  World world;
  const struct {
    const char* name;
    Address address;
  } rows[] = {{"get_caller", world.frame.message.sender},
              {"get_origin", world.x.tx.origin},
              {"get_address", World::self()},
              {"get_coinbase", world.x.block.coinbase}};
  for (const auto& row : rows) {
    world.put(kOut, std::vector<uint8_t>(32, 0xee));
    EXPECT_EQ(world.call(row.name, {kOut}).status, Status::Success);
    EXPECT_EQ(world.address(kOut), row.address) << row.name;
    EXPECT_EQ(world.bytes(kOut, 21)[20], 0xee) << row.name;
  }
}

TEST(AbiContext, Words) {
  World world;
  const struct {
    const char* name;
    U256 word;
  } rows[] = {{"get_value", 17},
              {"get_self_balance", 1000},
              {"get_gas_price", 13},
              {"get_base_fee", 11},
              {"get_prevrandao", U256{7} << 200}};
  for (const auto& row : rows) {
    EXPECT_EQ(world.call(row.name, {kOut}).status, Status::Success);
    EXPECT_EQ(world.word(kOut), row.word) << row.name;
  }
}

TEST(AbiContext, Numbers) {
  World world;
  EXPECT_EQ(world.call("get_block_number", {}).result, 1000u);
  EXPECT_EQ(world.call("get_block_timestamp", {}).result, 1'700'000'000u);
  EXPECT_EQ(world.call("get_block_gas_limit", {}).result, 30'000'000u);
  EXPECT_EQ(world.call("get_chain_id", {}).result, 1337u);
  world.frame.gas = 102;
  EXPECT_EQ(world.call("gas_left", {}).result, 100u);
}

/// Nothing is cut off, so no chain can pass for another one of 64 bits.
TEST(AbiContext, LongChainIds) {
  World world;
  for (const U256& id : {U256{1337, 1, 0, 0}, U256{0, 0, 0, 1}, ~U256{}}) {
    world.x.block.chain_id = id;
    world.x.fill_context_words();
    EXPECT_EQ(world.call("get_chain_id", {}).result, UINT64_MAX);
  }
  world.x.block.chain_id = U256{UINT64_MAX - 1};
  world.x.fill_context_words();
  EXPECT_EQ(world.call("get_chain_id", {}).result, UINT64_MAX - 1);
}

TEST(AbiContext, Balances) {
  World world;
  world.put_address(kWhere, World::other());
  Called called = world.call("get_balance", {kWhere, kOut});
  EXPECT_EQ(called.gas, 2600);
  EXPECT_EQ(world.word(kOut), U256{500});
  EXPECT_EQ(world.call("get_balance", {kWhere, kOut}).gas, 100);
  // An account that is not there; the word may be written over its address.
  world.put_address(kWhere, to_address(U256{0xabcdef}));
  called = world.call("get_balance", {kWhere, kWhere});
  EXPECT_EQ(called.gas, 2600);
  EXPECT_TRUE(world.word(kWhere).is_zero());
}

TEST(AbiContext, BlockHashes) {
  World world;
  for (const uint64_t number : {uint64_t{999}, uint64_t{744}}) {
    EXPECT_EQ(world.call("get_block_hash", {number, kOut}).result, 1u);
    EXPECT_EQ(world.word(kOut), U256{number} << 8);
  }
  for (const uint64_t number : {uint64_t{1000}, uint64_t{743}, UINT64_MAX}) {
    world.put_word(kOut, ~U256{});
    const Called called = world.call("get_block_hash", {number, kOut});
    EXPECT_EQ(called.status, Status::Success);
    EXPECT_EQ(called.result, 0u) << number;
    EXPECT_TRUE(world.word(kOut).is_zero()) << number;
  }
}

TEST(AbiContext, Dao) {
  World world;
  world.put(kOut, std::vector<uint8_t>(32, 0xee));
  EXPECT_EQ(world.call("dao_context", {kOut, 32}).result, 0u);
  EXPECT_EQ(world.bytes(kOut, 1)[0], 0xee);
  world.x.dao = {.present = true, .level = 3, .proposal_id = 0x0102, .voting_power = 0x0304};
  const auto encoded = runtime::encode(world.x.dao);
  for (const uint64_t size : {0, 1, 10, 26, 32}) {
    world.put(kOut, std::vector<uint8_t>(32, 0xee));
    const uint64_t written = std::min<uint64_t>(size, 26);
    EXPECT_EQ(world.call("dao_context", {kOut, size}).result, written);
    EXPECT_TRUE(std::ranges::equal(world.bytes(kOut, written), std::span{encoded}.first(written)));
    EXPECT_EQ(world.bytes(kOut, 32)[written], 0xee);
  }
}

TEST(AbiContext, Input) {
  World world;
  EXPECT_EQ(world.call("input_size", {}).result, 5u);
  const struct {
    uint64_t from, size;
    std::vector<uint8_t> bytes;
  } copies[] = {
      {0, 5, {1, 2, 3, 4, 5}}, {3, 4, {4, 5, 0, 0}}, {5, 3, {0, 0, 0}}, {0xffffffff, 2, {0, 0}}};
  for (const auto& copy : copies) {
    world.put(kOut, std::vector<uint8_t>(8, 0xee));
    EXPECT_EQ(world.call("input_copy", {kOut, copy.from, copy.size}).status, Status::Success);
    std::vector<uint8_t> expected = copy.bytes;
    expected.resize(8, 0xee);
    EXPECT_TRUE(std::ranges::equal(world.bytes(kOut, 8), expected)) << copy.from;
  }
}

} // namespace
} // namespace zvm::engine::wasm
