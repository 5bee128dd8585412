// For tests: what machine code does by chance, though nothing asks for it. No result may show it.
#pragma once

#include <cstdint>

namespace zvm::backend::asmjit {

/// Of code that is written from here on; none of it with 0. A seed chooses which of these are done.
enum class Perturb : uint8_t {
  Registers, ///< registers are chosen, and values sent to memory
  Exits,     ///< code is left for step form at frame states
  Entries,   ///< it is left at heads of blocks, to go on by an entry there
  Refusals,  ///< checks of entries fail
  Frames,    ///< functions that are called drop the frames of their callers
  Functions, ///< functions of modules are refused
};
void perturb(uint64_t seed);

/// What is left to chance while code is written.
class Chance {
 public:
  /// As perturb() has it.
  [[nodiscard]] static Chance begin();

  /// Once in so many times, where that is perturbed.
  [[nodiscard]] bool takes(Perturb kind, uint32_t times) {
    return state_ != 0 && (kinds_ >> static_cast<unsigned>(kind) & 1) != 0 && next() % times == 0;
  }
  /// Any number, or 0.
  [[nodiscard]] uint64_t number(Perturb kind) const {
    return (kinds_ >> static_cast<unsigned>(kind) & 1) != 0 ? state_ : 0;
  }
  /// Not 0.
  [[nodiscard]] int32_t countdown() { return 4 + static_cast<int32_t>(next() % 28); }

 private:
  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    return state_ ^= state_ << 17;
  }

  uint64_t state_ = 0; ///< 0: nothing is
  uint8_t kinds_ = 0;
};

/// What perturbed code counts down, to do something at 0, and anew from more than the number of
/// times that it can count before it has got anywhere.
extern int32_t perturbed_countdown;

} // namespace zvm::backend::asmjit
