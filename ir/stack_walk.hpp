// What stands on the guest's stack at one frame state after another.
//
// A state says how its stack differs from that of its parent. The walk follows: in the order in
// which states were made it costs no more than what they list. To any other state it begins anew.
#pragma once

#include <algorithm>

#include "ir/function.hpp"

namespace zvm::ir {

class StackWalk {
 public:
  /// In place of a value: what stood there at function entry stands there still.
  static constexpr ValueId kEntryItem = kNone;
  /// The same: the stack is not that high.
  static constexpr ValueId kNothing = kNone - 1;

  /// Before the first state: the stack is that at function entry. The function has passed
  /// verify_structure(). False where memory ran out, here and below.
  [[nodiscard]] bool try_begin(const Function& f) {
    return try_begin(f, f.stack_need, f.stack_growth);
  }
  /// The same of a function whose states need and grow that much, whatever it says itself.
  [[nodiscard]] bool try_begin(const Function& f, uint32_t need, uint32_t growth);
  /// To a state of the function.
  [[nodiscard]] bool try_seek(StateId state) {
    fresh_begin_ = fresh_end_;
    if (state == at_)
      return true;
    for (StateId next = at_ + 1; next <= state; ++next) { // kNone + 1 is the first
      const FrameState& s = f_->states[next];
      if (s.parent != at_)
        return try_move(state);
      apply(next, s);
    }
    return state == at_ || try_move(state);
  }

  /// Items above the stack at function entry; below 0 where some of that are gone.
  [[nodiscard]] int32_t height() const { return height_; }
  /// Everything below this position is what it was at function entry.
  [[nodiscard]] int32_t low() const { return std::min(low_, height_); }
  /// What stands at a position below height().
  [[nodiscard]] ValueId operator[](int32_t position) const { return values_[place(position)]; }
  /// The same, with the parameter of the function for an item of the entry stack.
  [[nodiscard]] ValueId value(int32_t position) const;

  /// Calls visit(value) for the items that the last seek has brought, perhaps twice for one.
  template <typename Visit>
  void visit_new(Visit visit) {
    if (begun_anew_) {
      begun_anew_ = false;
      for (int32_t p = low(); p < height_; ++p) {
        if ((*this)[p] != kEntryItem)
          visit((*this)[p]);
      }
      return;
    }
    for (uint32_t i = fresh_begin_; i < fresh_end_; ++i) {
      const StackItem& item = f_->stack_items[i];
      if (item.position < height_ && (*this)[item.position] == item.value)
        visit(item.value);
    }
  }

  /// Calls visit(position, before, now) for what has changed since the last comparison, or since
  /// the beginning. To be called after every seek, or after none.
  template <typename Visit>
  void compare(Visit visit) {
    for (int32_t p = height_; p < shown_height_; ++p) {
      visit(p, shown_[place(p)], kNothing);
      shown_[place(p)] = kNothing;
    }
    shown_height_ = height_;
    const ValueId* const values = values_.data() + need_;
    ValueId* const shown = shown_.data() + need_;
    const auto show = [&](int32_t p) {
      const ValueId now = values[p], before = shown[p];
      if (now == before)
        return;
      visit(p, before, now);
      shown[p] = now;
    };
    const int32_t height = height_;
    if (begun_anew_) {
      begun_anew_ = false;
      for (int32_t p = -need_; p < height; ++p)
        show(p);
      return;
    }
    const auto fresh = f_->stack_items.view().subspan(fresh_begin_, fresh_end_ - fresh_begin_);
    for (const StackItem& item : fresh) {
      if (item.position < height)
        show(item.position);
    }
  }

 private:
  [[nodiscard]] size_t place(int32_t position) const {
    return static_cast<uint32_t>(position + need_);
  }
  void apply(StateId id, const FrameState& s) {
    if (fresh_begin_ == fresh_end_)
      fresh_begin_ = fresh_end_ = s.items.begin;
    begun_anew_ |= fresh_end_ != s.items.begin;
    fresh_end_ = s.items.begin + s.items.count;
    const StackItem* const items = f_->stack_items.data() + s.items.begin;
    ValueId* const values = values_.data() + need_;
    for (uint32_t i = 0; i < s.items.count; ++i)
      values[items[i].position] = items[i].value;
    if (s.items.count != 0)
      low_ = std::min(low_, items[0].position);
    height_ = s.height;
    at_ = id;
  }
  [[nodiscard]] StateId parent_of(StateId state) const;
  [[nodiscard]] bool try_move(StateId state);

  const Function* f_ = nullptr;
  int32_t need_ = 0;
  int32_t height_ = 0, low_ = 0, shown_height_ = 0;
  StateId at_ = kNone;
  uint32_t fresh_begin_ = 0, fresh_end_ = 0; ///< items applied by the last seek
  bool begun_anew_ = false;                  ///< or all of them
  Vec<ValueId> values_;                      ///< by position
  Vec<ValueId> shown_;                       ///< what stood there at the last comparison
  Vec<StateId> path_;
};

} // namespace zvm::ir
