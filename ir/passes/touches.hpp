// What touches have grown so far. Memory never shrinks and is one range from 0 on, so that a touch
// speaks for everything below its end.
//
// Where who cannot pay for memory has failed for good, one touch of a block grows it for those behind
// it, too, as long as nothing between could tell: what it costs in all is the same.
#pragma once

#include "ir/access.hpp"
#include "ir/passes/known_words.hpp"

namespace zvm::ir {

class Touches {
 public:
  explicit Touches(Function& f) : f_(f) {}

  void forget();
  /// A block begins.
  void begin_block() { ++stretch_; }
  /// An instruction that stays. May it see how large memory is, leave, or fail with something else?
  void pass(const Inst& inst) {
    const Effects e = effects(inst.op, inst.attribute);
    const bool fails_otherwise = (e & MayExit) != 0 && (e & (Charges | GrowsMemory)) == 0;
    if (inst.state != kNone || inst.op == Op::MemSize || fails_otherwise ||
        (e & (ReadsGas | ReadsHost | WritesHost)) != 0)
      ++stretch_;
  }
  /// Looks at a mem.touch: the value that replaces its result, or kNone. Then it stays, or has
  /// become a pure instruction that computes the address.
  [[nodiscard]] ValueId visit(InstId touch);

 private:
  /// Offsets from `base` that have been touched: the lowest one, and the highest end. A lower
  /// offset than that may wrap round below 0 and is no address at all.
  struct Near {
    ValueId base;
    ValueId address; ///< of base + lowest
    int64_t lowest, end;
    InstId touch; ///< of that address, which may grow more than it did
    uint32_t stretch;
  };
  struct Same {
    ValueId offset, length, address;
  };

  ValueId visit_near(InstId touch, const Place& at, int64_t end);
  ValueId visit_constant(InstId touch, int64_t end);
  /// Whether the touch, which was seen in that stretch, now grows to `end` from its offset on.
  bool grows(InstId touch, uint32_t stretch, int64_t distance, int64_t end);
  /// Nothing since could tell how large memory is.
  [[nodiscard]] bool is_open(InstId touch, uint32_t stretch) const {
    return stretch == stretch_ && f_.insts[touch].is_final != 0;
  }
  ValueId visit_variable(const Inst& touch);
  ValueId address_only(Inst& touch);
  ValueId rewrite(Inst& touch, Op op, std::initializer_list<ValueId> args);

  static constexpr uint32_t kMost = 8;
  Function& f_;
  int64_t extent_ = 0;  ///< memory is at least this long
  InstId last_ = kNone; ///< the touch that made it so
  uint32_t last_stretch_ = 0;
  uint32_t stretch_ = 0;
  Near near_[kMost];
  Same same_[kMost];
  uint32_t near_count_ = 0, near_next_ = 0, same_count_ = 0, same_next_ = 0;
};

} // namespace zvm::ir
