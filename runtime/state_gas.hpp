// State gas (EIP-8037): what the bytes cost by which the state grows, beside the execution gas of a frame.
#pragma once

#include <cstdint>

namespace zvm::runtime {

/// A frame's state gas, or a transaction's before its first frame. Charges take of the reservoir, and where it is empty of
/// the execution gas (`gas`), which is said to spill. What is given back goes the other way: first to where it spilled from.
struct StateGas {
  int64_t start = 0; ///< reservoir at the beginning
  int64_t left = 0;  ///< reservoir now
  int64_t spent = 0; ///< charged less given back, which may have been the caller's: then below 0

  StateGas() = default;
  explicit StateGas(int64_t reservoir) : start(reservoir), left(reservoir) {}

  /// Execution gas that has been spent as state gas.
  [[nodiscard]] int64_t spilled() const { return left - start + spent; }

  /// False, and nothing is taken, where both together are not enough.
  [[nodiscard]] bool charge(int64_t& gas, int64_t amount) {
    const int64_t spills = amount > left ? amount - left : 0;
    if (gas < spills)
      return false;
    gas -= spills;
    left -= amount - spills;
    spent += amount;
    return true;
  }
  void give_back(int64_t& gas, int64_t amount) {
    const int64_t repaid = amount < spilled() ? amount : spilled();
    gas += repaid;
    left += amount - repaid;
    spent -= amount;
  }
  /// All that the frame has changed is undone: the reservoir is again as it was.
  void undo(int64_t& gas) {
    gas += spilled();
    left = start;
    spent = 0;
  }
  /// A message that was sent with the whole reservoir has ended.
  void join(const StateGas& child) {
    left = child.left;
    spent += child.spent;
  }
};

} // namespace zvm::runtime
