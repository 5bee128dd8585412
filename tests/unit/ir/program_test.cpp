// Programs that can be entered in many places: passes keep what they do, whatever frames are
// dropped and entries refused; and each rule of the execution ABI is one that is needed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "ir/module_text.hpp"
#include "ir/passes/passes.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/program_machine.hpp"
#include "tests/support/ir/random_program.hpp"

namespace zvm::ir {
namespace {

using test::Breach;
using test::Choices;
using test::entries_of;
using test::ProgramRun;

/// More by ZVM_SEEDS=<number>.
uint64_t seeds() {
  const char* more = std::getenv("ZVM_SEEDS");
  return more != nullptr ? std::strtoull(more, nullptr, 10) : 500;
}

test::ProgramShape shape_of(uint64_t seed) {
  return {.functions = 1 + static_cast<unsigned>(seed % 4),
          .blocks = 2 + static_cast<unsigned>(seed / 3 % 6),
          .instructions = 2 + static_cast<unsigned>(seed / 5 % 8)};
}

ProgramRun random_run(Choices& c, const Module& program) {
  const auto pcs = entries_of(program);
  const auto any_pc = [&] { return pcs[c.below(static_cast<uint32_t>(pcs.size()))]; };
  ProgramRun run{.slow = &program, .entry_pc = any_pc(), .stack = {}};
  for (unsigned i = 0; i < 14; ++i) {
    const uint32_t kind = c.below(3);
    run.stack.emplace_back(kind == 0 ? any_pc() : kind == 1 ? c.below(9) : c.below(1000));
    if (c.one_in(8))
      run.stack.back() = (run.stack.back() << 200) + 1;
  }
  run.gas = c.one_in(3) ? 60 + c.below(300) : 2500;
  return run;
}

constexpr bool (*kPasses[])(Function&, PassContext&) = {ssa, gvn,     sccp, params, fold,
                                                        cse, touches, dce,  narrow, ranges};

void pass_at_random(Choices& c, Module& m, PassContext& context) {
  for (Function& f : std::span{m.bodies.get(), m.own_functions()}) {
    if (c.one_in(2))
      ASSERT_TRUE(ssa(f, context));
    for (uint32_t n = c.below(6); n > 0; --n) {
      ASSERT_TRUE(kPasses[c.below(std::size(kPasses))](f, context));
      const auto verified = verify(f);
      ASSERT_TRUE(verified) << verified.error().message() << '\n' << print(m);
    }
  }
  const auto verified = verify(m);
  ASSERT_TRUE(verified) << verified.error().message() << '\n' << print(m);
}

/// Whether a run in chaos differs from the plain one; why, as a text.
std::string difference(Choices& c, const Module& slow, const Module& fast, Breach breach) {
  ProgramRun run = random_run(c, slow);
  const std::string expected = run_program(run);
  run.fast = &fast;
  run.breach = breach;
  for (unsigned i = 0; i < 3; ++i) {
    run.seed = c.next();
    if (const std::string actual = run_program(run); actual != expected)
      return "expected:\n" + expected + "actual:\n" + actual;
  }
  return {};
}

TEST(IrProgram, PassesKeepWhatItDoes) {
  PassContext context;
  for (uint64_t seed = 0; seed < seeds(); ++seed) {
    test::ProgramShape shape = shape_of(seed);
    const Module slow = test::random_program(seed, shape);
    const auto verified = verify(slow);
    ASSERT_TRUE(verified) << "seed " << seed << ": " << verified.error().message() << '\n'
                          << print(slow);
    shape.relies_on_facts = true;
    Module fast = test::random_program(seed, shape);
    Choices c{seed + 1000000007};
    pass_at_random(c, fast, context);
    if (HasFatalFailure())
      return;
    for (unsigned i = 0; i < 4; ++i) {
      const std::string wrong = difference(c, slow, fast, Breach::None);
      ASSERT_EQ(wrong, "") << "seed " << seed << '\n' << print(slow) << print(fast);
    }
  }
}

TEST(IrProgram, TextIsReadBack) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Module m = test::random_program(seed, shape_of(seed));
    const std::string text = print(m);
    const auto again = parse_module(text);
    ASSERT_TRUE(again) << again.error().message() << '\n' << text;
    EXPECT_EQ(print(*again), text);
    EXPECT_TRUE(verify(*again));
  }
}

/// Whether random programs show that a rule is not kept.
bool is_found(Breach breach, bool entries_check = true) {
  PassContext context;
  for (uint64_t seed = 0; seed < 20000; ++seed) {
    test::ProgramShape shape = shape_of(seed);
    const Module slow = test::random_program(seed, shape);
    shape.relies_on_facts = true;
    shape.entries_check = entries_check;
    Module fast = test::random_program(seed, shape);
    Choices c{seed};
    pass_at_random(c, fast, context);
    for (unsigned i = 0; i < 4; ++i) {
      if (!difference(c, slow, fast, breach).empty())
        return true;
    }
  }
  return false;
}

TEST(IrProgram, EveryRuleIsNeeded) {
  EXPECT_TRUE(is_found(Breach::None, false)) << "entries that check nothing";
  EXPECT_TRUE(is_found(Breach::DeadItemsStay));
  EXPECT_TRUE(is_found(Breach::NoWriteBack));
  EXPECT_TRUE(is_found(Breach::StalePlaces));
  EXPECT_TRUE(is_found(Breach::LabelReadLate));
  EXPECT_TRUE(is_found(Breach::LabelUnchecked));
  EXPECT_TRUE(is_found(Breach::RefusalToItself));
  EXPECT_TRUE(is_found(Breach::NoDepthLimit));
  EXPECT_TRUE(is_found(Breach::CallerKeepsItems));
}

/// What a block charges is charged one block later.
bool move_a_charge(Function& f) {
  for (const BlockId b : layout(f)) {
    const auto targets = targets_of(f, b);
    if (f.blocks[b].gas > 1 && targets.size() == 1 && f.blocks[targets[0].block].gas != 0) {
      --f.blocks[b].gas;
      ++f.blocks[targets[0].block].gas;
      return true;
    }
  }
  return false;
}

TEST(IrProgram, ChargesThatMoveAreFound) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Module slow = test::random_program(seed, shape_of(seed));
    const Module fast = test::random_program(seed, shape_of(seed));
    Choices c{seed};
    if (move_a_charge(fast.bodies[0]) && !difference(c, slow, fast, Breach::None).empty())
      return;
  }
  FAIL() << "no program shows it";
}

} // namespace
} // namespace zvm::ir
