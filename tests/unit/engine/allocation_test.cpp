// Every allocation of a rich transaction fails once. Whatever fails: no crash, nothing committed
// unless the whole was, and the same engine then gives the right result.
#include <gtest/gtest.h>

#include <ostream>
#include <thread>
#include <tuple>

#include "tests/support/fault_gate.hpp"
#include "tests/support/fault_world.hpp"

namespace zvm::test {
namespace {

struct Attempt {
  Status status = Status::Success;
  HostCause cause = HostCause::None;
  std::string shown;
  std::string state;
  friend bool operator==(const Attempt&, const Attempt&) = default;
  friend void PrintTo(const Attempt& a, std::ostream* out) {
    *out << name(a.status) << "\n" << a.shown << "\n" << a.state;
  }
};

Attempt run(const RichScenario& scenario, engine::Machine& machine, runtime::StateStore& store) {
  runtime::TransactionResult result;
  Attempt out;
  out.status = scenario.run(machine, store, result);
  if (is_host(out.status))
    out.cause = host_failure().cause;
  if (out.status == Status::Success)
    out.shown = RichScenario::describe(machine, result);
  return out;
}

/// On a thread of its own, whose scratch memory is new too.
template <typename Body>
void on_new_thread(const Body& body) {
  std::thread{body}.join();
}

class AllocationFails : public testing::TestWithParam<std::tuple<engine::Tier, Revision>> {
 protected:
  const RichScenario scenario_;
  Attempt expected_;
  std::string before_;
  uint64_t allocations_ = 0;

  static std::unique_ptr<engine::Machine> machine_of_case() {
    const auto [tier, revision] = GetParam();
    return fault_machine(fault_engine(tier, 0, revision));
  }

  void SetUp() override {
    on_new_thread([&] {
      runtime::MemoryStore store;
      scenario_.fill(store);
      before_ = dump(store);
      const auto machine = machine_of_case();
      const AllocationFault none{UINT64_MAX};
      expected_ = run(scenario_, *machine, store);
      allocations_ = none.seen();
      expected_.state = dump(store);
    });
    ASSERT_EQ(expected_.status, Status::Success);
    ASSERT_TRUE(expected_.shown.starts_with("Success")) << expected_.shown;
    ASSERT_NE(expected_.state, before_);
    ASSERT_GT(allocations_, 100u);
  }

  /// `count` allocations from number `first` on.
  void fail_from(uint64_t first, uint64_t count) {
    runtime::MemoryStore store;
    scenario_.fill(store);
    const auto machine = machine_of_case();
    Attempt failed;
    {
      const AllocationFault fault{first, count};
      failed = run(scenario_, *machine, store);
    }
    failed.state = dump(store);
    if (failed.status == Status::Success) {
      // Memory that only makes things faster may be missing.
      ASSERT_EQ(failed, expected_) << "allocation " << first;
      return;
    }
    ASSERT_EQ(failed.status, Status::HostError) << "allocation " << first;
    ASSERT_NE(failed.cause, HostCause::None) << "allocation " << first;
    ASSERT_EQ(failed.state, before_) << "allocation " << first;
    Attempt again = run(scenario_, *machine, store);
    again.state = dump(store);
    ASSERT_EQ(again, expected_) << "after the failure of allocation " << first;
  }
};

TEST_P(AllocationFails, EachOnce) {
  for (uint64_t n = 0; n < allocations_ && !HasFatalFailure(); ++n)
    on_new_thread([&] { fail_from(n, 1); });
}

TEST_P(AllocationFails, AllFromOneOn) {
  for (uint64_t n = 0; n < allocations_ && !HasFatalFailure(); n += 1 + n / 16)
    on_new_thread([&] { fail_from(n, UINT64_MAX); });
}

TEST_P(AllocationFails, OnOneMachineOneAfterTheOther) {
  const auto machine = machine_of_case();
  uint64_t failures = 0;
  for (uint64_t n = 0; n < allocations_; ++n) {
    runtime::MemoryStore store;
    scenario_.fill(store);
    Attempt tried;
    {
      const AllocationFault fault{n % 40};
      tried = run(scenario_, *machine, store);
    }
    tried.state = dump(store);
    if (tried.status == Status::Success) {
      ASSERT_EQ(tried, expected_);
      continue;
    }
    ++failures;
    ASSERT_EQ(tried.status, Status::HostError);
    ASSERT_NE(tried.cause, HostCause::None);
    ASSERT_EQ(tried.state, before_);
  }
  EXPECT_GT(failures, 0u);
}

std::string name_of_case(const testing::TestParamInfo<AllocationFails::ParamType>& info) {
  const auto& [tier, revision] = info.param;
  return std::string{engine::name(tier)} + '_' + std::string{name(revision)};
}

INSTANTIATE_TEST_SUITE_P(Tiers, AllocationFails,
                         testing::Combine(testing::Values(engine::Tier::Step, engine::Tier::Interp,
                                                          engine::Tier::Asmjit, engine::Tier::Auto),
                                          testing::Values(Revision::Osaka, Revision::Amsterdam)),
                         name_of_case);

} // namespace
} // namespace zvm::test
