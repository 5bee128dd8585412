#include "backend/interp/assembler.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/ir/random_function.hpp"

namespace zvm::backend::interp {
namespace {

constexpr int16_t kSpare = 32 * 900;

int16_t slot(uint32_t i) { return static_cast<int16_t>((static_cast<int32_t>(i) - 4) * 32); }

/// What stands in the slots after the moves, of which `parallel` read all before they write any.
std::map<int16_t, uint64_t> run(std::span<const Move> moves, bool parallel) {
  std::map<int16_t, uint64_t> slots;
  for (uint32_t i = 0; i < 12; ++i)
    slots[slot(i)] = 1000 + i;
  const std::map<int16_t, uint64_t> before = slots;
  for (const Move& m : moves) {
    slots[m.dst] =
        m.src.kind == Kind::Slot ? (parallel ? before : slots).at(m.src.slot) : m.src.imm;
  }
  slots.erase(kSpare);
  return slots;
}

TEST(MoveOrder, RandomMovesAreAsIfParallel) {
  test::Choices choices{11};
  MoveOrder order;
  for (unsigned round = 0; round < 20000; ++round) {
    Vec<Move> moves;
    size_t needed = 0;
    const uint32_t readable = 1 + choices.below(12); // few: cycles and fans
    for (uint32_t i = 0; i < 12; ++i) {
      if (choices.one_in(3))
        continue;
      Move m{slot(i), {Kind::Slot, slot(choices.below(readable)), 0}};
      if (choices.one_in(5))
        m.src = {Kind::Imm, slot(choices.below(12)), i};
      needed += m.src.kind != Kind::Slot || m.src.slot != m.dst ? 1 : 0;
      ASSERT_TRUE(moves.try_push(m));
    }
    const auto expected = run(moves.view(), true);
    ASSERT_TRUE(order.run(moves, kSpare));
    ASSERT_EQ(run(moves.view(), false), expected) << "round " << round;
    EXPECT_LE(moves.size(), needed + needed / 2); // one more for each cycle
  }
}

TEST(MoveOrder, AnExchangeGoesThroughTheSpareSlot) {
  Vec<Move> moves;
  ASSERT_TRUE(moves.try_push({0, {Kind::Slot, 32, 0}}));
  ASSERT_TRUE(moves.try_push({32, {Kind::Slot, 0, 0}}));
  MoveOrder order;
  ASSERT_TRUE(order.run(moves, kSpare));
  ASSERT_EQ(moves.size(), 3u);
  EXPECT_EQ(moves[0].dst, kSpare);
  EXPECT_EQ(moves[0].src.slot, 0);
  EXPECT_EQ(moves[2].src.slot, kSpare);
}

} // namespace
} // namespace zvm::backend::interp
