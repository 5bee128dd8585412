// How much of a code its traces have lowered, and how often.
//
// A trace goes on through jumps, so traces from several places lower the code they share several
// times. That pays where it is hot, and must not be without bound: when two and a half times as
// many instructions have been lowered as there are different ones among them, a trace ends at a
// jump destination that has been lowered before. From then on each block is lowered once more at
// most, where a trace begins with it.
#pragma once

#include "base/vec.hpp"

namespace zvm::frontend {

/// Of one code object. Decides how far traces go, never what they do.
class Coverage {
 public:
  /// For code of `size` bytes. Where memory runs out nothing is bounded.
  void prepare(uint64_t size) {
    size_ = size;
    if (!reached_.try_resize(size / 64 + 1))
      size_ = 0;
  }
  [[nodiscard]] bool is_prepared() const { return !reached_.empty(); }

  /// The instruction at pc is lowered.
  void pass(uint64_t pc) {
    ++lowered_;
    if (pc >= size_)
      return;
    uint64_t& word = reached_[pc / 64];
    const uint64_t bit = uint64_t{1} << pc % 64;
    distinct_ += (word & bit) == 0 ? 1 : 0;
    word |= bit;
  }
  /// True where a trace that comes to a jump destination at pc is to end.
  [[nodiscard]] bool ends_at(uint64_t pc) const {
    return 2 * lowered_ > 5 * distinct_ && pc < size_ && is_reached(pc);
  }

  [[nodiscard]] uint64_t lowered() const { return lowered_; }
  [[nodiscard]] uint64_t distinct() const { return distinct_; }
  /// Memory that is held.
  [[nodiscard]] size_t bytes() const { return reached_.capacity() * 8; }

 private:
  [[nodiscard]] bool is_reached(uint64_t pc) const {
    return (reached_[pc / 64] >> pc % 64 & 1) != 0;
  }

  uint64_t size_ = 0, lowered_ = 0, distinct_ = 0;
  Vec<uint64_t> reached_; ///< a bit by pc
};

} // namespace zvm::frontend
