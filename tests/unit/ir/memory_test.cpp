// Running out of memory: every n-th allocation fails once, in building, parsing, verifying and the
// passes.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/alloc.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/trace.hpp"
#include "ir/parse.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/random_graph.hpp"

namespace zvm::ir {
namespace {

size_t allowed = 0;

bool gate(size_t) {
  if (allowed == 0)
    return false;
  --allowed;
  return true;
}

/// Calls `work` with 0, 1, 2 … allocations allowed until it succeeds; how often it did not.
template <typename Work>
unsigned starve(Work work) {
  unsigned failures = 0;
  for (size_t n = 0; n < 10000; ++n) {
    allowed = n;
    set_allocation_gate(gate);
    const bool done = work();
    set_allocation_gate(nullptr);
    if (done)
      return failures;
    ++failures;
  }
  ADD_FAILURE() << "never succeeds";
  return failures;
}

TEST(IrOutOfMemory, EveryAllocationMayFail) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    test::Choices choices{seed};
    const Function original = test::random_function(choices, {.instructions = 60});
    const std::string text = print(original);
    const unsigned failures = starve([&] {
      const auto f = parse(text);
      if (!f)
        EXPECT_EQ(f.error().code, ErrorCode::OutOfMemory);
      return f.has_value();
    });
    EXPECT_GT(failures, 5u);
    starve([&] {
      const auto result = verify(original);
      if (!result)
        EXPECT_EQ(result.error().code, ErrorCode::OutOfMemory);
      return result.has_value();
    });
    const std::string expected = [&] {
      auto f = parse(text);
      PassContext context;
      EXPECT_TRUE(optimize(*f, Level::Local, context));
      return print(*f);
    }();
    for (const auto pass : {fold, cse, touches, narrow, dce}) {
      starve([&] {
        set_allocation_gate(nullptr);
        auto f = parse(text);
        PassContext context;
        set_allocation_gate(gate);
        return pass(*f, context);
      });
    }
    starve([&] {
      set_allocation_gate(nullptr);
      auto f = parse(text);
      PassContext context;
      set_allocation_gate(gate);
      if (!optimize(*f, Level::Local, context))
        return false;
      set_allocation_gate(nullptr);
      EXPECT_EQ(print(*f), expected);
      return true;
    });
  }
}

TEST(IrOutOfMemory, PassesOverGraphs) {
  PassContext used;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    test::Choices choices{seed};
    const Function original =
        test::random_graph(choices, {.blocks = 12, .is_module = seed % 2 != 0});
    for (const auto pass : {ssa, sccp, gvn, params}) {
      PassContext fresh;
      Function expected;
      ASSERT_TRUE(expected.try_copy(original) && pass(expected, fresh));
      starve([&] {
        set_allocation_gate(nullptr);
        PassContext context;
        Function f;
        EXPECT_TRUE(f.try_copy(original));
        set_allocation_gate(gate);
        if (!pass(f, context))
          return false;
        set_allocation_gate(nullptr);
        EXPECT_EQ(print(f), print(expected));
        return true;
      });
      // Memory that lacked in the middle is of use again.
      for (const size_t enough : {1, 3, 6, 1000}) {
        Function f;
        ASSERT_TRUE(f.try_copy(original));
        allowed = enough;
        set_allocation_gate(gate);
        const bool done = pass(f, used);
        set_allocation_gate(nullptr);
        EXPECT_TRUE(done || enough < 1000);
        if (done)
          EXPECT_EQ(print(f), print(expected));
      }
    }
  }
}

TEST(IrOutOfMemory, LoweringATrace) {
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  test::Choices choices{7};
  std::vector<uint8_t> code(300);
  for (size_t i = 0; i < 200; ++i)
    code[i] = static_cast<uint8_t>(0x60 + choices.below(0x30));
  const std::vector<uint64_t> destinations(code.size() / 64 + 1);
  const frontend::Source source{code.data(), 200, destinations.data(), &schedule};
  starve([&] {
    Function f;
    return frontend::lower_trace(frontend::evm::kGuest, source, 0, {}, f);
  });
}

/// A warm pass allocates nothing: its scratch memory has grown to what it needs.
TEST(IrOutOfMemory, WarmPassesNeedNoMemory) {
  PassContext context;
  Function f;
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  const uint8_t code[64] = {0x60, 4,    0x35, 0x60, 0x20, 0x02, 0x60, 0x40,
                            0x51, 0x01, 0x51, 0x60, 0xff, 0x16, 0x54};
  const uint64_t destinations[2] = {};
  const frontend::Source source{code, 20, destinations, &schedule};
  for (unsigned round = 0; round < 3; ++round) {
    if (round == 2) {
      allowed = 0;
      set_allocation_gate(gate);
    }
    const bool done = frontend::lower_trace(frontend::evm::kGuest, source, 0, {}, f) &&
                      optimize(f, Level::Local, context);
    set_allocation_gate(nullptr);
    // The list of landing places is the lowering's own.
    if (round < 2)
      EXPECT_TRUE(done);
  }
}

/// The functions shown in docs/ir.md are right: the last is what the passes make of the one before.
TEST(IrDocs, ExampleIsTrue) {
  std::ifstream in{std::string{ZVM_SOURCE_DIR} + "/docs/ir.md"};
  std::stringstream page;
  page << in.rdbuf();
  std::vector<std::string> functions;
  std::string text = page.str();
  for (size_t at = 0; (at = text.find("```\nfunction pc", at)) != std::string::npos;) {
    const size_t begin = at + 4, end = text.find("```", begin);
    functions.push_back(text.substr(begin, end - begin));
    at = end + 3;
  }
  ASSERT_EQ(functions.size(), 2u);
  auto f = parse(functions[0]);
  ASSERT_TRUE(f) << f.error().message();
  EXPECT_TRUE(verify(*f));
  EXPECT_EQ(print(*f), functions[0]);
  PassContext context;
  ASSERT_TRUE(optimize(*f, Level::Local, context));
  EXPECT_EQ(print(*f), functions[1]);
}

} // namespace
} // namespace zvm::ir
