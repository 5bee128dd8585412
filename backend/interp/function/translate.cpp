// The translator's frame: blocks, gas on edges, homes of values, how instructions are put together.
#include "backend/interp/function/translate.hpp"

#include <algorithm>

#include "backend/interp/function/fuse.hpp"
#include "backend/interp/function/fuse_carried.hpp"
#include "base/plant.hpp"
#include "base/status.hpp"

namespace zvm::backend::interp::word {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;

namespace {

/// These see the gas counter, so what follows is not charged before.
bool sees_gas(Op op) {
  return op == Op::CallFunction || op == Op::CallIndirect || op == Op::LinearGrow ||
         op == Op::TableGrow || op == Op::GasWords || op == Op::GasBytes;
}
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

bool Translator::translate(const ir::Function& function, const ModuleSource& module,
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
  set_half(at, 3, static_cast<uint32_t>(gas_[0]));
  set_half(at, 4, parameter_slots_);
  set_half(at, 5, variable_slots_ - parameter_slots_);
  for (const BlockId b : layout(f)) {
    if (!failed_)
      block(b);
  }
  return finish() && !failed_;
}

bool Translator::prepare() {
  const ir::Function& f = *f_;
  code_.clear();
  starts_.clear();
  ways_back_.clear();
  prepaid_.clear();
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
  gas_.clear();
  merged_.clear();
  sees_gas_.clear();
  const size_t values = f.values.size(), blocks = f.blocks.size();
  if (!uses_.try_resize(values) || !homes_.try_resize(values) || !extend(slots_, values) ||
      !early_.try_resize(values) || !extend(alias_before_, values) ||
      !extend(variables_, f.variables.size()) || !extend(aliases_, f.variables.size()) ||
      !labels_.try_resize(blocks) || !gas_.try_resize(blocks) || !merged_.try_resize(blocks) ||
      !sees_gas_.try_resize(blocks) || !number_layout(f, layout_) ||
      !code_.try_reserve(f.insts.size() * 3 + 8) || !starts_.try_reserve(f.insts.size() + 8))
    return false;
  place_variables();
  survey();
  compute_gas();
  return true;
}

/// Arguments stand in the first slots. A variable that begins as one of them has its slot.
void Translator::place_variables() {
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

/// Finds what must be known of the instructions that follow: how often each value is used, and what calls will take.
void Translator::survey() {
  const ir::Function& f = *f_;
  for (const BlockId b : layout(f)) {
    ir::InstId behind = f.blocks[b].first; // the first instruction after the last call
    for (const ir::InstId i : body(f, b)) {
      const Inst& inst = f.insts[i];
      for (const ValueId v : f.args(inst))
        ++uses_[v];
      if (module_->plain)
        continue;
      if (sees_gas(inst.op))
        sees_gas_[b] = 1;
      if (is_call(inst.op)) {
        place_arguments_early(i, behind);
        behind = inst.next;
      }
    }
  }
}

/// An argument that is computed behind the last call before, and used nowhere else, may be computed where the callee
/// expects it.
void Translator::place_arguments_early(ir::InstId call, ir::InstId behind) {
  const ir::Function& f = *f_;
  uint32_t slot = 0;
  for (const ValueId v : arguments_of(f.insts[call])) {
    const ir::Value& value = f.values[v];
    // Instructions of a block that nobody has moved have ascending ids.
    if (value.kind == ir::ValueKind::Result && value.def >= behind && value.def < call)
      early_[v] = slot + 1;
    slot += slots_of(v);
  }
}

/// What entering a block costs. A block that only leads forward to another pays for that, too.
void Translator::compute_gas() {
  const ir::Function& f = *f_;
  for (BlockId b = f.last_block(); b != kNone; b = f.blocks[b].prev) {
    const ir::Block& block = f.blocks[b];
    gas_[b] =
        block.gas <= UINT32_MAX ? block.gas : 0; // more than an edge can say: its head charges it
    const Inst& last = f.insts[block.last];
    if (module_->plain || last.op != Op::Br)
      continue;
    const BlockId to = f.targets[last.targets.begin].block;
    if (layout_[to] > layout_[b] && sees_gas_[b] == 0 &&
        gas_[to] <= UINT32_MAX - std::min<int64_t>(gas_[b], UINT32_MAX)) {
      gas_[b] += gas_[to];
      merged_[b] = 1;
    }
  }
}

void Translator::block(BlockId b) {
  const ir::Function& f = *f_;
  block_ = b;
  acc_ = facc_ = written_.value = kNone;
  gas_after_call_ = 0;
  labels_[b] = static_cast<uint32_t>(code_.size());
  if (f.blocks[b].gas > UINT32_MAX) {
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
  if (merged_[b] != 0) {
    const BlockId to = f.targets[f.insts[f.blocks[b].last].targets.begin].block;
    const auto end = static_cast<uint32_t>(code_.size());
    if (gas_[to] != 0 && !prepaid_.try_push({labels_[b], end, gas_[to]}))
      failed_ = true;
  }
}

// --- operands ---

namespace {
template <typename T>
void write_at(Vec<Word>& code, uint32_t byte, T value) {
  if (byte + sizeof value <= code.size() * sizeof(Word))
    std::memcpy(reinterpret_cast<uint8_t*>(code.data()) + byte, &value, sizeof value);
}
template <typename T>
T read_at(const Vec<Word>& code, uint32_t byte) {
  T value{};
  std::memcpy(&value, reinterpret_cast<const uint8_t*>(code.data()) + byte, sizeof value);
  return value;
}
} // namespace

bool Translator::is_in_accumulator(ValueId v) const {
  return !module_->plain && (is_float(f_->type(v)) ? facc_ == v : acc_ == v);
}

bool Translator::fits_number(ValueId v) const {
  if (!f_->is_constant(v) || module_->plain)
    return false;
  const uint64_t bits = f_->constant(v).limb(0);
  return f_->type(v) == Type::I32 ||
         (f_->type(v) == Type::I64 &&
          bits == static_cast<uint64_t>(int64_t{static_cast<int32_t>(bits)}));
}

Translator::Place Translator::number_place(ValueId v) const {
  return {At::Number, 0, static_cast<int32_t>(f_->constant(v).limb(0))};
}

void Translator::settle(std::span<const ValueId> operands, bool from_accumulator) {
  if (pending_.value == kNone)
    return;
  const auto count = static_cast<uint32_t>(std::ranges::count(operands, pending_.value));
  if (count != 1 || uses_[pending_.value] != 1 || !from_accumulator ||
      pending_.in == Accumulator::None || !is_in_accumulator(pending_.value))
    flush();
}

/// Gives the pending result a slot.
void Translator::flush() {
  const ValueId v = pending_.value;
  if (v == kNone)
    return;
  pending_.value = kNone;
  if (uses_[v] == 0)
    return;
  if (pending_.store != nullptr)
    code_[pending_.at] = reinterpret_cast<Word>(pending_.store);
  if (early_[v] != 0 && uses_[v] == 1 && outgoing_aliases_.empty()) {
    homes_[v] = Home::Outgoing;
    slots_[v] = early_[v] - 1;
    set_field(pending_.at, kDst, slots_[v] | kOutgoing);
    return;
  }
  homes_[v] = Home::Temp;
  slots_[v] = take_slots(slots_of(v));
  set_field(pending_.at, kDst, slots_[v]);
}

Translator::Place Translator::place(ValueId v, bool may_accumulate) {
  if (f_->is_constant(v)) {
    const unsigned count = slots_of(v);
    const uint32_t slot = take_slots(count);
    constant_to(v, slot);
    if (!borrowed_.try_push(slot | (count == 2 ? kOutgoing : 0)))
      failed_ = true;
    return {At::Slot, slot, 0};
  }
  if (may_accumulate && is_in_accumulator(v)) {
    if (pending_.value == v)
      pending_.value = kNone; // used up
    return {At::Acc, 0, 0};
  }
  ZVM_ASSERT(homes_[v] != Home::None);
  return {At::Slot, homes_[v] == Home::Outgoing ? slots_[v] | kOutgoing : slots_[v], 0};
}

void Translator::release(ValueId v) {
  if (f_->is_constant(v))
    return;
  if (--uses_[v] == 0 && homes_[v] == Home::Temp)
    give_slots(slots_[v], slots_of(v));
}
void Translator::release_all(std::span<const ValueId> values) {
  for (const ValueId v : values)
    release(v);
}

void Translator::constant_to(ValueId v, uint32_t slot) {
  const Handlers& h = handlers();
  const U256& value = f_->constant(v);
  const uint64_t low = value.limb(0);
  if (f_->type(v) == Type::V128) {
    const uint32_t at = emit(h.move_words, 4);
    set_field(at, kDst, slot);
    if (!failed_) {
      code_[at + 2] = low;
      code_[at + 3] = value.limb(1);
    }
  } else if (low <= INT32_MAX || low >= static_cast<uint64_t>(int64_t{INT32_MIN})) {
    const uint32_t at = emit(h.move_number, 2);
    set_field(at, kDst, slot);
    set_half(at, 3, static_cast<uint32_t>(low));
  } else {
    const uint32_t at = emit(h.move_word, 3);
    set_field(at, kDst, slot);
    if (!failed_)
      code_[at + 2] = low;
  }
}

/// The value, which is not pending, also in that slot.
void Translator::move_to(ValueId v, uint32_t slot) {
  const uint32_t call = gas_after_call_; // a move may come behind what it says is charged
  if (f_->is_constant(v)) {
    constant_to(v, slot);
  } else if (const Place from = slot_place(v); from.slot != slot) {
    const Handlers& h = handlers();
    const uint32_t at = emit(slots_of(v) == 2 ? h.move_vector : h.move, 2);
    set_field(at, kDst, slot);
    set_operand(at, kA, from);
  }
  gas_after_call_ = call;
}

// --- aliases ---

void Translator::save(ValueId v) {
  const uint32_t slot = take_slots(slots_of(v));
  move_to(v, slot);
  homes_[v] = Home::Temp;
  slots_[v] = slot;
}

void Translator::save_aliases_of(uint32_t variable) {
  for (ValueId v = aliases_[variable]; v != kNone; v = alias_before_[v]) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable && !is_planted(Plant::Alias))
      save(v);
  }
  aliases_[variable] = kNone;
}

/// Who needs what the variable was has it in a slot of its own, before the pending instruction. False: this could not be.
bool Translator::leave_aliases_of(uint32_t variable) {
  for (ValueId v = aliases_[variable]; v != kNone; v = alias_before_[v]) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable &&
        (slots_of(v) != 1 || starts_.back() != pending_.at))
      return false;
  }
  for (ValueId v = aliases_[variable]; v != kNone; v = alias_before_[v]) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable && !is_planted(Plant::Alias))
      save_before_pending(v);
  }
  return true;
}

