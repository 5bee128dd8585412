#include "backend/asmjit/moves.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "tests/support/ir/random_function.hpp"

namespace zvm::backend::asmjit {
namespace {

using In = Where::In;

/// Registers and memory that hold what they have been told to.
class Machine final : public Encoder {
 public:
  std::map<uint64_t, uint64_t> cells;
  unsigned copies = 0, saves = 0;

  [[nodiscard]] uint64_t read(const Where& at) {
    return at.in == In::Constant ? at.constant : at.in == In::Saved ? saved_ : cells[at.key()];
  }
  void copy(const Where& to, const Where& from) override {
    ++copies;
    cells[to.key()] = read(from);
  }
  void save(const Where& from) override {
    ++saves;
    saved_ = read(from);
  }

 private:
  uint64_t saved_ = 0;
};

Where cell(uint32_t n) {
  if (n < kRegisters)
    return {.in = In::Register, .reg = static_cast<Reg>(n)};
  return {.in = n % 2 == 0 ? In::Operands : In::Native, .offset = 8 * static_cast<int32_t>(n)};
}

TEST(ParallelMoves, ReadAllBeforeTheyWriteAny) {
  ParallelMoves moves;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    test::Choices c{seed};
    const uint32_t count = 1 + c.below(24);
    Machine machine;
    for (uint32_t n = 0; n < count; ++n)
      machine.cells[cell(n).key()] = 100 + n;
    const Machine before = machine;
    std::map<uint64_t, uint64_t> expected = machine.cells;
    moves.clear();
    for (uint32_t n = 0; n < count; ++n) {
      if (c.one_in(4))
        continue;
      const Where from = c.one_in(5) ? Where{.constant = n} : cell(c.below(count));
      expected[cell(n).key()] = Machine{before}.read(from);
      moves.add(cell(n), from);
    }
    ASSERT_TRUE(moves.run(machine));
    ASSERT_EQ(machine.cells, expected);
  }
}

/// Each costs one copy more than it has moves, however many there are.
TEST(ParallelMoves, BreakEachCycleOnce) {
  constexpr uint32_t kPairs = 100'000;
  ParallelMoves moves;
  Machine machine;
  for (uint32_t n = 0; n < 2 * kPairs; ++n) {
    machine.cells[cell(n + kRegisters).key()] = n;
    moves.add(cell(n + kRegisters), cell((n ^ 1) + kRegisters));
  }
  ASSERT_TRUE(moves.run(machine));
  EXPECT_EQ(machine.saves, kPairs);
  EXPECT_EQ(machine.copies, 2 * kPairs);
  for (uint32_t n = 0; n < 2 * kPairs; ++n)
    ASSERT_EQ(machine.cells[cell(n + kRegisters).key()], n ^ 1);
}

/// A float and a vector change places: what is put aside is all that stands there.
TEST(ParallelMoves, PutAsideWhatIsRead) {
  const Where narrow{.in = In::Register, .reg = kRegisters}, wide{.in = In::Native, .offset = 16};
  const auto as_vector = [](Where at) {
    at.is_vector = true;
    return at;
  };
  class Saves final : public Encoder {
   public:
    std::vector<Where> saved;
    unsigned restored = 0;
    void copy(const Where&, const Where& from) override { restored += from.in == In::Saved; }
    void save(const Where& from) override { saved.push_back(from); }
  } encoder;
  ParallelMoves moves;
  moves.add(wide, narrow);
  moves.add(as_vector(narrow), as_vector(wide));
  ASSERT_TRUE(moves.run(encoder));
  ASSERT_EQ(encoder.saved.size(), 1u);
  EXPECT_EQ(encoder.saved[0], as_vector(wide));
  EXPECT_EQ(encoder.restored, 1u);
}

} // namespace
} // namespace zvm::backend::asmjit
