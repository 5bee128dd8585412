// WordTranslator: loads, stores, variables.
#include "backend/interp/function/translate.hpp"
#include "ir/access.hpp"

namespace zvm::backend::interp::word {

using ir::Inst;
using ir::kNone;
using ir::Type;

// --- memory ---

/// Whether short handlers do it: of memory 0, by an i32 and an offset of 32 bits.
bool WordTranslator::is_short(const ir::Access& access, ValueId address) const {
  return access.memory == 0 && f_->type(address) == Type::I32 && access.offset <= UINT32_MAX &&
         !module_->plain;
}

/// Where a short access begins; a constant address goes into the offset.
WordTranslator::Operand WordTranslator::address_of(ValueId address, uint64_t& offset) {
  if (f_->is_constant(address) && f_->constant(address).limb(0) + offset <= UINT32_MAX) {
    offset += f_->constant(address).limb(0);
    return {At::Number, 0, 0};
  }
  return operand(address, true);
}

runtime::Bounds WordTranslator::bounds_at(uint64_t offset) const {
  return offset <= runtime::kGuardedOffset ? module_->bounds : runtime::Bounds::Explicit;
}

/// Address and offset of a short access.
void WordTranslator::set_access(uint32_t at, const Operand& address, uint64_t offset) {
  if (address.at == At::Slot)
    set_field(at, kA, address.slot);
  set_half(at, 3, static_cast<uint32_t>(offset));
}
/// Any memory, any address, any offset.
void WordTranslator::emit_any(const Inst& inst, const ir::Access& access, Handler handler) {
  const uint32_t at = emit_slots(handler, 3, f_->args(inst), {kA, kDst});
  set_field(at, kC, access.memory);
  if (!failed_)
    code_[at + 2] = access.offset;
  if (inst.result_count == 0)
    return;
  acc_ = facc_ = kNone;
  result(inst, at, nullptr, accumulator_of(inst.type));
}

void WordTranslator::load(const Inst& inst) {
  const ir::Access access = ir::decode_access(inst.attribute);
  if (access.is_touched || access.is_big_endian)
    return refuse(inst);
  const ValueId address = f_->args(inst)[0];
  if (!is_short(access, address))
    return emit_any(inst, access, general_load_handler(inst.type, access.width, access.is_signed));
  settle({&address, 1});
  uint64_t offset = access.offset;
  const Operand a = address_of(address, offset);
  release(address);
  const auto form = [&](bool store) {
    return load_handler(bounds_at(offset), inst.type, access.width, access.is_signed, a.at, store);
  };
  const uint32_t at = emit(form(false), 2);
  set_access(at, a, offset);
  result(inst, at, inst.type == Type::V128 ? nullptr : form(true), accumulator_of(inst.type));
}

void WordTranslator::store(const Inst& inst) {
  const ir::Access access = ir::decode_access(inst.attribute);
  if (access.is_touched || access.is_big_endian)
    return refuse(inst);
  const auto args = f_->args(inst);
  const ValueId address = args[0], value = args[1];
  if (!is_short(access, address))
    return emit_any(inst, access, general_store_handler(inst.type, access.width));
  settle(args);
  uint64_t offset = access.offset;
  const Operand a = address_of(address, offset);
  Operand v;
  const uint64_t bits = f_->is_constant(value) ? f_->constant(value).limb(0) : 0;
  const unsigned unused = 64 - 8 * access.width; // of a value that is no vector
  if (f_->is_constant(value) && inst.type != Type::V128 &&
      bits << unused == static_cast<uint64_t>(int64_t{static_cast<int16_t>(bits)}) << unused) {
    v = {At::Number, static_cast<uint16_t>(bits), 0};
  } else {
    v = operand(value, inst.type != Type::V128 && (a.at != At::Acc || is_float(inst.type)));
  }
  release_all(args);
  const uint32_t at =
      emit(store_handler(bounds_at(offset), inst.type, access.width, a.at, v.at), 2);
  if (v.at != At::Acc)
    set_field(at, kDst, v.slot);
  set_access(at, a, offset);
}

// --- variables ---

void WordTranslator::get_variable(const Inst& inst) {
  const auto variable = static_cast<uint32_t>(inst.attribute);
  const ValueId v = inst.result;
  if (module_->plain) {
    homes_[v] = Home::Variable;
    slots_[v] = variables_[variable];
    return save(v);
  }
  add_alias(v, variable);
  if (written_.value == kNone || written_.variable != variable)
    return;
  // What reads the variable may read the accumulator.
  if (acc_ == written_.value)
    acc_ = written_.value = v;
  else if (facc_ == written_.value)
    facc_ = written_.value = v;
}

/// From here on the value is what stands in the variable's slot.
void WordTranslator::add_alias(ValueId v, uint32_t variable) {
  homes_[v] = Home::Variable;
  slots_[v] = variables_[variable];
  alias_before_[v] = aliases_[variable];
  aliases_[variable] = v;
  if (!block_aliases_.try_push({v, variable}))
    failed_ = true;
}

void WordTranslator::set_variable(const Inst& inst) {
  const auto variable = static_cast<uint32_t>(inst.attribute);
  const ValueId v = f_->args(inst)[0];
  const uint32_t slot = variables_[variable];
  if (!f_->is_constant(v) && homes_[v] == Home::Variable && slots_[v] == slot &&
      pending_.value != v) {
    settle({});
    return release(v); // it is that already
  }
  if (pending_.value == v && !module_->plain && leave_aliases_of(variable)) {
    // The instruction writes the variable itself.
    if (pending_.store != nullptr)
      code_[pending_.at] = reinterpret_cast<Word>(pending_.store);
    set_field(pending_.at, kDst, slot);
    pending_.value = kNone;
    aliases_[variable] = kNone;
    written_ = {v, variable};
    release(v);
    if (uses_[v] != 0)
      add_alias(v, variable);
    return;
  }
  settle({});
  save_aliases_of(variable);
  move_to(v, slot);
  if (acc_ == v || facc_ == v)
    written_ = {v, variable};
  else if (written_.variable == variable)
    written_.value = kNone;
  release(v);
}

} // namespace zvm::backend::interp::word