/// Slots that the pending instruction reads may have been given back, but it has yet to read them.
void Translator::save_before_pending(ValueId v) {
  const auto reads = [&](uint32_t slot) {
    for (unsigned field = 0; field < 4; ++field) {
      if (read_at<uint16_t>(code_, pending_.at * 8 + 8 + 2 * field) == slot)
        return true;
    }
    return false;
  };
  uint32_t passed_over[4];
  unsigned count = 0;
  uint32_t slot = take_slots(1);
  while (reads(slot) && count < 4) {
    passed_over[count++] = slot;
    slot = take_slots(1);
  }
  while (count > 0)
    give_slots(passed_over[--count], 1);

  const uint32_t at = pending_.at;
  constexpr unsigned kWords = 2; // of a move
  const size_t end = code_.size();
  if (emit(handlers().move, kWords) != end || failed_)
    return;
  std::rotate(code_.begin() + at, code_.begin() + end, code_.end());
  starts_[starts_.size() - 1] = at + kWords;
  for (size_t i = outgoing_fixes_.size(); i-- > 0 && outgoing_fixes_[i].at >= at * 8;)
    outgoing_fixes_[i].at += 8 * kWords;
  pending_.at += kWords;
  set_field(at, kDst, slot);
  set_field(at, kA, slots_[v]);
  homes_[v] = Home::Temp;
  slots_[v] = slot;
}

