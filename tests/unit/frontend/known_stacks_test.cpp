// What traces know of the stack where they begin in the midst of straight code.
#include <gtest/gtest.h>

#include "base/alloc.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/trace.hpp"
#include "ir/print.hpp"
#include "tests/support/ir/random_function.hpp"

namespace zvm::frontend {
namespace {

using namespace evm;

/// EVM code whose traces are lowered in the order in which a test asks for them.
class Traced {
 public:
  explicit Traced(std::vector<uint8_t> code, TraceLimits limits = {})
      : size_(code.size()), code_(std::move(code)), destinations_(size_ / 64 + 1), limits_(limits) {
    code_.resize(size_ + 64);
    kGuest.find_destinations({code_.data(), size_}, false, destinations_.data());
  }
  void lower(uint32_t pc) {
    ASSERT_TRUE(lower_trace(kGuest, source(), pc, limits_, function_, &known_));
  }
  /// "depth:value" of what is known at a place.
  std::string known_at(uint32_t pc) const {
    std::string text;
    for (const KnownItem& item : known_.at(pc))
      text += (text.empty() ? "" : " ") + std::to_string(item.depth) + ":" +
              std::to_string(item.value.low64());
    return text;
  }
  Source source() const { return {code_.data(), size_, destinations_.data(), &schedule_}; }
  std::string text() const { return ir::print(function_); }
  const KnownStacks& known() const { return known_; }

 private:
  gas::Schedule schedule_ = gas::make_evm_schedule(kLatestRevision);
  uint64_t size_;
  std::vector<uint8_t> code_;
  std::vector<uint64_t> destinations_;
  TraceLimits limits_;
  KnownStacks known_;
  ir::Function function_;
};

TEST(KnownStacks, APlaceKeepsItsFirstNote) {
  KnownStacks known;
  EXPECT_TRUE(known.at(7).empty());
  const KnownItem one[] = {{1, U256{10}}}, two[] = {{1, U256{20}}, {3, U256{30}}};
  known.note(7, two);
  known.note(3, one);
  known.note(9, {});
  known.note(7, one);
  ASSERT_EQ(known.at(3).size(), 1u);
  EXPECT_EQ(known.at(3)[0].value, U256{10});
  ASSERT_EQ(known.at(7).size(), 2u);
  EXPECT_EQ(known.at(7)[1].depth, 3u);
  EXPECT_EQ(known.at(7)[1].value, U256{30});
  EXPECT_TRUE(known.at(8).empty());
  EXPECT_TRUE(known.at(9).empty());
  EXPECT_GT(known.bytes(), 0u);
}

TEST(KnownStacks, WithoutMemoryNothingIsKnown) {
  KnownStacks known;
  const KnownItem item[] = {{1, U256{10}}};
  set_allocation_gate([](size_t) { return false; });
  known.note(7, item);
  set_allocation_gate(nullptr);
  EXPECT_TRUE(known.at(7).empty());
  known.note(7, item);
  EXPECT_EQ(known.at(7).size(), 1u);
}

/// A trace behind a call reads what was pushed before it as constants: the mask, and where the jump
/// goes.
TEST(KnownStacks, BehindACall) {
  Traced code{{0x60, 20,   0x61, 0x0f, 0xff,                     // 20, 0x0fff
               0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5a, 0xf1,   // a call; at 13 comes its result
               0x60, 4,    0x35, 0x91, 0x16, 0x91, 0x56, 0x5b}}; // the word at 4, masked; to 20
  code.lower(0);
  EXPECT_EQ(code.known_at(13), "2:4095 3:20");
  code.lower(13);
  EXPECT_NE(code.text().find("and.i256 0xfff, v"), std::string::npos) << code.text();
  EXPECT_EQ(code.text().find("leave.dynamic"), std::string::npos) << code.text();
}

/// What one trace has no part in is handed on by it, as deep as it then lies.
TEST(KnownStacks, FromTraceToTrace) {
  const uint8_t push = 0x60, mload = 0x51, pop = 0x50;
  Traced code{{push, 5, push, 6, mload, mload, mload, pop, push, 7, mload}, {.instructions = 4}};
  code.lower(0);
  EXPECT_EQ(code.known_at(6), "2:5");
  code.lower(6);
  EXPECT_EQ(code.known_at(11), "");
  Traced longer{{push, 5, push, 6, mload, mload, mload, pop, push, 7, mload, pop},
                {.instructions = 4}};
  longer.lower(0);
  longer.lower(6);
  EXPECT_EQ(longer.known_at(11), "2:5");
}

/// Where a jump may land, what was pushed before need not be there, wherever DUP and SWAP take it.
TEST(KnownStacks, NothingFromBeforeADestination) {
  const uint8_t push = 0x60, dup1 = 0x80, dup2 = 0x81, swap1 = 0x90, dest = 0x5b, stop = 0;
  Traced plain{{push, 5, dest, push, 6, stop, stop}, {.instructions = 3}};
  plain.lower(0);
  EXPECT_EQ(plain.known_at(5), "1:6");
  Traced moved{{push, 5, dest, push, 6, dup2, swap1, dup1, stop, stop}, {.instructions = 6}};
  moved.lower(0);
  EXPECT_EQ(moved.known_at(8), "1:6 2:6");
  // Straight code ends where its last instruction is a destination.
  Traced ends{{push, 5, dest, stop}, {.instructions = 1}};
  ends.lower(0);
  EXPECT_EQ(ends.known_at(2), "");
}

/// Random code, and what its stack really holds wherever it comes by.
class Walker {
 public:
  explicit Walker(test::Choices& c) : c_(c) {
    std::vector<size_t> jumps;
    std::vector<uint16_t> landings;
    for (unsigned i = 0; i < 60; ++i) {
      switch (c.below(8)) {
      case 0:
        landings.push_back(static_cast<uint16_t>(code.size()));
        code.push_back(OP_JUMPDEST);
        break;
      case 1:
        jumps.push_back(code.size() + 1);
        code.insert(code.end(), {OP_PUSH1 + 1, 0, 0});
        code.push_back(c.one_in(3) ? OP_JUMP : OP_JUMPI);
        break;
      case 2:
        code.push_back(static_cast<uint8_t>(OP_DUP1 + c.below(4)));
        break;
      case 3:
        code.push_back(static_cast<uint8_t>(OP_SWAP1 + c.below(4)));
        break;
      case 4:
        code.push_back(c.one_in(2) ? OP_POP : OP_ADD);
        break;
      default:
        code.insert(code.end(), {OP_PUSH1, static_cast<uint8_t>(c.below(3))});
      }
    }
    for (const size_t at : jumps) {
      const uint16_t to =
          landings.empty() ? 0 : landings[c.below(static_cast<uint32_t>(landings.size()))];
      code[at] = static_cast<uint8_t>(to >> 8);
      code[at + 1] = static_cast<uint8_t>(to);
    }
  }

