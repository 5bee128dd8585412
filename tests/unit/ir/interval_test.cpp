// The rules of intervals, at four bits for all intervals and all numbers in them.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <vector>

#include "ir/evaluate.hpp"
#include "ir/passes/interval.hpp"
#include "tests/support/ir/random_function.hpp"

namespace zvm::ir {
namespace {

constexpr unsigned kBits = 4;
constexpr unsigned kEnd = 1 << kBits;

int as_signed(unsigned v, unsigned bits = kBits) {
  return static_cast<int>(v) - (v >> (bits - 1) != 0 ? 1 << bits : 0);
}

/// What the ops compute at four bits, by their definitions. Bytes have no meaning there.
std::optional<unsigned> result_of(Op op, unsigned a, unsigned b) {
  const int x = as_signed(a), y = as_signed(b);
  const auto cut = [](int v) { return static_cast<unsigned>(v) % kEnd; };
  switch (op) {
  case Op::Add:
    return (a + b) % kEnd;
  case Op::Sub:
    return (a - b) % kEnd;
  case Op::Mul:
    return a * b % kEnd;
  case Op::DivU:
    return b == 0 ? 0 : a / b;
  case Op::RemU:
    return b == 0 ? 0 : a % b;
  case Op::DivS:
    return b == 0 ? 0 : cut(x / y);
  case Op::RemS:
    return b == 0 ? 0 : cut(x % y);
  case Op::And:
    return a & b;
  case Op::Or:
    return a | b;
  case Op::Xor:
    return a ^ b;
  case Op::Not:
    return ~a % kEnd;
  case Op::Shl:
    return a >= kBits ? 0 : (b << a) % kEnd;
  case Op::ShrU:
    return a >= kBits ? 0 : b >> a;
  case Op::ShrS:
    return cut(y >> std::min(a, kBits - 1));
  case Op::ShlWrap:
    return (b << a % kBits) % kEnd;
  case Op::ShrUWrap:
    return b >> a % kBits;
  case Op::ShrSWrap:
    return cut(y >> a % kBits);
  case Op::Eq:
    return a == b;
  case Op::Ne:
    return a != b;
  case Op::LtU:
    return a < b;
  case Op::LeU:
    return a <= b;
  case Op::LtS:
    return x < y;
  case Op::LeS:
    return x <= y;
  case Op::IsZero:
    return a == 0;
  case Op::Clz:
    return static_cast<unsigned>(kBits - static_cast<unsigned>(std::bit_width(a)));
  case Op::Ctz:
    return a == 0 ? kBits : static_cast<unsigned>(std::countr_zero(a));
  case Op::Popcnt:
    return static_cast<unsigned>(std::popcount(a));
  default:
    return std::nullopt;
  }
}

bool has(const Interval& is, unsigned v) { return is.low <= U256{v} && U256{v} <= is.high; }

void for_all(const std::function<void(Interval)>& visit) {
  for (unsigned low = 0; low < kEnd; ++low) {
    for (unsigned high = low; high < kEnd; ++high)
      visit({low, high});
  }
}
template <typename Visit>
void for_each_in(const Interval& is, Visit visit) {
  for (auto v = static_cast<unsigned>(is.low.low64()); U256{v} <= is.high; ++v)
    visit(v);
}

TEST(IrInterval, HasAllThatAnOpGives) {
  for (unsigned n = 0; n < kOpCount; ++n) {
    const auto op = static_cast<Op>(n);
    if (!result_of(op, 1, 1))
      continue;
    for_all([&](Interval a) {
      for_all([&](Interval b) {
        const Interval operands[] = {a, b};
        const Interval is = interval_of(op, kBits, kBits, operands);
        for_each_in(a, [&](unsigned x) {
          for_each_in(b, [&](unsigned y) {
            ASSERT_TRUE(has(is, *result_of(op, x, y))) << info(op).text << " " << x << " " << y;
          });
        });
      });
    });
  }
}

TEST(IrInterval, OfModularOpsAndSelect) {
  for_all([](Interval m) {
    const Interval operands[] = {Interval::all(kBits), Interval::all(kBits), m};
    for_each_in(m, [&](unsigned z) {
      for (unsigned sum = 0; sum < kEnd * kEnd; ++sum) {
        const unsigned is = z == 0 ? 0 : sum % z;
        ASSERT_TRUE(has(interval_of(Op::AddMod, kBits, kBits, operands), is));
        ASSERT_TRUE(has(interval_of(Op::MulMod, kBits, kBits, operands), is));
      }
    });
    for_all([&](Interval other) {
      for (const Interval condition : {Interval{0, 0}, Interval{0, 1}, Interval{1, 3}}) {
        const Interval all[] = {condition, m, other};
        const Interval is = interval_of(Op::Select, kBits, 1, all);
        if (condition.high > U256{})
          EXPECT_TRUE(is.contains(m));
        if (condition.low.is_zero())
          EXPECT_TRUE(is.contains(other));
      }
    });
  });
}

TEST(IrInterval, OfConversions) {
  constexpr unsigned kWide = 6;
  for_all([](Interval a) {
    const Interval operand[] = {a};
    for_each_in(a, [&](unsigned x) {
      ASSERT_TRUE(has(interval_of(Op::Zext, kWide, kBits, operand), x));
      ASSERT_TRUE(has(interval_of(Op::Sext, kWide, kBits, operand),
                      static_cast<unsigned>(as_signed(x)) % (1 << kWide)));
      ASSERT_TRUE(has(interval_of(Op::Trunc, 2, kBits, operand), x % 4));
    });
  });
}

/// Whatever an op that Computes gives at a type there is, for numbers near the ends of intervals.
TEST(IrInterval, HasWhatIsEvaluated) {
  test::Choices c{1};
  const auto number = [&](unsigned width) {
    U256 v{c.next(), c.next(), c.next(), c.next()};
    if (c.one_in(2))
      v = v & low_mask(c.below(width + 1));
    if (c.one_in(4))
      v = U256{c.below(300)};
    if (c.one_in(8))
      v = ~v;
    return v & low_mask(width);
  };
  for (unsigned n = 0; n < kOpCount; ++n) {
    const auto op = static_cast<Op>(n);
    if (!info(op).has(Computes) || op == Op::Zext || op == Op::Sext || op == Op::Trunc)
      continue;
    for (const Type type : {Type::I32, Type::I64, Type::I256}) {
      const unsigned width = bits(type);
      for (unsigned round = 0; round < 3000; ++round) {
        Interval is[3];
        U256 v[3];
        for (unsigned i = 0; i < 3; ++i) {
          const U256 x = number(width), y = number(width), z = number(width);
          is[i] = {std::min({x, y, z}), std::max({x, y, z})};
          v[i] = std::max(std::min(x, y), std::min(std::max(x, y), z));
        }
        const Type from = op == Op::Select ? Type::I32 : type;
        if (op == Op::Select)
          is[0] = Interval::exactly(v[0] = U256{c.below(2)});
        const U256 result = evaluate(op, type, from, v[0], v[1], v[2]);
        const bool is_flag = op == Op::Eq || op == Op::Ne || op == Op::LtU || op == Op::LtS ||
                             op == Op::LeU || op == Op::LeS || op == Op::IsZero;
        const Interval found = interval_of(op, width, width, is);
        ASSERT_TRUE(found.contains(Interval::exactly(result)))
            << info(op).text << (is_flag ? " flag " : " ") << name(type);
      }
    }
  }
}

/// Who compares keeps all numbers for which the comparison is as it says, and no interval grows.
TEST(IrInterval, ComparisonsKeepWhatTheyMust) {
  for (const Op op : {Op::Eq, Op::Ne, Op::LtU, Op::LeU, Op::LtS, Op::LeS, Op::IsZero, Op::Add}) {
    for_all([&](Interval a) {
      for_all([&](Interval b) {
        if (op == Op::IsZero && !(b == Interval::exactly(0)))
          return;
        for (const bool holds : {false, true}) {
          Interval x = a, y = b;
          narrow_by(op, kBits, holds, x, y);
          ASSERT_TRUE(a.contains(x) && b.contains(y));
          for_each_in(a, [&](unsigned p) {
            for_each_in(b, [&](unsigned q) {
              if ((*result_of(op, p, q) != 0) == holds || op == Op::Add)
                ASSERT_TRUE(has(x, p) && has(y, q)) << info(op).text << " " << p << " " << q;
            });
          });
        }
      });
    });
  }
}

TEST(IrInterval, JoinsAndMeets) {
  for_all([](Interval a) {
    EXPECT_EQ(join(a, Interval::none()), a);
    EXPECT_EQ(join(Interval::none(), a), a);
    EXPECT_TRUE(a.contains(Interval::none()));
    for_all([&](Interval b) {
      EXPECT_TRUE(join(a, b).contains(a) && join(a, b).contains(b));
      const Interval both = meet(a, b);
      for (unsigned v = 0; v < kEnd; ++v)
        ASSERT_EQ(has(both, v), has(a, v) && has(b, v));
    });
  });
}

} // namespace
} // namespace zvm::ir
