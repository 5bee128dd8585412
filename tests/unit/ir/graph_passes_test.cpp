// Passes change no behaviour where edges lead anywhere: random functions of many blocks, with
// variables, before and after.
#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "ir/access.hpp"
#include "ir/parse.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/random_graph.hpp"
#include "tests/support/ir/reference.hpp"

namespace zvm::ir {
namespace {

using test::Choices;
using Pass = bool (*)(Function&, PassContext&);

struct Named {
  const char* name;
  Pass pass;
};
constexpr Named kPasses[] = {
    {"ssa", ssa}, {"gvn", gvn},         {"sccp", sccp}, {"params", params}, {"fold", fold},
    {"cse", cse}, {"touches", touches}, {"dce", dce},   {"narrow", narrow}, {"ranges", ranges},
};

/// What must be equal of a function: the log of each way it may go.
std::string behaviour(const Function& f, const std::vector<std::vector<mpz_class>>& inputs,
                      std::span<const uint16_t> widths = {}) {
  std::string log;
  for (const auto& input : inputs) {
    for (const int64_t gas : {INT64_MAX, int64_t{60}})
      log += test::evaluate_function(f, input, {.gas = gas, .blocks = 60, .widths = widths});
  }
  return log;
}

class Checked {
 public:
  Checked(uint64_t seed, const test::GraphShape& shape) : seed_(seed) {
    Choices choices{seed};
    function = test::random_graph(choices, shape);
    text_ = print(function);
    for (unsigned i = 0; i < 4; ++i)
      inputs_.push_back(test::random_parameters(choices, function));
    expected_ = behaviour(function, inputs_);
  }

  /// With what a pass has found of the values, if it says so.
  void check(const char* when, std::span<const uint16_t> widths = {}) const {
    const auto verified = verify(function);
    ASSERT_TRUE(verified) << "seed " << seed_ << ", " << when << ": " << verified.error().message()
                          << '\n'
                          << text_ << print(function);
    ASSERT_EQ(behaviour(function, inputs_, widths), expected_)
        << "seed " << seed_ << ", " << when << '\n'
        << text_ << print(function);
  }

  [[nodiscard]] bool differs() const { return behaviour(function, inputs_) != expected_; }

  Function function;

