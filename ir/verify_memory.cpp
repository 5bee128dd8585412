// Accesses to expanding memory stay inside what has been touched: without it compiled code would
// reach into the memory of other frames, as accesses themselves are not checked.
#include <algorithm>

#include "ir/address.hpp"
#include "ir/analysis/dominators.hpp"
#include "ir/memory_access.hpp"
#include "ir/verify.hpp"
#include "ir/verify_error.hpp"

namespace zvm::ir {
namespace {

constexpr uint64_t kReach = kMemoryReach;

struct Covered {
  ValueId base;
  U256 end; ///< offset + length of a touch that has happened
};

/// A block whose touches have happened.
struct Open {
  BlockId block;
  size_t covered;       ///< as much was at its head
  uint64_t from_bottom; ///< so too
};

class Memory {
 public:
  explicit Memory(const Function& f) : f_(f) {}

  Result<void> run() {
    Cfg cfg;
    Dominators dominators;
    Vec<Open> open;
    if (!cfg.try_build(f_) || !dominators.try_build(f_, cfg))
      return no_memory();
    // Memory never shrinks: what has been touched at the end of a block has been in all blocks that
    // it dominates.
    for (const BlockId b : dominators.preorder()) {
      for (; !open.empty() && !dominators.dominates(open.back().block, b); open.pop())
        close(open.back());
      if (!open.try_push({b, covered_.size(), from_bottom_}))
        return no_memory();
      for (const InstId i : body(f_, b)) {
        const Inst& inst = f_.insts[i];
        if (inst.op == Op::MemTouch && !note(inst))
          return no_memory();
        const MemoryAccesses accesses = memory_accesses(inst);
        for (unsigned n = 0; n < accesses.count; ++n) {
          if (!is_covered(inst, accesses.ranges[n]))
            return wrong_inst(f_, i,
                              "accesses memory at operand " +
                                  std::to_string(accesses.ranges[n].address + 1) +
                                  " that no touch covers");
        }
      }
    }
    return {};
  }

 private:
  void close(const Open& block) {
    covered_.truncate(block.covered);
    from_bottom_ = block.from_bottom;
  }
  [[nodiscard]] bool note(const Inst& touch) {
    const auto args = f_.args(touch);
    if (!f_.is_constant(args[1]) || f_.constant(args[1]).is_zero())
      return true;
    const Address at = split_offset(f_, args[0]);
    const U256 end = at.offset + f_.constant(args[1]);
    if (at.base != kNone)
      return covered_.try_push({at.base, end});
    if (end <= U256{2 * kReach})
      from_bottom_ = std::max(from_bottom_, end.low64());
    return true;
  }

  [[nodiscard]] bool is_covered(const Inst& inst, const MemoryAccess& access) const {
    const auto args = f_.args(inst);
    const ValueId at = args[access.address];
    const Value& value = f_.values[at];
    const Inst* def = value.kind == ValueKind::Result ? &f_.insts[value.def] : nullptr;
    U256 length{access.bytes};
    if (access.bytes == 0) {
      // A touch of the very same length, known or not.
      if (def != nullptr && def->op == Op::MemTouch && f_.args(*def)[1] == args[access.length])
        return true;
      if (!f_.is_constant(args[access.length]))
        return false;
      length = f_.constant(args[access.length]);
    }
    if (length.is_zero())
      return true;
    if (length > U256{kReach})
      return false;
    if (f_.is_constant(at))
      return f_.constant(at) + length <= U256{from_bottom_};
    // A touch's result, or that and a constant: the touch itself succeeded, so it is a real
    // address.
    uint64_t delta = 0;
    if (def != nullptr && def->op == Op::Add && f_.is_constant(f_.args(*def)[1])) {
      delta = f_.constant(f_.args(*def)[1]).low64();
      const Value& inner = f_.values[f_.args(*def)[0]];
      def = inner.kind == ValueKind::Result ? &f_.insts[inner.def] : nullptr;
    }
    if (def == nullptr || def->op != Op::MemTouch || delta > kReach)
      return false;
    const auto touch = f_.args(*def);
    if (!f_.is_constant(touch[1]) || f_.constant(touch[1]).is_zero())
      return false;
    const U256 needed = U256{delta} + length;
    if (needed <= f_.constant(touch[1]))
      return true;
    const Address origin = split_offset(f_, touch[0]);
    if (origin.base == kNone)
      return origin.offset + needed <= U256{from_bottom_};
    for (const Covered& c : covered_) {
      if (c.base != origin.base)
        continue;
      // How far beyond the origin the touch went; one that went less far wraps to a huge number.
      const U256 extent = c.end - origin.offset;
      if (extent <= U256{2 * kReach} && needed <= extent)
        return true;
    }
    return false;
  }

  const Function& f_;
  Vec<Covered> covered_;     ///< beyond offsets that are not constant
  uint64_t from_bottom_ = 0; ///< all below is covered, by touches at constant offsets
};

} // namespace

Result<void> verify_memory(const Function& function) { return Memory{function}.run(); }

} // namespace zvm::ir
