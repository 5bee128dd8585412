// What holds of every row: its price, its ranges, what it may do in a static message.
#include "engine/wasm/contract/abi.hpp"

#include <map>

#include "runtime/precompiles/precompiles.hpp"
#include "runtime/resource/records.hpp"
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

/// A call that succeeds in the world that `prepare` makes, and what it costs there in gas.
struct Example {
  std::string_view name;
  std::vector<uint64_t> operands;
  std::vector<unsigned> pointers; ///< operands that must point into memory
  int64_t gas;
  bool changes_state = false;
};

constexpr uint64_t kOther = 0x100, kKey = 0x200, kValue = 0x300, kOut = 0x400, kData = 0x500;
constexpr uint64_t kOne = 0x600, kString = 0x704;
constexpr int64_t kSignature = 3000;

const std::vector<Example>& examples() {
  static const std::vector<Example> kExamples = {
      {"get_caller", {kOut}, {0}, 2},
      {"get_origin", {kOut}, {0}, 2},
      {"get_address", {kOut}, {0}, 2},
      {"get_coinbase", {kOut}, {0}, 2},
      {"get_value", {kOut}, {0}, 2},
      {"get_self_balance", {kOut}, {0}, 5},
      {"get_gas_price", {kOut}, {0}, 2},
      {"get_base_fee", {kOut}, {0}, 2},
      {"get_prevrandao", {kOut}, {0}, 2},
      {"get_balance", {kOther, kOut}, {0, 1}, 2600},
      {"get_block_number", {}, {}, 2},
      {"get_block_timestamp", {}, {}, 2},
      {"get_chain_id", {}, {}, 2},
      {"get_block_gas_limit", {}, {}, 2},
      {"gas_left", {}, {}, 2},
      {"get_block_hash", {999, kOut}, {1}, 20},
      {"dao_context", {kOut, 26}, {0}, 2},
      {"input_size", {}, {}, 2},
      {"input_copy", {kOut, 1, 33}, {0}, 3 + 2 * 3},
      {"storage_load", {kKey, kOut}, {0, 1}, 2100},
      {"storage_store", {kKey, kValue}, {0, 1}, 22100, true},
      {"transient_load", {kKey, kOut}, {0, 1}, 100},
      {"transient_store", {kKey, kValue}, {0, 1}, 100, true},
      {"kv_get", {kKey, 33, kOut, 10}, {0, 2}, 2100 + 2 * 6},
      {"kv_set", {kKey, 33, kData, 34}, {0, 2}, 22100 + 2 * 6 + 2 * 3 + 200 * (1 + 2), true},
      {"kv_remove", {kKey, 33}, {0}, 2200 + 2 * 6, true},
      {"emit_event", {kKey, 3, kData, 10}, {0, 2}, 375 + 3 * 375 + 10 * 8, true},
      {"log", {kKey, 33, kData, 10}, {0, 2}, 750 + 30 + 2 * 6 + 10 * 8, true},
      {"debug_log", {kData, 33}, {0}, 2 + 2 * 3},
      {"call_contract", {kOther, 0, kData, 4, 1000}, {0, 2}, 2600},
      {"call_contract", {kOther, kOne, kData, 4, 1000}, {0, 1, 2}, 2600 + 9000, true},
      {"static_call", {kOther, kData, 4, 1000}, {0, 1}, 2600},
      {"delegate_call", {kOther, kData, 4, 1000}, {0, 1}, 2600},
      {"create", {0, kData, 33, 0, 0}, {1}, 32000 + 2 * 2, true},
      {"create", {kOne, kData, 33, kKey, kOut}, {0, 1, 3, 4}, 32000 + 2 * 8, true},
      {"return_data_size", {}, {}, 2},
      {"return_data_copy", {kOut, 0, 3}, {0}, 3 + 3},
      {"code_size", {kOther}, {0}, 2600},
      {"code_hash", {kOther, kOut}, {0, 1}, 2600},
      {"code_copy", {kOther, kOut, 0, 33}, {0, 1}, 2600 + 2 * 3},
      {"keccak256", {kData, 33, kOut}, {0, 2}, 30 + 2 * 6},
      {"sha256", {kData, 33, kOut}, {0, 2}, 60 + 2 * 12},
      {"ripemd160", {kData, 33, kOut}, {0, 2}, 600 + 2 * 120},
      {"blake2b", {kData, 33, kOut}, {0, 2}, 30 + 2 * 6},
      {"blake3", {kData, 33, kOut}, {0, 2}, 30 + 2 * 6},
      {"poseidon", {kData, 33, kOut}, {0, 2}, 400 + 2 * 200},
      {"ecrecover", {kKey, kData, kOut}, {0, 1, 2}, kSignature},
      {"secp256k1_verify", {kKey, kData, kOut, 33}, {0, 1, 2}, kSignature},
      {"ed25519_verify", {kData, 33, kOut, kKey}, {0, 2, 3}, kSignature + 2 * 12},
      // A level that there is not: no extension is asked.
      {"ml_dsa_verify", {4, kData, 33, kOut, 8, kKey, 8}, {1, 3, 5}, 1000 + 2},
      {"falcon_verify", {4, kData, 33, kOut, 8, kKey, 8}, {1, 3, 5}, 800 + 2},
      {"slh_dsa_verify", {4, kData, 33, kOut, 8, kKey, 8}, {1, 3, 5}, 2000 + 2},
      {"deferred_hash", {1, kData, 33, kOut}, {1, 3}, 6 + 2, true},
      {"res_create", {7, kData, 33, kOut}, {1, 3}, 49723, true},
      {"res_read", {kKey, 0, kOut, 2}, {0, 2}, 2109},
      {"res_update", {kKey, 0, kData, 33, kOut}, {0, 2, 4}, 54792, true},
      {"res_consume", {kKey, 0, kOut}, {0, 2}, 5266, true},
      {"res_transfer", {kKey, 0, kOther, kOut}, {0, 2, 3}, 49583, true},
      {"res_status", {kKey}, {0}, 2109},
      {"res_set_status", {kKey, 0, 2}, {0}, 5018, true},
      {"cap_delegate", {kKey, 0, 1, kOther, UINT64_MAX}, {0, 3}, 30257, true},
      {"cap_revoke", {kKey, 1}, {0}, 7139, true},
      {"u256_add", {kKey, kValue, kOut}, {0, 1, 2}, 3},
      {"u256_sub", {kKey, kValue, kOut}, {0, 1, 2}, 3},
      {"u256_mul", {kKey, kValue, kOut}, {0, 1, 2}, 5},
      {"u256_div", {kKey, kValue, kOut}, {0, 1, 2}, 5},
      {"u256_mod", {kKey, kValue, kOut}, {0, 1, 2}, 5},
      {"u256_mulmod", {kKey, kValue, kOther, kOut}, {0, 1, 2, 3}, 8},
      {"u256_exp", {kKey, kValue, kOut}, {0, 1, 2}, 10 + 2 * 50},
      {"finish", {kData, 4}, {0}, 0},
      {"revert", {kData, 4}, {0}, 0},
      {"use_gas", {1000}, {}, 1002},
      {"abort", {kString, 0, 0, 0}, {0}, 3},
  };
  return kExamples;
}