 private:
  uint64_t seed_;
  std::string text_, expected_;
  std::vector<std::vector<mpz_class>> inputs_;
};

/// More by ZVM_SEEDS=<number>.
uint64_t seeds() {
  const char* more = std::getenv("ZVM_SEEDS");
  return more != nullptr ? std::strtoull(more, nullptr, 10) : 500;
}

test::GraphShape shape_of(uint64_t seed) {
  return {.blocks = 2 + static_cast<unsigned>(seed % 12),
          .instructions = 2 + static_cast<unsigned>(seed / 3 % 6),
          .is_module = seed % 2 != 0,
          .values = seed % 3 != 0,
          .variables = static_cast<unsigned>(seed / 7 % 5),
          .effects = seed % 5 == 0 ? 8u : 2u};
}

TEST(IrGraphPasses, EachAlone) {
  PassContext context;
  for (uint64_t seed = 0; seed < seeds() && !testing::Test::HasFatalFailure(); ++seed) {
    Checked original{seed, shape_of(seed)};
    original.check("before");
    for (const Named& p : kPasses) {
      Checked changed{seed, shape_of(seed)};
      ASSERT_TRUE(p.pass(changed.function, context));
      changed.check(p.name, p.pass == fold ? context.width.view() : std::span<const uint16_t>{});
    }
  }
}

unsigned count_variable_ops(const Function& f) {
  unsigned count = 0;
  for (const BlockId b : layout(f)) {
    for (const InstId i : body(f, b))
      count += f.insts[i].op == Op::VarGet || f.insts[i].op == Op::VarSet ? 1 : 0;
  }
  return count;
}

TEST(IrGraphPasses, SsaLeavesNoVariables) {
  PassContext context;
  unsigned done = 0, parameters = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    Choices choices{seed};
    Function f = test::random_graph(choices, {.blocks = 12, .values = false});
    ASSERT_TRUE(ssa(f, context));
    if (!f.variables.empty())
      continue; // laid out so that no order would do
    ++done;
    ASSERT_EQ(count_variable_ops(f), 0u) << print(f);
    for (const BlockId b : layout(f))
      parameters += b != 0 ? f.blocks[b].params.count : 0;
  }
  EXPECT_GT(done, 1800u);
  EXPECT_GT(parameters, 1500u);
}

/// One after the other, in any order, some of them twice.
TEST(IrGraphPasses, OneAfterTheOther) {
  PassContext context;
  for (uint64_t seed = 0; seed < seeds() * 2 && !testing::Test::HasFatalFailure(); ++seed) {
    Choices choices{seed};
    Checked f{seed + 1000000000, shape_of(seed)};
    std::string names;
    for (unsigned n = 0; n < 6; ++n) {
      const Named& p = kPasses[choices.below(std::size(kPasses))];
      names += std::string{" "} + p.name;
      ASSERT_TRUE(p.pass(f.function, context));
      f.check(names.c_str());
      if (HasFatalFailure())
        return;
    }
  }
}

/// Takes out a write of a global that another one follows in its block, behind what may fail.
bool forget_a_write(Function& f) {
  for (const BlockId b : layout(f)) {
    InstId first = kNone;
    bool may_fail = false;
    for (const InstId i : body(f, b)) {
      const Inst& inst = f.insts[i];
      if (inst.op == Op::GlobalSet && first != kNone && may_fail &&
          f.insts[first].attribute == inst.attribute) {
        f.remove(first);
        return true;
      }
      if (inst.op == Op::GlobalSet) {
        first = i;
        may_fail = false;
      }
      may_fail |= (effects(inst.op, inst.attribute) & MayExit) != 0;
    }
  }
  return false;
}

/// Globals outlive a failure of a function of a module: what may fail is a wall for writes.
TEST(IrGraphPasses, WritesThatAreForgottenBeforeAFailureAreFound) {
  for (uint64_t seed = 0; seed < 20000; ++seed) {
    Checked f{seed, {.instructions = 12, .is_module = true, .effects = 8}};
    if (forget_a_write(f.function) && f.differs())
      return;
  }
  FAIL() << "no function shows it";
}

/// Loops in each other, each with two parameters: one is different behind each way back, which all
/// begin in the innermost loop, the other is always the same.
Function loops(unsigned deep) {
  const auto n = [](unsigned number) { return std::to_string(number); };
  const auto head = [&](unsigned k) {
    return n(k) + "(v" + n(4 * k) + ": i64, v" + n(4 * k + 1) + ": i64): pc 0 poll\n";
  };
  std::string text =
      "function final -> i64, i64\nblock0(v0: i64, v1: i32): pc 0\nbr block1(v0, v0)\n";
  for (unsigned k = 1; k < deep; ++k)
    text +=
        "block" + head(k) + "br block" + n(k + 1) + "(v" + n(4 * k) + ", v" + n(4 * k + 1) + ")\n";
  const std::string last = "v" + n(4 * deep), always = "v" + n(4 * deep + 1);
  text += "block" + head(deep) + "v2 = add.i64 v0, 0x1\nbr_table v1, ";
  for (unsigned k = deep; k > 0; --k)
    text += "block" + n(deep + k) + "(v0), block" + n(deep + k) + "(v2), ";
  text += "block" + n(2 * deep + 1) + "\n";
  for (unsigned k = 1; k <= deep; ++k) {
    const std::string back = "v" + n(4 * k + 2);
    text += "block" + n(deep + k) + "(" + back + ": i64): pc 0\nbr block" + n(k) + "(" + back +
            ", " + always + ")\n";
  }
  text += "block" + n(2 * deep + 1) + ": pc 0\nreturn " + last + ", " + always + "\n";
  auto f = parse(text);
  EXPECT_TRUE(f) << f.error().message();
  return f ? std::move(*f) : Function{};
}

TEST(IrGraphPasses, ParametersOfThousandsOfLoopsAreLinear) {
  PassContext context;
  for (const auto& [deep, left] : {std::pair{20u, 1u}, std::pair{3000u, 2u}}) {
    Function f = loops(deep);
    ASSERT_TRUE(verify(f)) << verify(f).error().message();
    ASSERT_TRUE(params(f, context));
    ASSERT_TRUE(verify(f));
    EXPECT_EQ(f.blocks[1].params.count, left) << deep;
  }
}

} // namespace
} // namespace zvm::ir
