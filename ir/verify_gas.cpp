// Static gas of blocks and frame states against the source's side table; presence of dynamic gas.
#include "ir/regions.hpp"
#include "ir/verify.hpp"
#include "ir/verify_error.hpp"

namespace zvm::ir {
namespace {

class Gas {
 public:
  Gas(const Function& f, const GasSource& source) : f_(f), source_(source) {}

  Result<void> run() {
    if (!steps_.try_resize(f_.blocks.size()))
      return no_memory();
    for (uint32_t s = 0; s < source_.steps.size(); ++s) {
      const BlockId b = source_.steps[s].block;
      if (b >= f_.blocks.size())
        return wrong_function("comes from a block that does not exist");
      Range& r = steps_[b];
      if (r.count != 0 && r.begin + r.count != s)
        return wrong_block(b, "has its source in two places");
      if (r.count == 0)
        r.begin = s;
      ++r.count;
    }
    for (const BlockId b : layout(f_))
      ZVM_CHECK(check_block(b));
    return {};
  }

 private:
  /// rest_[i]: static gas of the block's instructions from the i-th on.
  Result<void> check_block(BlockId b) {
    const auto steps = source_.steps.subspan(steps_[b].begin, steps_[b].count);
    if (!rest_.try_resize(steps.size() + 1))
      return no_memory();
    rest_.truncate(steps.size() + 1);
    rest_[steps.size()] = 0;
    for (size_t i = steps.size(); i-- > 0;)
      rest_[i] = rest_[i + 1] + source_.row(source_.table, steps[i].pc).gas;
    const int64_t own = f_.blocks[b].gas - paid_ahead(f_, b);
    if (own != rest_[0])
      return wrong_block(b, "charges " + std::to_string(own) + " gas, its instructions cost " +
                                std::to_string(rest_[0]));
    size_t at = 0; // states follow the order of the source
    for (const InstId i : body(f_, b)) {
      const Inst& inst = f_.insts[i];
      if (inst.op == Op::GasLeft && !ends_prepaid(inst))
        return wrong_inst(f_, i, "sees the counter without what is prepaid behind it");
      if (inst.state == kNone)
        continue;
      if (!is_prepaid(inst, f_.states[inst.state], steps, at))
        return wrong_inst(f_, i, "gives back gas that is not what is prepaid at its pc");
    }
    return f_.has_states ? check_dynamic(b, steps) : count_dynamic(b, steps);
  }

  /// True where the state's unused gas is that from its instruction on; `at` moves there.
  bool is_prepaid(const Inst& inst, const FrameState& s, std::span<const SourceStep> steps,
                  size_t& at) const {
    if (inst.op == Op::Leave)
      return s.unused == 0; // everything before the place it goes to has been executed
    if (steps.empty())      // a side exit: all that is left is the branching instruction
      return s.unused == 0 || s.unused == source_.row(source_.table, s.pc).gas;
    bool is_here = false;
    for (size_t i = at; i < steps.size(); ++i) {
      if (steps[i].pc != s.pc)
        continue;
      is_here = true;
      if (rest_[i] == s.unused) {
        at = i;
        return true;
      }
    }
    return inst.op == Op::Exit && !is_here &&
           s.unused == 0; // before an instruction beyond the block
  }

  /// True where nothing that costs gas can stand behind the instruction in its block.
  [[nodiscard]] bool ends_prepaid(const Inst& inst) const {
    for (InstId i = inst.next; i != kNone; i = f_.insts[i].next) {
      const Inst& behind = f_.insts[i];
      const bool gives_back = behind.state != kNone && f_.states[behind.state].unused != 0;
      if (gives_back || !(info(behind.op).is_pure() || info(behind.op).has(Terminator)))
        return false;
    }
    return true;
  }

  Result<void> check_dynamic(BlockId b, std::span<const SourceStep> steps) {
    for (const SourceStep& step : steps) {
      DynamicGas missing = source_.row(source_.table, step.pc).dynamic;
      if (missing == 0)
        continue;
      for (const InstId i : body(f_, b)) {
        const Inst& inst = f_.insts[i];
        if (inst.state != kNone && f_.states[inst.state].pc == step.pc)
          missing &= ~charged_by(inst.op);
      }
      if (missing != 0)
        return wrong_block(b,
                           "lacks dynamic gas of the instruction at pc " + std::to_string(step.pc));
    }
    return {};
  }

  /// Without states nothing says which instruction an op is of.
  Result<void> count_dynamic(BlockId b, std::span<const SourceStep> steps) {
    for (const DynamicGas kind : {kWordsGas, kBytesGas, kSigBytesGas}) {
      int64_t missing = 0;
      for (const SourceStep& step : steps)
        missing += (source_.row(source_.table, step.pc).dynamic & kind) != 0 ? 1 : 0;
      for (const InstId i : body(f_, b))
        missing -= charged_by(f_.insts[i].op) == kind ? 1 : 0;
      if (missing != 0)
        return wrong_block(b, "has not as many charges by amount as its instructions need");
    }
    return {};
  }

  static DynamicGas charged_by(Op op) {
    switch (op) {
    case Op::GasWords:
      return kWordsGas;
    case Op::GasBytes:
      return kBytesGas;
    case Op::GasSigBytes:
      return kSigBytesGas;
    default:
      return info(op).has(Charges) ? kHostGas : 0;
    }
  }

  const Function& f_;
  const GasSource& source_;
  Vec<Range> steps_; ///< by block
  Vec<int64_t> rest_;
};

} // namespace

Result<void> verify_gas(const Function& function, const GasSource& source) {
  return Gas{function, source}.run();
}

} // namespace zvm::ir
