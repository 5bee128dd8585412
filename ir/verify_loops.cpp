// Values that live across the head of a loop.
#include <algorithm>

#include "ir/verify.hpp"
#include "ir/verify_error.hpp"

namespace zvm::ir {
namespace {

class LoopValues {
 public:
  explicit LoopValues(const Function& f) : f_(f) {}

  Result<void> run() {
    if (!find_loops())
      return no_memory();
    for (const BlockId b : layout(f_)) {
      while (!around_.empty() && loop_end_[around_.back()] < place_[b])
        around_.pop();
      if (loop_end_[b] != 0 && !around_.try_push(b))
        return no_memory();
      if (around_.empty())
        continue;
      for (const InstId i : body(f_, b))
        ZVM_CHECK(check_inst(i));
    }
    return {};
  }

 private:
  /// Of blocks that an edge leads back to: the place of the last block that has one.
  [[nodiscard]] bool find_loops() {
    if (!loop_end_.try_resize(f_.blocks.size()) || !number_layout(f_, place_))
      return false;
    for (const BlockId b : layout(f_)) {
      for (const Target& target : targets_of(f_, b)) {
        if (place_[target.block] <= place_[b])
          loop_end_[target.block] = place_[b];
      }
    }
    return true;
  }

  Result<void> check_inst(InstId id) const {
    const Inst& inst = f_.insts[id];
    ZVM_CHECK(check_values(id, f_.args(inst)));
    for (uint32_t t = 0; t < inst.targets.count; ++t)
      ZVM_CHECK(check_values(id, f_.values_of(f_.targets[inst.targets.begin + t].args)));
    return {};
  }

  Result<void> check_values(InstId id, std::span<const ValueId> values) const {
    for (const ValueId v : values) {
      if (!f_.is_constant(v) && place_[home(v)] < place_[around_.back()])
        return wrong_inst(f_, id,
                          "uses value " + std::to_string(v) + ", which is from outside the loop");
    }
    return {};
  }

  [[nodiscard]] BlockId home(ValueId v) const {
    const Value& value = f_.values[v];
    return value.kind == ValueKind::Parameter ? value.def : f_.insts[value.def].block;
  }

  const Function& f_;
  Vec<uint32_t> place_; ///< in layout
  Vec<uint32_t> loop_end_;
  Vec<BlockId> around_; ///< heads of the loops around the block, the innermost last
};

} // namespace

Result<void> verify_loops(const Function& function) { return LoopValues{function}.run(); }

} // namespace zvm::ir