void prepare(World& world) {
  world.put_address(kOther, World::other());
  world.put_word(kKey, 2);
  world.put_word(kValue, 0x1234);
  world.put_word(kOne, 1);
  constexpr uint8_t kHi[] = {4, 0, 0, 0, 'h', 0, 'i', 0};
  world.put(kString - 4, kHi);
  world.put(World::kMemory - 8, std::vector<uint8_t>(8, 0xff)); // no string of no bytes there
  // The word at kKey is also a register, of three bytes, with a capability.
  constexpr uint8_t kType[] = {0, 0, 0, 7}, kBytes[] = {1, 2, 3}, kCount[] = {0, 0, 0, 1};
  const Address self = World::self();
  runtime::Record record;
  EXPECT_TRUE(runtime::make_record(self.bytes, kType, kBytes, record));
  EXPECT_TRUE(world.store.put_account(runtime::kResourceAccount, {.nonce = 1}));
  std::vector<uint8_t> capability(self.bytes.begin(), self.bytes.end());
  capability.insert(capability.end(), {31, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255});
  const auto put_record = [&](std::initializer_list<uint8_t> number, ByteView value) {
    std::vector<uint8_t> key(32);
    key[31] = 2;
    key.insert(key.end(), number);
    EXPECT_TRUE(world.store.put_kv(runtime::kResourceAccount, key, value));
  };
  put_record({}, record.view());
  put_record({0, 0, 0, 0}, kCount);
  put_record({0, 0, 0, 1}, capability);
}