/// Results of the last call that the next one would overwrite, unless they are arguments in their place.
void Translator::save_outgoing(std::span<const ValueId> arguments) {
  uint32_t slot = 0;
  for (const ValueId v : arguments) {
    // In its place and used up: not to be saved.
    if (!f_->is_constant(v) && homes_[v] == Home::Outgoing && slots_[v] == slot && uses_[v] == 1)
      homes_[v] = Home::None;
    slot += slots_of(v);
  }
  for (const ValueId v : outgoing_aliases_) {
    if (uses_[v] != 0 && homes_[v] == Home::Outgoing)
      save(v);
  }
  outgoing_aliases_.clear();
  for (const ValueId v : arguments) {
    if (!f_->is_constant(v) && homes_[v] == Home::None)
      homes_[v] = Home::Outgoing;
  }
}

void Translator::save_all_aliases() {
  for (const auto& [v, variable] : block_aliases_) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable)
      save(v);
    aliases_[variable] = kNone;
  }
  block_aliases_.clear();
  for (const ValueId v : outgoing_aliases_) {
    if (uses_[v] != 0 && homes_[v] == Home::Outgoing)
      save(v);
  }
  outgoing_aliases_.clear();
}

uint32_t Translator::place_outgoing(std::span<const ValueId> values) {
  // Where earlier results are in the way, the last instruction may not store there.
  if (pending_.value != kNone) {
    const bool is_last = !values.empty() && values.back() == pending_.value &&
                         uses_[pending_.value] == 1 && outgoing_aliases_.empty() && !module_->plain;
    early_[pending_.value] = 0;
    if (is_last) {
      uint32_t slot = 0;
      for (const ValueId v : values.first(values.size() - 1))
        slot += slots_of(v);
      early_[pending_.value] = slot + 1;
    }
    flush();
  }
  save_outgoing(values);
  uint32_t slot = 0;
  for (const ValueId v : values) {
    move_to(v, slot | kOutgoing);
    slot += slots_of(v);
  }
  release_all(values);
  return slot;
}

