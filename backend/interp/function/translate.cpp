// The translator's frame: blocks, gas on edges, homes of values, how instructions are put together.
#include "backend/interp/function/translate.hpp"

#include <algorithm>

namespace zvm::backend::interp::word {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;

namespace {

/// Makes room that is written before it is read.
template <typename T>
bool extend(Vec<T>& empty, size_t size) {
  return size == 0 || empty.try_extend(size) != nullptr;
}
bool is_call(Op op) {
  return op == Op::CallFunction || op == Op::CallIndirect || op == Op::TailCall ||
         op == Op::TailCallIndirect;
}

} // namespace

bool WordTranslator::translate(const ir::Function& function, const ModuleSource& module,
                               const runtime::Entry* entries) {
  f_ = &function;
  module_ = &module;
  entries_ = entries;
  failed_ = false;
  if (!prepare())
    return false;
  const ir::Function& f = *f_;
  const Handlers& h = handlers();
  const uint32_t at = emit(h.enter, 3);
  set_half(at, 2, f.depth);
  set_half(at, 3, gas_at_edge(0));
  set_half(at, 4, parameter_slots_);
  set_half(at, 5, variable_slots_ - parameter_slots_);
  for (const BlockId b : layout(f)) {
    if (!failed_)
      block(b);
  }
  return finish() && !failed_ && fits_stack();
}

/// As deep as calls may go, frames must stay on the guest's stack. None is known that would not.
bool WordTranslator::fits_stack() const {
  const int64_t bytes = int64_t{kHeader + top_} * sizeof(Word);
  const bool fits = f_->depth == 0 || bytes <= runtime::kMostFrameGrowth * int64_t{f_->depth};
  ZVM_ASSERT(fits);
  return fits;
}

bool WordTranslator::find_loop(const ir::Function& function, const ModuleSource& module,
                               const runtime::Entry* entries, uint32_t place, LoopHead& head) {
  head.block = kNone;
  wanted_ = &head;
  wanted_at_ = place;
  const bool done = translate(function, module, entries);
  wanted_ = nullptr;
  return done && head.block != kNone;
}

/// Of blocks that begin at one place the last is where values are used next.
void WordTranslator::note_loop(BlockId b) {
  wanted_->block = b;
  wanted_->slots = top_;
  wanted_->kept.clear();
  failed_ |= !wanted_->variables.try_assign(variables_.view());
  for (ValueId v = 0; v < homes_.size(); ++v) {
    if (homes_[v] == Home::Temp && uses_[v] != 0)
      failed_ |= !wanted_->kept.try_push({v, slots_[v]});
  }
}

bool WordTranslator::prepare() {
  const ir::Function& f = *f_;
  code_.clear();
  starts_.clear();
  ways_back_.clear();
  fixes_.clear();
  outgoing_fixes_.clear();
  borrowed_.clear();
  block_aliases_.clear();
  outgoing_aliases_.clear();
  free_[0].clear();
  free_[1].clear();
  pending_ = {};
  acc_ = facc_ = written_.value = kNone;
  gas_after_call_ = 0;
  uses_.clear();
  homes_.clear();
  slots_.clear();
  early_.clear();
  variables_.clear();
  aliases_.clear();
  alias_before_.clear();
  labels_.clear();
  const size_t values = f.values.size(), blocks = f.blocks.size();
  if (!uses_.try_resize(values) || !homes_.try_resize(values) || !extend(slots_, values) ||
      !early_.try_resize(values) || !extend(alias_before_, values) ||
      !extend(variables_, f.variables.size()) || !extend(aliases_, f.variables.size()) ||
      !labels_.try_resize(blocks) || !number_layout(f, layout_) ||
      !code_.try_reserve(f.insts.size() * 3 + 8) || !starts_.try_reserve(f.insts.size() + 8))
    return false;
  place_variables();
  survey();
  return true;
}

/// Arguments stand in the first slots. A variable that begins as one of them has its slot.
void WordTranslator::place_variables() {
  const ir::Function& f = *f_;
  std::ranges::fill(variables_, kNoSlot);
  std::ranges::fill(aliases_, kNone);
  uint32_t slot = 0;
  for (const ValueId v : f.values_of(f.blocks[0].params)) {
    homes_[v] = Home::Temp;
    slots_[v] = slot;
    slot += slots_of(v);
  }
  parameter_slots_ = slot;
  for (const ir::InstId i : body(f, 0)) {
    const Inst& inst = f.insts[i];
    if (inst.op != Op::VarSet || variables_[inst.attribute] != kNoSlot)
      break;
    const ValueId v = f.args(inst)[0];
    if (f.is_constant(v) || homes_[v] != Home::Temp)
      break;
    variables_[inst.attribute] = slots_[v];
    add_alias(v, static_cast<uint32_t>(inst.attribute));
  }
  for (size_t i = 0; i < f.variables.size(); ++i) {
    if (variables_[i] != kNoSlot)
      continue;
    variables_[i] = slot;
    slot += f.variables[i] == Type::V128 ? 2 : 1;
  }
  variable_slots_ = slot;
  spare_ = slot; // and the next one: it may be a vector
  top_ = slot + 2;
}

/// Finds what must be known of the instructions that follow: how often each value is used, and what
/// calls will take.
void WordTranslator::survey() {
  const ir::Function& f = *f_;
  for (const BlockId b : layout(f)) {
    ir::InstId behind = f.blocks[b].first; // the first instruction after the last call
    for (const ir::InstId i : body(f, b)) {
      const Inst& inst = f.insts[i];
      for (const ValueId v : f.args(inst))
        ++uses_[v];
      if (module_->plain)
        continue;
      if (is_call(inst.op)) {
        place_arguments_early(i, behind);
        behind = inst.next;
      }
    }
  }
}

/// An argument that is computed behind the last call before, and used nowhere else, may be computed
/// where the callee expects it.
void WordTranslator::place_arguments_early(ir::InstId call, ir::InstId behind) {
  const ir::Function& f = *f_;
  uint32_t slot = 0;
  for (const ValueId v : ir::arguments_of(f, f.insts[call])) {
    const ir::Value& value = f.values[v];
    // Instructions of a block that nobody has moved have ascending ids.
    if (value.kind == ir::ValueKind::Result && value.def >= behind && value.def < call)
      early_[v] = slot + 1;
    slot += slots_of(v);
  }
}

/// What an edge to a block charges.
uint32_t WordTranslator::gas_at_edge(BlockId to) const {
  const int64_t gas = f_->blocks[to].gas;
  return gas > UINT32_MAX ? 0 : static_cast<uint32_t>(gas);
}

void WordTranslator::block(BlockId b) {
  const ir::Function& f = *f_;
  block_ = b;
  acc_ = facc_ = written_.value = kNone;
  gas_after_call_ = 0;
  labels_[b] = static_cast<uint32_t>(code_.size());
  if (wanted_ != nullptr && labels_[b] == wanted_at_ && f.blocks[b].poll && b != 0)
    note_loop(b);
  if (f.blocks[b].gas > UINT32_MAX) { // more than an edge can say
    const uint32_t at = emit(handlers().charge, 2);
    if (!failed_)
      code_[at + 1] = static_cast<Word>(f.blocks[b].gas);
  }
  for (const ir::InstId i : body(f, b)) {
    instruction(f.insts[i]);
    if (failed_ || f.failed())
      return;
    if (module_->plain)
      flush();
    for (const uint32_t slot : borrowed_)
      give_slots(slot & ~kOutgoing, (slot & kOutgoing) != 0 ? 2 : 1);
    borrowed_.clear();
  }
}

// --- code ---

uint32_t WordTranslator::emit_growing(Handler handler, unsigned words) {
  const auto at = static_cast<uint32_t>(code_.size());
  if (handler == nullptr || !code_.try_resize(code_.size() + words) || !starts_.try_push(at)) {
    failed_ = true;
    if (code_.size() < words && !code_.try_resize(words))
      return 0;
    return static_cast<uint32_t>(code_.size() - words);
  }
  code_[at] = reinterpret_cast<Word>(handler);
  return at;
}

void WordTranslator::set_field(uint32_t at, unsigned field, uint32_t slot) {
  const uint32_t byte = at * 8 + 8 + 2 * field;
  if ((slot & kOutgoing) != 0 && !outgoing_fixes_.try_push({byte, false}))
    failed_ = true;
  write_at(code_, byte, static_cast<uint16_t>(slot));
}
void WordTranslator::set_half(uint32_t at, unsigned half, uint32_t value) {
  write_at(code_, at * 8 + 4 * half, value);
}
void WordTranslator::set_operand(uint32_t at, unsigned field, const Operand& from) {
  if (from.at == At::Slot)
    set_field(at, field, from.slot);
  if (from.at == At::Number)
    set_half(at, 3, static_cast<uint32_t>(from.number));
}

void WordTranslator::outgoing_base(uint32_t at, unsigned half) {
  if (!outgoing_fixes_.try_push({at * 8 + 4 * half, true}))
    failed_ = true;
}

void WordTranslator::edge(uint32_t at, unsigned half, uint32_t from, BlockId target) {
  if (!fixes_.try_push({at * 8 + 4 * half, from, target}))
    failed_ = true;
}

void WordTranslator::result(const Inst& inst, uint32_t at, Handler store, Accumulator in) {
  const ValueId v = inst.result;
  if (in == Accumulator::Integer)
    acc_ = v;
  if (in == Accumulator::Float)
    facc_ = v;
  if (store == nullptr)
    set_field(at, kDst, spare_);
  pending_ = {.value = v, .at = at, .store = store, .in = in, .a = {}, .b = {}};
}

bool WordTranslator::finish() {
  if (failed_)
    return false;
  if (!module_->plain)
    fuse();
  const uint32_t base = top_ + kHeader;
  if (base > UINT16_MAX - 2 * UINT8_MAX)
    return false;
  for (const OutgoingFix& fix : outgoing_fixes_) {
    if (fix.is_half) {
      write_at(code_, fix.at, read_at<uint32_t>(code_.view(), fix.at) + base);
    } else {
      const uint32_t slot = read_at<uint16_t>(code_.view(), fix.at) + base;
      if (slot > UINT16_MAX)
        return false;
      write_at(code_, fix.at, static_cast<uint16_t>(slot));
    }
  }
  for (const Fix& fix : fixes_) {
    const auto distance = static_cast<int64_t>(labels_[fix.target]) - int64_t{fix.from};
    write_at(code_, fix.at, static_cast<int32_t>(distance));
  }
  fuse_ways_back();
  return !failed_;
}

} // namespace zvm::backend::interp::word
