// What touches have grown so far. Memory never shrinks and is one range from 0 on, so that a touch
// speaks for everything below its end.
#pragma once

#include "ir/passes/known_words.hpp"

namespace zvm::ir {

class Touches {
 public:
  explicit Touches(Function& f) : f_(f) {}

  void forget();
  /// Looks at a mem.touch: the value that replaces its result, or kNone. Then it stays, or has
  /// become a pure instruction that computes the address.
  [[nodiscard]] ValueId visit(Inst& touch);

 private:
  /// Offsets from `base` that have been touched: the lowest one, and the highest end. A lower
  /// offset than that may wrap round below 0 and is no address at all.
  struct Near {
    ValueId base;
    ValueId address; ///< of base + lowest
    int64_t lowest, end;
  };
  struct Same {
    ValueId offset, length, address;
  };

  ValueId visit_near(Inst& touch, const Place& at, int64_t end);
  ValueId visit_variable(const Inst& touch);
  ValueId address_only(Inst& touch);
  ValueId rewrite(Inst& touch, Op op, std::initializer_list<ValueId> args);

  static constexpr uint32_t kMost = 8;
  Function& f_;
  int64_t extent_ = 0; ///< memory is at least this long
  Near near_[kMost];
  Same same_[kMost];
  uint32_t near_count_ = 0, near_next_ = 0, same_count_ = 0, same_next_ = 0;
};

} // namespace zvm::ir
