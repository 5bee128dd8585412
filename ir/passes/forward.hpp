// Values that stand for others.
#pragma once

#include "ir/function.hpp"

namespace zvm::ir {

/// Which value stands for another. Uses are rewritten as the passes meet them, and in the end all
/// at once.
class Forward {
 public:
  [[nodiscard]] bool try_reset(size_t values) {
    to_.clear();
    is_empty_ = true;
    return try_extend(values);
  }
  /// New values stand for themselves.
  [[nodiscard]] bool try_extend(size_t values) {
    auto v = static_cast<ValueId>(to_.size());
    if (!to_.try_resize(values))
      return false;
    for (; v < values; ++v)
      to_[v] = v;
    return true;
  }
  void set(ValueId from, ValueId to) {
    to_[from] = to;
    is_empty_ = false;
  }
  [[nodiscard]] ValueId operator[](ValueId v) const { return to_[v]; }
  /// Every use there is: operands and arguments stand in the pool, those of frame states in items.
  void finish(Function& f) const {
    if (is_empty_)
      return;
    for (ValueId& v : f.pool)
      v = to_[v];
    for (StackItem& item : f.stack_items)
      item.value = to_[item.value];
  }
  /// The same where parameters stand for others, too: the lists of blocks, which stand in the pool,
  /// keep them.
  void finish_with_parameters(Function& f) const {
    finish(f);
    for (ValueId v = 0; v < f.values.size(); ++v) {
      const Value& p = f.values[v];
      if (p.kind == ValueKind::Parameter && p.index < f.blocks[p.def].params.count)
        f.pool[f.blocks[p.def].params.begin + p.index] = v;
    }
  }

 private:
  Vec<ValueId> to_;
  bool is_empty_ = true;
};

} // namespace zvm::ir
