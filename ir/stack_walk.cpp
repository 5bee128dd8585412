#include "ir/stack_walk.hpp"

namespace zvm::ir {

bool StackWalk::try_begin(const Function& f, uint32_t need, uint32_t growth) {
  f_ = &f;
  need_ = static_cast<int32_t>(need);
  height_ = low_ = shown_height_ = 0;
  at_ = kNone;
  fresh_begin_ = fresh_end_ = 0;
  begun_anew_ = false;
  values_.clear();
  shown_.clear();
  const size_t size = size_t{need} + growth;
  if (!values_.try_reserve(size) || !shown_.try_reserve(size))
    return false;
  std::fill_n(values_.try_extend(size), size, kEntryItem);
  std::fill_n(shown_.try_extend(size), need, kEntryItem);
  std::fill(shown_.begin() + need, shown_.end(), kNothing);
  return true;
}

ValueId StackWalk::value(int32_t position) const {
  const ValueId v = (*this)[position];
  if (v != kEntryItem)
    return v;
  const auto entry = f_->values_of(f_->blocks[0].params);
  const auto from_top = static_cast<size_t>(-int64_t{position});
  return position < 0 && from_top <= entry.size() ? entry[entry.size() - from_top] : kNone;
}

/// Earlier, so that it has an end whatever the function is.
StateId StackWalk::parent_of(StateId state) const {
  const StateId parent = f_->states[state].parent;
  return parent < state ? parent : kNone;
}

bool StackWalk::try_move(StateId state) {
  path_.clear();
  for (StateId s = state; s != kNone; s = parent_of(s)) {
    if (!path_.try_push(s))
      return false;
  }
  // What stands there now is from the state it is at and those that comes from.
  for (StateId s = at_; s != kNone; s = parent_of(s)) {
    const Range items = f_->states[s].items;
    for (uint32_t i = items.begin; i < items.begin + items.count; ++i)
      values_[place(f_->stack_items[i].position)] = kEntryItem;
  }
  low_ = 0;
  begun_anew_ = true;
  for (; !path_.empty(); path_.pop())
    apply(path_.back(), f_->states[path_.back()]);
  return true;
}

} // namespace zvm::ir
