#include "frontend/zvm/analysis.hpp"

#include <gtest/gtest.h>

#include "frontend/zvm/opcodes.hpp"

namespace zvm::frontend::zvm {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes destinations(const Bytes& code, bool strict) {
  std::vector<uint64_t> bitmap(code.size() / 64 + 1);
  find_destinations(code, strict, bitmap.data());
  Bytes out;
  for (size_t pc = 0; pc < bitmap.size() * 64; ++pc) {
    if ((bitmap[pc / 64] >> (pc % 64) & 1) != 0)
      out.push_back(static_cast<uint8_t>(pc));
  }
  return out;
}

TEST(Destinations, AreInstructionsButNotTheirImmediates) {
  const Bytes code = {OP_PUSH2, OP_JUMPDEST, OP_NOP, OP_JUMPDEST, OP_ADD, 0xff, OP_HALT};
  EXPECT_EQ(destinations(code, false), (Bytes{0, 3, 4, 5, 6}));
  EXPECT_EQ(destinations(code, true), (Bytes{3}));
}

TEST(Destinations, StopAtTheEndOfCutOffPush) {
  const Bytes code = {OP_JUMPDEST, OP_PUSH32, OP_JUMPDEST};
  EXPECT_EQ(destinations(code, false), (Bytes{0, 1}));
  EXPECT_EQ(destinations(code, true), (Bytes{0}));
  EXPECT_EQ(destinations({}, false), Bytes{});
}

TEST(Destinations, CrossWordsOfTheBitmap) {
  Bytes code(60, OP_NOP);
  code.push_back(OP_PUSH8);
  code.resize(69, OP_JUMPDEST);
  code.push_back(OP_JUMPDEST);
  EXPECT_EQ(destinations(code, true), (Bytes{69}));
}

struct Expected {
  uint64_t offset;
  WarningKind kind;
  bool operator==(const Expected&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Expected& e) {
  return out << e.offset << ":" << static_cast<int>(e.kind);
}

std::vector<Expected> warnings(const Bytes& code, bool strict = false) {
  std::vector<Expected> out;
  for (const Warning& w : validate(code, strict))
    out.push_back({w.offset, w.kind});
  return out;
}

TEST(Validate, GoodCodeHasNoWarnings) {
  EXPECT_EQ(warnings({}), std::vector<Expected>{});
  EXPECT_EQ(warnings({OP_PUSH1, 2, OP_POP, OP_PUSH1, 7, OP_JUMP, OP_NOP, OP_JUMPDEST, OP_HALT}),
            std::vector<Expected>{});
}

TEST(Validate, NamesUndefinedBytes) {
  EXPECT_EQ(warnings({OP_NOP, 0xff, 0x02, OP_PQ_KEYGEN}),
            (std::vector<Expected>{{1, WarningKind::UndefinedOpcode},
                                   {2, WarningKind::UndefinedOpcode},
                                   {3, WarningKind::UndefinedOpcode}}));
}

TEST(Validate, NamesTruncatedPushes) {
  EXPECT_EQ(warnings({OP_NOP, OP_PUSH4, 1}),
            (std::vector<Expected>{{1, WarningKind::TruncatedPush}}));
  EXPECT_EQ(warnings({OP_PUSH32}), (std::vector<Expected>{{0, WarningKind::TruncatedPush}}));
}

TEST(Validate, NamesJumpsToNoDestination) {
  const Bytes code = {OP_PUSH1, 1, OP_JUMP};
  EXPECT_EQ(warnings(code), (std::vector<Expected>{{2, WarningKind::BadJump}}));
  const Bytes to_start = {OP_PUSH1, 0, OP_JUMP};
  EXPECT_EQ(warnings(to_start), std::vector<Expected>{});
  EXPECT_EQ(warnings(to_start, true), (std::vector<Expected>{{2, WarningKind::BadJump}}));
  const Bytes past_end = {OP_PUSH2, 1, 0, OP_JUMP};
  EXPECT_EQ(warnings(past_end), (std::vector<Expected>{{3, WarningKind::BadJump}}));
}

TEST(Validate, NamesStackFaults) {
  EXPECT_EQ(warnings({OP_PUSH1, 1, OP_ADD}), (std::vector<Expected>{{2, WarningKind::Underflow}}));
  // Behind a JUMPDEST the height is unknown, but for what was pushed since.
  EXPECT_EQ(warnings({OP_JUMPDEST, OP_ADD}), std::vector<Expected>{});
  Bytes many(1025, OP_ADDRESS);
  EXPECT_EQ(warnings(many), (std::vector<Expected>{{1024, WarningKind::Overflow}}));
  many.pop_back();
  EXPECT_EQ(warnings(many), std::vector<Expected>{});
}

TEST(Validate, StopsAtItsLimit) { EXPECT_EQ(validate(Bytes(5000, 0xff), false, 10).size(), 10u); }

} // namespace
} // namespace zvm::frontend::zvm
