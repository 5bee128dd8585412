// Removes touches of memory that has been grown already.
#include "ir/passes/touches.hpp"

#include <algorithm>

#include "base/plant.hpp"

namespace zvm::ir {

void Touches::forget() {
  extent_ = 0;
  last_ = kNone;
  near_count_ = near_next_ = same_count_ = same_next_ = 0;
}

ValueId Touches::visit(InstId id) {
  Inst& touch = f_.insts[id];
  if (touch.state != kNone)
    ++stretch_;
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
  return at.base != kNone ? visit_near(id, at, end) : visit_constant(id, end);
}

ValueId Touches::visit_constant(InstId id, int64_t end) {
  const U256 offset = f_.constant(f_.args(f_.insts[id])[0]);
  bool is_there = end <= extent_;
  if (!is_there && last_ != kNone && f_.insts[id].is_final != 0) {
    const U256 first = f_.constant(f_.args(f_.insts[last_])[0]);
    is_there = grows(last_, last_stretch_, static_cast<int64_t>(first.low64()), end);
  }
  if (!is_there) {
    last_ = id;
    last_stretch_ = stretch_;
  }
  extent_ = std::max(extent_, end + (is_planted(Plant::Touch) ? 32 : 0));
  return is_there ? f_.make_constant(Type::I64, offset) : kNone;
}

bool Touches::grows(InstId touch, uint32_t stretch, int64_t distance, int64_t end) {
  if (!is_open(touch, stretch))
    return false;
  const ValueId length = f_.make_constant(Type::I256, U256{static_cast<uint64_t>(end - distance)});
  if (f_.failed())
    return false;
  f_.args(f_.insts[touch])[1] = length;
  return true;
}

ValueId Touches::visit_near(InstId id, const Place& at, int64_t end) {
  Inst& touch = f_.insts[id];
  for (uint32_t i = 0; i < near_count_; ++i) {
    Near& n = near_[i];
    if (n.base != at.base)
      continue;
    const bool is_lower = at.distance < n.lowest;
    if (is_lower ||
        (end > n.end && !(touch.is_final != 0 && grows(n.touch, n.stretch, n.lowest, end)))) {
      n.end = std::max(n.end, end);
      if (is_lower) {
        n.lowest = at.distance;
        n.address = touch.result;
        n.touch = id;
        n.stretch = stretch_;
      }
      return kNone;
    }
    n.end = std::max(n.end, end);
    if (at.distance == n.lowest)
      return n.address;
    const auto further = static_cast<uint64_t>(at.distance - n.lowest);
    return rewrite(touch, Op::Add, {n.address, f_.make_constant(Type::I64, U256{further})});
  }
  const Near fresh{at.base, touch.result, at.distance, end, id, stretch_};
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