bool succeeds(const Called& called) {
  return called.leaving == Leaving::No ? called.status == Status::Success
                                       : called.status == Status::Suspended;
}

TEST(Abi, EveryRowHasAnExample) {
  std::map<std::string_view, int> count;
  for (const Example& e : examples())
    ++count[e.name];
  for (const HostRow& row : host_rows()) {
    EXPECT_GE(count[row.name], 1) << row.name;
    EXPECT_EQ(find_host_row(row.name), &row);
  }
  EXPECT_EQ(count.size(), host_rows().size());
  for (const char* name : {"", "a", "get_", "get_caller ", "zzz"})
    EXPECT_EQ(find_host_row(name), nullptr) << name;
}

TEST(Abi, Prices) {
  for (const Example& e : examples()) {
    World world;
    prepare(world);
    const Called called = world.call(e.name, e.operands);
    EXPECT_TRUE(succeeds(called)) << e.name << ' ' << name(called.status);
    EXPECT_EQ(called.gas, e.gas) << e.name;
  }
  EXPECT_EQ(gas_cost(*runtime::find_precompile(to_address(U256{1}), kLatestRevision), {}),
            uint64_t{kSignature});
}

TEST(Abi, GasThatIsJustEnoughAndOneLess) {
  for (const Example& e : examples()) {
    if (e.gas == 0)
      continue;
    World rich, poor;
    prepare(rich);
    prepare(poor);
    // Writing to storage asks for more than it takes (EIP-2200).
    const bool has_sentry = e.name == "kv_remove";
    rich.frame.gas = e.gas + (has_sentry ? 101 : 0);
    EXPECT_TRUE(succeeds(rich.call(e.name, e.operands))) << e.name;
    poor.frame.gas = e.gas - 1;
    const std::vector<uint8_t> memory = poor.memory();
    const runtime::Journal::Checkpoint before = poor.x.journal.checkpoint();
    EXPECT_EQ(poor.call(e.name, e.operands).status, Status::OutOfGas) << e.name;
    EXPECT_EQ(poor.memory(), memory) << e.name;
    EXPECT_EQ(poor.x.journal.log_count(), 0u) << e.name;
    // A call's access stands when its value cannot be paid; both are undone with the frame.
    if (e.name != "call_contract")
      EXPECT_EQ(poor.x.journal.checkpoint(), before) << e.name;
  }
}

/// Outside by a byte, by far, and so far that it wraps around. Nothing has happened then, and
/// nothing but the row's price has been paid.
TEST(Abi, RangesThatLeaveMemory) {
  for (const Example& e : examples()) {
    for (const unsigned pointer : e.pointers) {
      for (const uint64_t where : {World::kMemory - 1, World::kMemory, uint64_t{0xffffffff}}) {
        World world;
        prepare(world);
        std::vector<uint64_t> operands = e.operands;
        operands[pointer] = where;
        const std::vector<uint8_t> memory = world.memory();
        const runtime::Journal::Checkpoint before = world.x.journal.checkpoint();
        const Called called = world.call(e.name, operands);
        EXPECT_EQ(called.status, Status::MemoryViolation) << e.name << ' ' << pointer;
        EXPECT_EQ(called.leaving, Leaving::No);
        EXPECT_EQ(called.gas, world.schedule[find_host_row(e.name)->cost]) << e.name;
        EXPECT_EQ(world.memory(), memory) << e.name;
        EXPECT_EQ(world.x.journal.checkpoint(), before) << e.name;
      }
    }
  }
}

