// The text form: what is printed parses to the same, and what is wrong is refused with its line.
#include <gtest/gtest.h>

#include "ir/attribute.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/every_op.hpp"

namespace zvm::ir {
namespace {

TEST(IrText, EveryOpRoundTrips) {
  for (unsigned op = 0; op < kOpCount; ++op) {
    for (unsigned variant = 0; variant < test::kVariants; ++variant) {
      const Function f = test::function_with(static_cast<Op>(op), variant);
      ASSERT_FALSE(f.failed());
      const std::string text = print(f);
      const auto again = parse(text);
      ASSERT_TRUE(again) << again.error().message() << '\n' << text;
      EXPECT_EQ(print(*again), text);
      EXPECT_NE(text.find(kOps[op].text), std::string::npos) << text;
    }
  }
}

TEST(IrText, NamesAndNumbersAreFree) {
  const auto f = parse("# a comment\n\n"
                       "function pc 1 need 2 growth 3 -> i256, i64\n"
                       "  block0 ( v9 : i256 ,v4:i64 ) : pc 7 gas 12 poll cold state {pc 3 pop 1 "
                       "[v9, 5, v4] unused 0}\n"
                       "v7=add.i256 v9,32 # decimal\n"
                       "return v7, v4");
  ASSERT_TRUE(f) << f.error().message();
  EXPECT_EQ(print(*f), "function pc 1 need 2 growth 3 -> i256, i64\n"
                       "block0(v0: i256, v1: i64): pc 7 gas 12 poll cold state {pc 3 pop 1 "
                       "[v0, 0x5, v1] unused 0}\n"
                       "  v2 = add.i256 v0, 0x20\n"
                       "  return v2, v1\n");
}

TEST(IrText, BlocksWithoutInstructionsAreNotPrinted) {
  auto f = parse("function pc 0 need 0 growth 0\n"
                 "block0: pc 0\n  br block2\n"
                 "block1: pc 1\n"
                 "block2: pc 2\n  stop\n");
  ASSERT_TRUE(f);
  EXPECT_EQ(print(*f), "function pc 0 need 0 growth 0\n"
                       "block0: pc 0\n  br block1\n"
                       "block1: pc 2\n  stop\n");
}

struct Wrong {
  const char* text;
  uint64_t line;
  const char* part; ///< of the message
};

constexpr Wrong kWrong[] = {
    {"", 0, "no function"},
    {"# nothing\n", 1, "no function"},
    {"fn pc 0", 1, "'function' expected, found 'fn'"},
    {"function pc 0 growth 0 need 0", 1, "'need' is not expected here"},
    {"function pc 0 need 0 growth 0 -> i7", 1, "a type expected, found 'i7'"},
    {"function pc 4294967296 need 0 growth 0", 1, "a decimal number in range"},
    {"function pc 0 need 0 growth 0 junk", 1, "'junk' is not expected here"},
    {"function pc 0 need 0 growth 0\nstop", 2, "before the first block"},
    {"function pc 0 need 0 growth 0\nblock1: pc 0", 2, "block0 is next"},
    {"function pc 0 need 0 growth 0\nblock0 pc 0", 2, "':' expected"},
    {"function pc 0 need 0 growth 0\nblock0(v0: i256, v0: i256): pc 0", 2, "v0 is defined twice"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nbr block7", 3, "there is no block7"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\n\nv1 = add.i256 v0, 0x1", 4,
     "v0 is not defined above"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nfrobnicate", 3, "no such operation"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = add 0x1, 0x2", 3,
     "no such operation: 'add'"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = add.i9 0x1, 0x2", 3, "no such operation"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nadd.i256 0x1, 0x2", 3,
     "does not have 0 results"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0: i256 = add.i256 0x1, 0x2", 3, "implied"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = call[3]", 3, "need types"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nstop 0x1", 3, "stop has no operand 1"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = not.i256 0x1 0x2", 3,
     "'0x2' is not expected"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = not.i32 0x100000000", 3,
     "does not fit i32"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = not.i256 "
     "0x10000000000000000000000000000000000000000000000000000000000000000",
     3, "below 2^256"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = zext.i256 0x1", 3, "needs a type"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = ctx[moon]", 3,
     "'moon' is no attribute of ctx"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nv0 = load.i64[3] 0x1", 3, "no attribute"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\ntrap", 3, "'[' expected"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nbr block0, 0x1", 3, "a block expected"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nleave {pc 1 pop 0 [0x1 unused 0}", 3,
     "']' expected"},
    {"function pc 0 need 0 growth 0\nblock0: pc 0\nleave {pc 4294967295 pop 0 [] unused 0} x", 3,
     "'x' is not expected"},
};

TEST(IrText, WrongTextIsRefusedWithItsLine) {
  for (const Wrong& w : kWrong) {
    const auto f = parse(w.text);
    ASSERT_FALSE(f) << w.text;
    EXPECT_EQ(f.error().code, ErrorCode::SyntaxError);
    EXPECT_EQ(f.error().offset, w.line) << w.text << '\n' << f.error().message();
    EXPECT_NE(f.error().detail.find(w.part), std::string::npos) << w.text << '\n'
                                                                << f.error().message();
  }
}

TEST(IrText, OfAccesses) {
  for (const char* text : {"u1", "s4", "u8 +16", "u32 be", "s2 be +1 memory 255", "u16 memory 2",
                           "u32 be touched", "u1 touched"}) {
    const auto value = parse_attribute(Attribute::Access, text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(attribute_text(Attribute::Access, *value), text);
  }
  for (const char* text : {"", "8", "u", "u3", "u64", "u1 be", "u8 memory 256", "u8 touched be",
                           "u8 +1 touched", "u8 memory 1 touched", "u8 +281474976710656"})
    EXPECT_FALSE(parse_attribute(Attribute::Access, text)) << text;
}

TEST(IrText, ResultsAreNamedInArgumentsOnly) {
  // Of which there may be as many as there are results.
  std::string results = "v0: i64", arguments = "v0";
  for (unsigned n = 1; n < 30000; ++n) {
    results += ", v" + std::to_string(n) + ": i64";
    arguments += ", v" + std::to_string(n);
  }
  const std::string head = "function final pc 0\nblock0: pc 0\n" + results + " = call[0] ";
  const auto f = parse(head + "block1(" + arguments + ")\nblock1: pc 0\nstop");
  ASSERT_TRUE(f) << f.error().message();
  EXPECT_EQ(f->values_of(f->targets[0].args)[29999], f->insts[0].result + 29999);
  EXPECT_FALSE(parse(head + "v7\nstop"));
}

TEST(IrText, StatesThatHaveNothingInCommonAreLinear) {
  std::string text = "function pc 0 need 1048576 growth 1048576\nblock0: pc 0\n";
  for (unsigned n = 0; n < 5000; ++n)
    text += "v" + std::to_string(n) + " = mem.touch 0x0, 0x20 {pc 0 pop 1048576 [0x1] unused 0}\n";
  const auto f = parse(text + "stop\n");
  ASSERT_TRUE(f) << f.error().message();
  EXPECT_TRUE(verify(*f));
  EXPECT_EQ(print(*parse(print(*f))), print(*f));
}

TEST(IrText, DamagedTextNeverCrashes) {
  // Every prefix, and every byte replaced by characters the grammar knows.
  const std::string text = print(test::function_with(Op::BrTable, 5)) +
                           print(test::function_with(Op::CallFunction, 7)).substr(32);
  for (size_t n = 0; n <= text.size(); ++n)
    (void)parse(text.substr(0, n));
  for (size_t n = 0; n < text.size(); ++n) {
    for (const char c : std::string_view{"\0\n v0{([,:.-#b\xff", 15}) {
      std::string damaged = text;
      damaged[n] = c;
      if (const auto f = parse(damaged))
        (void)print(*f);
    }
  }
}

} // namespace
} // namespace zvm::ir
