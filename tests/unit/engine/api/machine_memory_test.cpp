// What many machines take together: memory that is there (RSS) and address space, as
// /proc/self/statm counts them.
#include <unistd.h>

#include <fstream>

#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

constexpr size_t kMachines = 1000;
constexpr uint64_t kMiB = uint64_t{1} << 20;

struct Usage {
  uint64_t address_space = 0; ///< bytes
  uint64_t resident = 0;      ///< bytes

  static Usage now() {
    Usage u;
    std::ifstream{"/proc/self/statm"} >> u.address_space >> u.resident;
    const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    return {u.address_space * page, u.resident * page};
  }
  Usage operator-(const Usage& before) const {
    const auto grown = [](uint64_t a, uint64_t b) { return a > b ? a - b : 0; };
    return {grown(address_space, before.address_space), grown(resident, before.resident)};
  }
};

std::vector<std::unique_ptr<Machine>> make_machines(const Engine& engine) {
  std::vector<std::unique_ptr<Machine>> machines;
  for (size_t i = 0; i < kMachines; ++i)
    machines.push_back(Machine::create(engine));
  return machines;
}

/// A sanitizer keeps memory of its own for each page, and the thread sanitizer has not the address
/// space.
class MachineMemory : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    GTEST_SKIP() << "memory is the sanitizer's";
#endif
#endif
  }
};

TEST_F(MachineMemory, OneThatHasRunNothingIsSmall) {
  const Engine engine = Engine::create().value();
  const Usage before = Usage::now();
  const auto machines = make_machines(engine);
  const Usage taken = Usage::now() - before;
  EXPECT_LE(taken.resident, 20 * kMiB);
  EXPECT_LE(taken.address_space, 64 * kMiB);
}

TEST_F(MachineMemory, OneThatHasRunAMessageIsSmall) {
  const Engine engine = Engine::create().value();
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kCounter));
  const Usage before = Usage::now();
  const auto machines = make_machines(engine);
  TransactionResult result;
  for (const auto& machine : machines) {
    ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
    ASSERT_EQ(result.status, Status::Success);
  }
  EXPECT_LE((Usage::now() - before).resident, 200 * kMiB);
}

// Limits::memory is what an execution may have, and what is reserved for it.
TEST_F(MachineMemory, ALimitReservesLess) {
  const Engine engine = Engine::create().value();
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kCounter));
  const auto run = [&](uint64_t limit) {
    const Usage before = Usage::now();
    const auto machines = make_machines(engine);
    for (const auto& machine : machines) {
      machine->limits().memory = limit;
      TransactionResult result;
      EXPECT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
      EXPECT_EQ(result.status, Status::Success);
    }
    return (Usage::now() - before).address_space / kMachines;
  };
  constexpr uint64_t kOperands = 66 * kMiB; // an area for each depth of call, and the frames
  EXPECT_LE(run(16 * kMiB), 16 * kMiB + kOperands);
  EXPECT_GE(run(uint64_t{1} << 32), uint64_t{1} << 32);
}

} // namespace
} // namespace zvm::engine
