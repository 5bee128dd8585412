#include "backend/asmjit/loop_entry.hpp"

#include <cstdint>
#include <utility>

#include "base/plant.hpp"
#include "ir/builder.hpp"
#include "ir/call.hpp"

namespace zvm::backend::asmjit {
namespace {

using ir::BlockId;
using ir::InstId;
using ir::kNone;
using ir::Op;
using ir::Type;
using ir::ValueId;

class LoopEntry {
 public:
  LoopEntry(ir::Function& f, const interp::LoopHead& head, ir::Cfg& cfg)
      : f_(f), head_(head), cfg_(cfg) {}

  [[nodiscard]] bool run() {
    if (head_.block == 0 || head_.block == kNone || f_.blocks[head_.block].gas > UINT32_MAX)
      return false;
    clear_entry();
    return enter() && leave_unreachable() && keep_values() && !f_.failed();
  }

 private:
  /// Block 0, to which no edge leads, is another one from here on.
  void clear_entry() {
    ir::Block& entry = f_.blocks[0];
    for (const ValueId v : f_.values_of(entry.params))
      f_.values[v].index = kNone;
    for (InstId i = entry.first; i != kNone; i = f_.insts[i].next)
      f_.insts[i].block = kNone;
    entry.first = entry.last = kNone;
    entry.params.count = 0;
  }

  /// What the slots hold goes to variables: those there are, and one for each value that is used
  /// behind the loop, which may be computed anew before.
  [[nodiscard]] bool enter() {
    first_kept_ = static_cast<uint32_t>(f_.variables.size());
    Vec<uint32_t> in_slot; // the variable + 1
    if (!in_slot.try_resize(head_.slots) || head_.variables.size() != first_kept_)
      return false;
    for (const interp::LoopHead::Kept& kept : head_.kept) {
      if (!f_.variables.try_push(f_.type(kept.value)))
        return false;
    }
    for (uint32_t v = 0; v < f_.variables.size(); ++v) {
      const uint32_t slot = v < first_kept_ ? head_.variables[v] : head_.kept[v - first_kept_].slot;
      if (slot + uint64_t{ir::slots_of(f_.variables[v])} > head_.slots || in_slot[slot] != 0)
        return false;
      in_slot[slot] = v + 1;
    }
    if (is_planted(Plant::LoopEntry) && head_.slots > 1)
      std::swap(in_slot[0], in_slot[1]);
    for (uint32_t slot = 0; slot < head_.slots && !f_.failed();) {
      const uint32_t v = in_slot[slot];
      const Type type = v == 0 ? Type::I64 : f_.variables[v - 1];
      const ValueId parameter = f_.add_param(0, type);
      if (v != 0 && !f_.failed())
        f_.append_inst(0, Op::VarSet, type, {&parameter, 1}, v - 1, kNone, Type::None);
      const uint32_t end = slot + ir::slots_of(type);
      if (end == slot + 2 && in_slot[slot + 1] != 0)
        return false;
      slot = end;
    }
    const int64_t paid = f_.blocks[head_.block].gas;
    ir::Builder b{f_};
    b.set_block(0);
    b.br(head_.block);
    if (f_.failed())
      return false;
    f_.targets.back().paid = paid != 0;
    f_.blocks[0].gas = paid;
    f_.blocks[0].pc = f_.blocks[head_.block].pc;
    return true;
  }

  /// In a loop around this one the middle comes first now: an edge that led forward may lead back, and
  /// another one no more. Gas is looked at where word code looks, by those that led back.
  [[nodiscard]] bool leave_unreachable() {
    Vec<uint32_t> place;
    if (!cfg_.try_build(f_) || !number_layout(f_, place))
      return false;
    f_.polls_by_edge = true;
    for (const BlockId b : layout(f_)) {
      if (!cfg_.is_reachable(b)) {
        f_.remove_block(b);
        continue;
      }
      const ir::Range targets = f_.insts[f_.blocks[b].last].targets;
      for (uint32_t t = targets.begin; t < targets.begin + targets.count; ++t)
        f_.targets[t].polls = place[f_.targets[t].block] <= place[b];
    }
    return true;
  }

  [[nodiscard]] BlockId home(ValueId v) const {
    const ir::Value& value = f_.values[v];
    return value.kind == ir::ValueKind::Result ? f_.insts[value.def].block : kNone;
  }

  /// Other blocks than that which computes it find a value in its variable.
  [[nodiscard]] bool keep_values() {
    if (head_.kept.empty())
      return true;
    Vec<uint32_t> variable; // by value, + 1
    if (!variable.try_resize(f_.values.size()))
      return false;
    for (uint32_t i = 0; i < head_.kept.size(); ++i)
      variable[head_.kept[i].value] = first_kept_ + i + 1;
    for (const BlockId b : layout(f_)) {
      for (const InstId i : body(f_, b)) {
        for (uint32_t a = 0; a < f_.insts[i].args.count && !f_.failed(); ++a) {
          const ValueId v = f_.args(f_.insts[i])[a];
          if (v < variable.size() && variable[v] != 0 && home(v) != b)
            read(i, a, variable[v] - 1);
        }
      }
    }
    for (uint32_t i = 0; i < head_.kept.size() && !f_.failed(); ++i)
      write(head_.kept[i].value, first_kept_ + i);
    return true;
  }
  void read(InstId inst, uint32_t argument, uint32_t variable) {
    const Type type = f_.variables[variable];
    const InstId get = f_.make_inst(Op::VarGet, type, {}, variable, {&type, 1});
    if (get == kNone)
      return;
    f_.insert_before(inst, get);
    f_.args(f_.insts[inst])[argument] = f_.insts[get].result;
  }
  void write(ValueId v, uint32_t variable) {
    if (home(v) == kNone)
      return;
    const InstId behind = f_.insts[f_.values[v].def].next;
    const InstId set = f_.make_inst(Op::VarSet, f_.variables[variable], {&v, 1}, variable, {});
    if (set != kNone)
      f_.insert_before(behind, set);
  }

  ir::Function& f_;
  const interp::LoopHead& head_;
  ir::Cfg& cfg_;
  uint32_t first_kept_ = 0; ///< of the variables
};

} // namespace

bool begin_at_loop(ir::Function& f, const interp::LoopHead& head, ir::Cfg& cfg) {
  return LoopEntry{f, head, cfg}.run();
}

} // namespace zvm::backend::asmjit
