// Passes change no behaviour: random functions are evaluated before and after each.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "ir/builder.hpp"
#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/signature.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/random_function.hpp"
#include "tests/support/ir/reference.hpp"

namespace zvm::ir {
namespace {

using test::Choices;
using Pass = bool (*)(Function&, PassContext&);

bool all(Function& f, PassContext& context) { return optimize(f, Level::Local, context); }

struct Named {
  const char* name;
  Pass pass;
};
constexpr Named kPasses[] = {{"fold", fold},     {"cse", cse},       {"touches", touches},
                             {"dce", dce},       {"narrow", narrow}, {"all", all},
                             {"ssa", ssa},       {"sccp", sccp},     {"gvn", gvn},
                             {"params", params}, {"ranges", ranges}};

/// What must be equal of a function: the log of each way it may go.
std::string behaviour(const Function& f, const std::vector<std::vector<mpz_class>>& inputs) {
  std::string log;
  for (const auto& input : inputs) {
    for (const int64_t gas : {INT64_MAX, int64_t{500}, int64_t{150}, int64_t{20}, int64_t{0}})
      log += test::evaluate_function(f, input, {.gas = gas});
  }
  return log;
}

void check_seed(uint64_t seed, const test::RandomShape& shape, PassContext& context) {
  Choices choices{seed};
  const Function original = test::random_function(choices, shape);
  const std::string text = print(original);
  ASSERT_TRUE(verify(original)) << verify(original).error().message() << '\n' << text;
  std::vector<std::vector<mpz_class>> inputs;
  for (unsigned i = 0; i < 4; ++i)
    inputs.push_back(test::random_parameters(choices, original));
  const std::string expected = behaviour(original, inputs);
  for (const Named& p : kPasses) {
    auto f = parse(text);
    ASSERT_TRUE(f);
    ASSERT_TRUE(p.pass(*f, context));
    const auto verified = verify(*f);
    ASSERT_TRUE(verified) << "seed " << seed << ", " << p.name << ": " << verified.error().message()
                          << '\n'
                          << text << print(*f);
    ASSERT_EQ(behaviour(*f, inputs), expected) << "seed " << seed << ", " << p.name << '\n'
                                               << text << print(*f);
  }
}

/// More by ZVM_SEEDS=<number>.
uint64_t seeds() {
  const char* more = std::getenv("ZVM_SEEDS");
  return more != nullptr ? std::strtoull(more, nullptr, 10) : 500;
}

TEST(IrPasses, RandomFunctionsBehaveTheSame) {
  PassContext context;
  for (uint64_t seed = 0; seed < seeds(); ++seed) {
    check_seed(seed, {.instructions = 10 + static_cast<unsigned>(seed % 60)}, context);
    if (HasFatalFailure())
      return;
  }
}

TEST(IrPasses, RandomMemoryBehavesTheSame) {
  PassContext context;
  for (uint64_t seed = 0; seed < seeds(); ++seed) {
    check_seed(seed + 2000000000,
               {.instructions = 10 + static_cast<unsigned>(seed % 30),
                .memory_share = 15,
                .effects = false,
                .flow = seed % 2 == 0},
               context);
    if (HasFatalFailure())
      return;
  }
}

TEST(IrPasses, RandomArithmeticBehavesTheSame) {
  PassContext context;
  for (uint64_t seed = 0; seed < seeds(); ++seed) {
    check_seed(seed + 1000000000,
               {.instructions = 5 + static_cast<unsigned>(seed % 30),
                .memory = false,
                .effects = false,
                .flow = false},
               context);
    if (HasFatalFailure())
      return;
  }
}

/// Every op on every pair of edge numbers, with each operand constant or not.
TEST(IrPasses, EveryPureOpOnEdgeNumbers) {
  PassContext context;
  for (const Op op : test::computing_ops()) {
    for (const Type t : {Type::I32, Type::I64, Type::I128, Type::I256}) {
      Choices choices{static_cast<unsigned>(op) * 8u + static_cast<unsigned>(t)};
      for (unsigned n = 0; n < 150; ++n) {
        const Signature& s = signature(op);
        std::vector<mpz_class> operands;
        std::string args, params;
        std::vector<mpz_class> inputs;
        const unsigned constants = choices.below(8);
        for (unsigned i = 0; i < s.operands.count; ++i) {
          const Type of = type_of(s.operand(i), t);
          const U256 edge = edge_number(choices, bits(of));
          mpz_class v;
          mpz_import(v.get_mpz_t(), 4, -1, 8, 0, 0, edge.limbs);
          operands.push_back(v);
          if (i != 0)
            args += ", ";
          if ((constants >> i & 1) != 0) {
            args += "0x" + v.get_str(16);
          } else {
            args += "v" + std::to_string(i);
            params += (params.empty() ? "" : ", ") + ("v" + std::to_string(i)) + ": " +
                      std::string{name(of)};
            inputs.push_back(v);
          }
        }
        const Type result = type_of(s.results.letters[0], t);
        std::string text = "function pc 0 need 0 growth 1 -> " + std::string{name(result)} +
                           "\nblock0" + (params.empty() ? "" : "(" + params + ")") +
                           ": pc 0\nv9 = " + std::string{info(op).text} + "." +
                           std::string{name(t)} + " " + args + "\nreturn v9\n";
        auto f = parse(text);
        ASSERT_TRUE(f) << f.error().message() << text;
        const std::string expected =
            "return[0] " + test::reference_result(op, t, Type::None, operands).get_str(16) +
            "\nmemory\n";
        ASSERT_EQ(test::evaluate_function(*f, inputs, {}), expected) << text;
        ASSERT_TRUE(all(*f, context));
        ASSERT_TRUE(verify(*f)) << verify(*f).error().message() << text << print(*f);
        ASSERT_EQ(test::evaluate_function(*f, inputs, {}), expected) << text << print(*f);
      }
    }
  }
}

// --- chains of ops, each an operand of the next: what rules look at ---

class Chains {
 public:
  explicit Chains(Choices& choices) : c_(choices) {}

