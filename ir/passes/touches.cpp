// Removes touches of memory that has been grown already.
#include "ir/passes/touches.hpp"

#include <algorithm>

namespace zvm::ir {

void Touches::forget() {
  extent_ = 0;
  near_count_ = near_next_ = same_count_ = same_next_ = 0;
}

ValueId Touches::visit(Inst& touch) {
  const auto args = f_.args(touch);
  if (!f_.is_constant(args[1]))
    return visit_variable(touch);
  const U256 length = f_.constant(args[1]);
  if (length.is_zero())
    return address_only(touch);
  const Place at = Place::of(split_offset(f_, args[0]));
  if (!at.known || length >= U256{kMemoryReach})
    return kNone;
  const int64_t end = at.distance + static_cast<int64_t>(length.low64());
  if (at.base != kNone)
    return visit_near(touch, at, end);
  if (end <= extent_)
    return f_.make_constant(Type::I64, f_.constant(args[0]));
  extent_ = end;
  return kNone;
}

ValueId Touches::visit_near(Inst& touch, const Place& at, int64_t end) {
  for (uint32_t i = 0; i < near_count_; ++i) {
    Near& n = near_[i];
    if (n.base != at.base)
      continue;
    if (at.distance < n.lowest || end > n.end) {
      n.end = std::max(n.end, end);
      if (at.distance < n.lowest) {
        n.lowest = at.distance;
        n.address = touch.result;
      }
      return kNone;
    }
    if (at.distance == n.lowest)
      return n.address;
    const auto further = static_cast<uint64_t>(at.distance - n.lowest);
    return rewrite(touch, Op::Add, {n.address, f_.make_constant(Type::I64, U256{further})});
  }
  const Near fresh{at.base, touch.result, at.distance, end};
  if (near_count_ < kMost) {
    near_[near_count_++] = fresh;
  } else {
    near_[near_next_++ % kMost] = fresh;
  }
  return kNone;
}

ValueId Touches::visit_variable(const Inst& touch) {
  const auto args = f_.args(touch);
  for (uint32_t i = 0; i < same_count_; ++i) {
    if (same_[i].offset == args[0] && same_[i].length == args[1])
      return same_[i].address;
  }
  const Same fresh{args[0], args[1], touch.result};
  if (same_count_ < kMost) {
    same_[same_count_++] = fresh;
  } else {
    same_[same_next_++ % kMost] = fresh;
  }
  return kNone;
}

/// Length 0: nothing is charged, and nothing is accessed.
ValueId Touches::address_only(Inst& touch) {
  const ValueId offset = f_.args(touch)[0];
  if (f_.is_constant(offset))
    return f_.make_constant(Type::I64, f_.constant(offset));
  return rewrite(touch, Op::Trunc, {offset});
}

ValueId Touches::rewrite(Inst& touch, Op op, std::initializer_list<ValueId> args) {
  std::ranges::copy(args, f_.args(touch).begin());
  touch.args.count = static_cast<uint32_t>(args.size());
  touch.op = op;
  touch.type = Type::I64;
  touch.state = kNone;
  touch.is_final = 0;
  return kNone;
}

} // namespace zvm::ir
