// Threads on one engine: each has its machine and its state, all share code, its lowering and its
// eviction.
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/fault_world.hpp"

namespace zvm::test {
namespace {

constexpr unsigned kThreads = 4;
constexpr unsigned kRuns = 60;

std::string run_once(const RichScenario& scenario, engine::Machine& machine) {
  runtime::MemoryStore store;
  scenario.fill(store);
  runtime::TransactionResult result;
  if (scenario.run(machine, store, result) != Status::Success)
    return "failed";
  return RichScenario::describe(machine, result) + dump(store);
}

/// `disturb` is called between the runs of the first thread.
template <typename Disturb>
void compare(engine::Engine engine, const Disturb& disturb) {
  const RichScenario scenario;
  const std::string expected = run_once(scenario, *fault_machine(fault_engine(engine::Tier::Step)));
  std::vector<unsigned> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const auto machine = fault_machine(engine);
      for (unsigned i = 0; i < kRuns; ++i) {
        if (t == 0)
          disturb(engine, i);
        wrong[t] += run_once(scenario, *machine) == expected ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (unsigned t = 0; t < kThreads; ++t)
    EXPECT_EQ(wrong[t], 0u) << "thread " << t;
}

TEST(Threads, ShareAnEngineThatLowersAtOnce) {
  compare(fault_engine(engine::Tier::Interp), [](engine::Engine&, unsigned) {});
}

TEST(Threads, ShareAnEngineThatPromotesInBetween) {
  compare(fault_engine(engine::Tier::Interp, 20'000), [](engine::Engine&, unsigned) {});
}

TEST(Threads, ShareAnEngineThatCompilesInBetween) {
  compare(fault_engine(engine::Tier::Auto, 20'000), [](engine::Engine&, unsigned) {});
}

TEST(Threads, ShareAnEngineWhoseThreadsCompile) {
  compare(fault_engine(engine::Tier::Auto, 0, kLatestRevision, 2),
          [](engine::Engine& engine, unsigned) { (void)engine.stats(); });
}

TEST(Threads, ShareAStepEngine) {
  compare(fault_engine(engine::Tier::Step), [](engine::Engine&, unsigned) {});
}

void evict(engine::Engine& engine, unsigned i) {
  engine.set_code_cache_limit(i % 2 == 0 ? 0 : 10'000);
  (void)engine.stats();
}

TEST(Threads, CodeIsEvictedWhileItRuns) { compare(fault_engine(engine::Tier::Interp), evict); }

TEST(Threads, CodeIsEvictedWhileItIsCompiled) {
  compare(fault_engine(engine::Tier::Auto, 0, kLatestRevision, 1), evict);
}

} // namespace
} // namespace zvm::test