// --- code ---

uint32_t Translator::emit_growing(Handler handler, unsigned words) {
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

void Translator::set_field(uint32_t at, unsigned field, uint32_t slot) {
  const uint32_t byte = at * 8 + 8 + 2 * field;
  if ((slot & kOutgoing) != 0 && !outgoing_fixes_.try_push({byte, false}))
    failed_ = true;
  write_at(code_, byte, static_cast<uint16_t>(slot));
}
void Translator::set_half(uint32_t at, unsigned half, uint32_t value) {
  write_at(code_, at * 8 + 4 * half, value);
}
void Translator::set_operand(uint32_t at, unsigned field, const Place& place) {
  if (place.at == At::Slot)
    set_field(at, field, place.slot);
  if (place.at == At::Number)
    set_half(at, 3, static_cast<uint32_t>(place.number));
}

void Translator::outgoing_base(uint32_t at, unsigned half) {
  if (!outgoing_fixes_.try_push({at * 8 + 4 * half, true}))
    failed_ = true;
}

void Translator::edge(uint32_t at, unsigned half, uint32_t from, BlockId target) {
  if (!fixes_.try_push({at * 8 + 4 * half, from, target}))
    failed_ = true;
}

void Translator::result(const Inst& inst, uint32_t at, Handler store, Accumulator in) {
  const ValueId v = inst.result;
  if (in == Accumulator::Integer)
    acc_ = v;
  if (in == Accumulator::Float)
    facc_ = v;
  if (store == nullptr)
    set_field(at, kDst, spare_);
  pending_ = {.value = v, .at = at, .store = store, .in = in, .a = {}, .b = {}};
}

uint32_t Translator::take_slots(unsigned count) {
  Vec<uint32_t>& free = free_[count - 1];
  if (!free.empty()) {
    const uint32_t slot = free.back();
    free.pop();
    return slot;
  }
  const uint32_t slot = top_;
  top_ += count;
  return slot;
}
void Translator::give_slots(uint32_t slot, unsigned count) {
  if (!free_[count - 1].try_push(slot))
    failed_ = true;
}

/// Each instruction becomes the longest row that begins with it. Those behind the first are not passed over: who jumps to
/// them, or comes from another row, finds a row there, too.
void Translator::fuse() {
  const Handlers& h = handlers();
  for (uint32_t i = 0; i < starts_.size(); ++i) {
    auto last = reinterpret_cast<Handler>(code_[starts_[i]]);
    Handler row = last;
    uint32_t j = i;
    while (j + 1 < starts_.size()) {
      const auto following = reinterpret_cast<Handler>(code_[starts_[j + 1]]);
      const Handler longer = fused(row, following);
      if (longer == nullptr)
        break;
      row = longer;
      last = following;
      ++j;
    }
    if (last == h.jump_polled && !ways_back_.try_push({starts_[i], starts_[j]}))
      failed_ = true;
    code_[starts_[i]] = reinterpret_cast<Word>(row);
  }
}

/// Rows that end with a jump to a loop's head go on with the row there.
void Translator::fuse_ways_back() {
  for (const WayBack& way : ways_back_) {
    const auto distance = static_cast<int32_t>(read_at<uint32_t>(code_, way.jump * 8 + 8));
    const auto head = static_cast<uint32_t>(static_cast<int32_t>(way.jump) + distance);
    const Handler both =
        fused(reinterpret_cast<Handler>(code_[way.row]), reinterpret_cast<Handler>(code_[head]));
    if (both == nullptr)
      continue;
    const Handler carried = carried_way(both, way, head);
    code_[way.row] = reinterpret_cast<Word>(carried != nullptr ? carried : both);
  }
}

/// The form of `both` where the row sets the variable that the head reads. Null: it does not.
Handler Translator::carried_way(Handler both, const WayBack& way, uint32_t head) const {
  constexpr unsigned kWords = 2; // of each instruction of such rows
  const auto field = [&](uint32_t at, unsigned index) {
    return read_at<uint16_t>(code_, at * 8 + 8 + 2 * index);
  };
  const uint16_t variable = field(head, kA);
  uint32_t set = way.jump;
  do {
    if (set == way.row)
      return nullptr;
    set -= kWords;
  } while (field(set, kDst) != variable);
  for (const CarriedWay& c : carried_ways()) {
    if (c.way != both || c.place != (set - way.row) / kWords)
      continue;
    for (unsigned i = 1; i < c.readers; ++i) {
      if (field(head + kWords * (i - 1), kDst) == variable ||
          field(head + kWords * i, kA) != variable)
        return nullptr;
    }
    return c.carried;
  }
  return nullptr;
}

bool Translator::finish() {
  if (failed_)
    return false;
  if (!module_->plain)
    fuse();
  const uint32_t base = top_ + kHeader;
  if (base > UINT16_MAX - 2 * UINT8_MAX)
    return false;
  for (const OutgoingFix& fix : outgoing_fixes_) {
    if (fix.is_half) {
      write_at(code_, fix.at, read_at<uint32_t>(code_, fix.at) + base);
    } else {
      const uint32_t slot = read_at<uint16_t>(code_, fix.at) + base;
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
