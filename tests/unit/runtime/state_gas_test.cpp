// State gas against a model with the counters that EIP-8037 names, on random trees of calls.
#include "runtime/state_gas.hpp"

#include <gtest/gtest.h>

#include <random>

namespace zvm::runtime {
namespace {

/// A frame as EIP-8037 describes it: each counter by itself.
struct Model {
  int64_t gas_left = 0;
  int64_t reservoir = 0;
  int64_t from_gas_left = 0; ///< of the frame
  int64_t used = 0;          ///< charged less refilled, in the frame and below

  bool charge(int64_t amount) {
    const int64_t from_reservoir = std::min(reservoir, amount);
    const int64_t rest = amount - from_reservoir;
    if (rest > gas_left)
      return false;
    reservoir -= from_reservoir;
    gas_left -= rest;
    from_gas_left += rest;
    used += amount;
    return true;
  }
  void refill(int64_t amount) {
    const int64_t to_gas_left = std::min(amount, from_gas_left);
    gas_left += to_gas_left;
    from_gas_left -= to_gas_left;
    reservoir += amount - to_gas_left;
    used -= amount;
  }
};

class Tree {
 public:
  explicit Tree(uint64_t seed) : random_(seed) {}

  void run() {
    const int64_t gas = below(2000), reservoir = one_in(3) ? 0 : below(2000);
    Model model{gas, reservoir, 0, 0};
    StateGas state{reservoir};
    int64_t left = gas;
    frame(model, state, left, 0);
    // Nothing is made and nothing is lost but what has been spent.
    EXPECT_EQ(left + state.left + state.spent + burnt_, gas + reservoir);
  }

 private:
  int64_t below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  bool one_in(int64_t n) { return below(n) == 0; }

  void same(const Model& model, const StateGas& state, int64_t gas) {
    ASSERT_EQ(gas, model.gas_left);
    ASSERT_EQ(state.left, model.reservoir);
    ASSERT_EQ(state.spent, model.used);
    ASSERT_EQ(state.spilled(), model.from_gas_left);
    ASSERT_GE(state.left, 0);
  }

  void frame(Model& model, StateGas& state, int64_t& gas, int depth) {
    for (int64_t n = below(6); n > 0; --n) {
      switch (below(4)) {
      case 0: {
        const int64_t amount = below(300);
        const bool paid = model.charge(amount);
        ASSERT_EQ(state.charge(gas, amount), paid);
        if (paid)
          undoable_ += amount;
        break;
      }
      case 1: { // a slot that this frame, or one that called it, has set is cleared
        const int64_t amount = undoable_ == 0 ? 0 : below(undoable_ + 1);
        undoable_ -= amount;
        model.refill(amount);
        state.give_back(gas, amount);
        break;
      }
      case 2: {
        const int64_t burns = below(gas + 1) / 4;
        model.gas_left -= burns;
        gas -= burns;
        burnt_ += burns;
        break;
      }
      default:
        if (depth < 6)
          call(model, state, gas, depth);
      }
      same(model, state, gas);
    }
  }

  void call(Model& model, StateGas& state, int64_t& gas, int depth) {
    const int64_t undoable = undoable_;
    const int64_t given = gas - gas / 64;
    Model callee{given, model.reservoir, 0, 0};
    StateGas callee_state{state.left};
    int64_t callee_gas = given;
    model.gas_left -= given;
    gas -= given;
    frame(callee, callee_state, callee_gas, depth + 1);
    const int64_t end = below(3); // succeeds, reverts, halts
    if (end != 0) {
      undoable_ = undoable;
      callee_state.undo(callee_gas);
      // All that was charged in the frame is refilled; what it refilled itself is charged again.
      callee.gas_left += callee.from_gas_left;
      callee.reservoir += callee.used - callee.from_gas_left;
      callee.from_gas_left = callee.used = 0;
      EXPECT_EQ(callee.reservoir, model.reservoir);
    }
    if (end == 2) {
      burnt_ += callee_gas;
      callee.gas_left = callee_gas = 0;
    }
    model.gas_left += callee.gas_left;
    model.reservoir = callee.reservoir;
    model.from_gas_left += callee.from_gas_left;
    model.used += callee.used;
    gas += callee_gas;
    state.join(callee_state);
  }

  std::mt19937_64 random_;
  int64_t undoable_ = 0; ///< charged by frames that still stand, and not yet given back
  int64_t burnt_ = 0;
};

TEST(StateGas, AsTheModelOnTreesOfCalls) {
  for (uint64_t seed = 0; seed < 1'000'000 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Tree{seed}.run();
  }
}

TEST(StateGas, NothingIsTakenWhereItIsNotEnough) {
  StateGas state{10};
  int64_t gas = 5;
  EXPECT_FALSE(state.charge(gas, 16));
  EXPECT_EQ(gas, 5);
  EXPECT_EQ(state.left, 10);
  EXPECT_TRUE(state.charge(gas, 15));
  EXPECT_EQ(gas, 0);
  EXPECT_EQ(state.left, 0);
  EXPECT_EQ(state.spilled(), 5);
  state.give_back(gas, 7); // first to where it spilled from
  EXPECT_EQ(gas, 5);
  EXPECT_EQ(state.left, 2);
  EXPECT_EQ(state.spent, 8);
}

} // namespace
} // namespace zvm::runtime