  /// Runs it until it fails or has come far; calls `at(pc, stack)` before each instruction.
  template <typename At>
  void run(At at) {
    std::vector<U256> stack;
    for (unsigned i = 0; i < 8; ++i)
      stack.push_back(U256{100 + i});
    uint32_t pc = 0;
    for (unsigned steps = 0; steps < 400 && pc < code.size(); ++steps) {
      at(pc, stack);
      const uint8_t op = code[pc++];
      const OpcodeInfo& info = kOpcodes[op];
      if (stack.size() < info.pops || stack.size() > 500)
        return;
      const auto take = [&] {
        const U256 top = stack.back();
        stack.pop_back();
        return top;
      };
      if (op == OP_ADD) {
        const U256 a = take();
        stack.back() = stack.back() + a;
      } else if (op == OP_POP) {
        take();
      } else if (op == OP_JUMP || op == OP_JUMPI) {
        const auto to = static_cast<uint32_t>(take().low64());
        // What a condition is does not matter: both ways are ways of the code.
        if (op == OP_JUMPI)
          take();
        if (op == OP_JUMP || c_.one_in(2)) {
          if (to >= code.size() || code[to] != OP_JUMPDEST)
            return;
          pc = to;
        }
      } else if (op >= OP_PUSH1 && op < OP_DUP1) {
        stack.push_back(U256::from_be_bytes({code.data() + pc, info.immediate}));
        pc += info.immediate;
      } else if (op >= OP_SWAP1) {
        std::swap(stack.back(), stack[stack.size() - 2 - (op - OP_SWAP1)]);
      } else if (op >= OP_DUP1) {
        stack.push_back(stack[stack.size() - 1 - (op - OP_DUP1)]);
      }
    }
  }

  std::vector<uint8_t> code;

 private:
  test::Choices& c_;
};

TEST(KnownStacks, HoldsOnEveryWay) {
  unsigned facts = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    test::Choices c{seed};
    Walker walker{c};
    Traced traced{walker.code, {.instructions = 1 + c.below(9), .jumps = c.below(4)}};
    // As an engine meets them, and some in another order.
    for (unsigned round = 0; round < 4; ++round) {
      walker.run([&](uint32_t pc, const std::vector<U256>&) {
        if (round % 2 == 0 || c.one_in(4))
          traced.lower(pc);
      });
    }
    for (unsigned round = 0; round < 4; ++round) {
      walker.run([&](uint32_t pc, const std::vector<U256>& stack) {
        for (const KnownItem& item : traced.known().at(pc)) {
          ASSERT_GE(stack.size(), item.depth) << "seed " << seed << ", pc " << pc;
          ASSERT_EQ(stack[stack.size() - item.depth], item.value)
              << "seed " << seed << ", pc " << pc << ", depth " << item.depth;
          ++facts;
        }
      });
      if (HasFatalFailure())
        return;
    }
  }
  EXPECT_GT(facts, 5000u);
}

} // namespace
} // namespace zvm::frontend