  /// A function of two parameters that returns the last op of the first ones, each of which has the
  /// one before it among its operands.
  Function make(std::span<const Op> ops) {
    Function f;
    Builder b{f};
    b.begin_block(0);
    // In few bits the edges are met more often.
    constexpr Type kTypes[] = {Type::I256, Type::I32, Type::I256, Type::I32, Type::I64, Type::I128};
    const Type t = kTypes[c_.below(6)];
    params_[0] = f.add_param(0, t);
    params_[1] = f.add_param(0, t);
    ValueId v = kNone;
    for (const Op op : ops)
      v = emit(b, op, v == kNone ? t : f.type(v), v);
    (void)f.results.try_push(f.type(v));
    b.return_(std::vector{v});
    return f;
  }

 private:
  ValueId emit(Builder& b, Op op, Type t, ValueId must) {
    Function& f = b.function();
    if (std::ranges::find(test::conversion_ops(), op) != test::conversion_ops().end()) {
      constexpr Type kByWidth[] = {Type::I32, Type::I64, Type::I128, Type::I256};
      const unsigned from = bits(t) == 32 ? 0 : bits(t) == 64 ? 1 : bits(t) == 128 ? 2 : 3;
      const bool widens = op != Op::Trunc;
      if (widens ? from == 3 : from == 0)
        return must == kNone ? params_[0] : must;
      const Type to = kByWidth[widens ? from + 1 + c_.below(3 - from) : c_.below(from)];
      return b.emit(op, to, {must == kNone ? params_[0] : must});
    }
    const Signature& s = signature(op);
    // A boolean as an operand of select's condition, else of any op at its own type.
    std::vector<ValueId> args;
    for (unsigned i = 0; i < s.operands.count; ++i) {
      const Type of = type_of(s.operand(i), t);
      ValueId v = f.type(params_[0]) == of && c_.one_in(2)
                      ? params_[c_.below(2)]
                      : f.make_constant(of, number(op, i, bits(of)));
      args.push_back(v);
    }
    if (must != kNone) {
      const unsigned place = c_.below(s.operands.count);
      for (unsigned n = 0; n < s.operands.count; ++n) {
        const unsigned i = (place + n) % s.operands.count;
        if (type_of(s.operand(i), t) != f.type(must))
          continue;
        args[i] = must;
        break;
      }
    }
    return b.emit(op, t, args);
  }

  U256 number(Op op, unsigned operand, unsigned width) {
    if (operand == 0 && test::is_shift(op) && c_.below(4) != 0)
      return U256{c_.one_in(2) ? c_.below(width / 8) * 8 : c_.below(width + 1)};
    if (operand == 0 && (op == Op::Byte || op == Op::SignExtend) && c_.below(4) != 0)
      return U256{c_.below(width / 8 + 1)};
    return test::edge_number(c_, width);
  }

  Choices& c_;
  ValueId params_[2] = {};
};

void check_ops(std::span<const Op> ops, Choices& choices, PassContext& context) {
  Function f = Chains{choices}.make(ops);
  const std::string text = print(f);
  std::vector<std::vector<mpz_class>> inputs;
  std::string expected, actual;
  for (unsigned i = 0; i < 3; ++i) {
    inputs.push_back(test::random_parameters(choices, f));
    expected += test::evaluate_function(f, inputs.back(), {});
  }
  ASSERT_TRUE(all(f, context));
  ASSERT_TRUE(verify(f)) << verify(f).error().message() << text << print(f);
  for (const auto& input : inputs)
    actual += test::evaluate_function(f, input, {});
  ASSERT_EQ(actual, expected) << text << print(f);
}

std::vector<Op> all_computing_ops() {
  std::vector<Op> all{test::computing_ops().begin(), test::computing_ops().end()};
  all.insert(all.end(), test::conversion_ops().begin(), test::conversion_ops().end());
  return all;
}

TEST(IrPasses, EveryPairOfPureOps) {
  PassContext context;
  Choices choices{42};
  for (const Op inner : all_computing_ops()) {
    for (const Op outer : all_computing_ops()) {
      const Op ops[] = {inner, outer};
      for (uint64_t n = 0; n < seeds() / 20; ++n) {
        check_ops(ops, choices, context);
        if (HasFatalFailure())
          return;
      }
    }
  }
}

TEST(IrPasses, ChainsOfPureOps) {
  PassContext context;
  Choices choices{43};
  const std::vector<Op> all_ops = all_computing_ops();
  for (uint64_t n = 0; n < seeds() * 40; ++n) {
    Op ops[5];
    for (Op& op : ops)
      op = all_ops[choices.below(static_cast<uint32_t>(all_ops.size()))];
    check_ops({ops, 3 + n % 3}, choices, context);
    if (HasFatalFailure())
      return;
  }
}

} // namespace
} // namespace zvm::ir