TEST(Abi, StaticMessages) {
  for (const Example& e : examples()) {
    World world;
    prepare(world);
    world.frame.message.is_static = true;
    const runtime::Journal::Checkpoint before = world.x.journal.checkpoint();
    const Called called = world.call(e.name, e.operands);
    if (!e.changes_state) {
      EXPECT_TRUE(succeeds(called)) << e.name;
      continue;
    }
    EXPECT_EQ(called.status, Status::StaticViolation) << e.name;
    EXPECT_EQ(called.leaving, Leaving::No) << e.name;
    EXPECT_EQ(world.x.journal.checkpoint(), before) << e.name;
  }
}

/// Upper halves of i32 operands are not looked at: pointers, sizes and flags are 32 bits.
TEST(Abi, OperandsAreAsWideAsTheirTypes) {
  for (const Example& e : examples()) {
    World world;
    prepare(world);
    std::vector<uint64_t> operands = e.operands;
    for (size_t i = 0; i < operands.size(); ++i) {
      if (find_host_row(e.name)->signature[i] == 'i')
        operands[i] |= uint64_t{0xabcd} << 32;
    }
    const Called called = world.call(e.name, operands);
    EXPECT_TRUE(succeeds(called)) << e.name;
    EXPECT_EQ(called.gas, e.gas) << e.name;
  }
}

/// No bytes are in memory wherever they are.
TEST(Abi, EmptyRangesMayBeAnywhere) {
  const Example kEmpty[] = {
      {"dao_context", {0xffffffff, 0}, {}, 2},
      {"kv_get", {0xffffffff, 0, 0xffffffff, 0}, {}, 2100},
      {"kv_set", {0xffffffff, 0, 0xffffffff, 0}, {}, 22100},
      {"kv_remove", {0xffffffff, 0}, {}, 2200},
      {"input_copy", {0xffffffff, 0, 0}, {}, 3},
      {"emit_event", {0xffffffff, 0, 0xffffffff, 0}, {}, 375},
      {"log", {0xffffffff, 0, 0xffffffff, 0}, {}, 780},
      {"debug_log", {0xffffffff, 0}, {}, 2},
      {"call_contract", {kOther, 0, 0xffffffff, 0, 1000}, {}, 2600},
      {"create", {0, 0xffffffff, 0, 0, 0}, {}, 32000},
      {"return_data_copy", {0xffffffff, 3, 0}, {}, 3},
      {"code_copy", {kOther, 0xffffffff, 0, 0}, {}, 2600},
      {"keccak256", {0xffffffff, 0, kOut}, {}, 30},
      {"deferred_hash", {1, 0xffffffff, 0, kOut}, {}, 6},
      {"res_create", {7, 0xffffffff, 0, kOut}, {}, 44514},
      {"res_read", {kKey, 0, 0xffffffff, 0}, {}, 2109},
      {"res_update", {kKey, 0, 0xffffffff, 0, kOut}, {}, 49583},
      {"finish", {0xffffffff, 0}, {}, 0},
      {"revert", {0xffffffff, 0}, {}, 0},
  };
  for (const Example& e : kEmpty) {
    World world;
    prepare(world);
    const Called called = world.call(e.name, e.operands);
    EXPECT_TRUE(succeeds(called)) << e.name;
    EXPECT_EQ(called.gas, e.gas) << e.name;
    EXPECT_LE(world.frame.output_offset + world.frame.output_size, World::kMemory) << e.name;
  }
}

} // namespace
} // namespace zvm::engine::wasm
