// Selection of handlers, op by op.
#include <algorithm>

#include "backend/interp/function/translate.hpp"
#include "base/plant.hpp"
#include "ir/access.hpp"

namespace zvm::backend::interp::word {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;

void Translator::instruction(const Inst& inst) {
  const Handlers& h = handlers();
  if (inst.result_count == 1 && uses_[inst.result] == 0 &&
      (info(inst.op).is_pure() || inst.op == Op::VarGet || inst.op == Op::GlobalGet)) {
    // Nobody wants it. What it would have used is used up.
    settle({});
    release_all(f_->args(inst));
    return;
  }
  switch (inst.op) {
  case Op::And:
    if (inst.next != kNone && drops_mask(f_->insts[inst.next]))
      return;
    [[fallthrough]];
  case Op::Add:
  case Op::Mul:
  case Op::Or:
  case Op::Xor: {
    ValueId a = f_->args(inst)[0], b = f_->args(inst)[1];
    if (f_->is_constant(a) && !f_->is_constant(b))
      std::swap(a, b);
    return binary(inst, a, b);
  }
  case Op::Sub:
  case Op::DivU:
  case Op::DivS:
  case Op::RemU:
  case Op::RemS:
  case Op::TrapDivU:
  case Op::TrapDivS:
  case Op::TrapRemU:
  case Op::TrapRemS:
    return binary(inst, f_->args(inst)[0], f_->args(inst)[1]);
  case Op::Shl:
  case Op::ShrU:
  case Op::ShrS:
  case Op::RotL:
  case Op::RotR:
    return shift(inst);
  case Op::Eq:
    return comparison(inst, Compare::Eq, f_->args(inst)[0], f_->args(inst)[1]);
  case Op::Ne:
    return comparison(inst, Compare::Ne, f_->args(inst)[0], f_->args(inst)[1]);
  case Op::LtU:
    return comparison(inst, Compare::LtU, f_->args(inst)[0], f_->args(inst)[1]);
  case Op::LtS:
    return comparison(inst, Compare::LtS, f_->args(inst)[0], f_->args(inst)[1]);
  case Op::LeU:
    return comparison(inst, Compare::LeU, f_->args(inst)[0], f_->args(inst)[1]);
  case Op::LeS:
    return comparison(inst, Compare::LeS, f_->args(inst)[0], f_->args(inst)[1]);
  case Op::IsZero:
    return is_zero(inst);
  case Op::Not:
  case Op::Clz:
  case Op::Ctz:
  case Op::Popcnt:
  case Op::SignExtend:
  case Op::Zext:
  case Op::Sext:
  case Op::Trunc:
    return unary(inst);
  case Op::FAdd:
  case Op::FSub:
  case Op::FMul:
  case Op::FDiv:
  case Op::FMin:
  case Op::FMax:
  case Op::FCopySign:
  case Op::FEq:
  case Op::FNe:
  case Op::FLt:
  case Op::FLe:
    return float_binary(inst);
  case Op::FAbs:
  case Op::FNeg:
  case Op::FSqrt:
  case Op::FCeil:
  case Op::FFloor:
  case Op::FTrunc:
  case Op::FNearest:
  case Op::FConvert:
  case Op::FromIntU:
  case Op::FromIntS:
  case Op::ToIntU:
  case Op::ToIntS:
  case Op::ToIntSatU:
  case Op::ToIntSatS:
  case Op::Bitcast:
    return float_unary(inst);
  case Op::Vector:
    return vector(inst);
  case Op::AddWide:
    return wide(inst, h.add_wide);
  case Op::SubWide:
    return wide(inst, h.sub_wide);
  case Op::MulWideU:
    return wide(inst, h.mul_wide_u);
  case Op::MulWideS:
    return wide(inst, h.mul_wide_s);
  case Op::Select:
    return select(inst);
  case Op::LinearLoad:
    return load(inst);
  case Op::LinearStore:
    return store(inst);
  case Op::VarGet:
    return get_variable(inst);
  case Op::VarSet:
    return set_variable(inst);
  case Op::GasWords:
    return charge_dynamic(inst, h.charge_words);
  case Op::GasBytes:
    return charge_dynamic(inst, h.charge_units);
  case Op::CallFunction:
  case Op::CallIndirect:
    return call(inst);
  case Op::TailCall:
  case Op::TailCallIndirect:
    return tail_call(inst);
  case Op::Return:
    return return_(inst);
  case Op::Br:
    settle({});
    save_all_aliases();
    return jump_to(f_->targets[inst.targets.begin].block);
  case Op::BrIf:
    return branch(inst);
  case Op::BrTable:
    return branch_table(inst);
  case Op::Trap: {
    settle({});
    const uint32_t at = emit(h.trap, 2);
    return set_half(at, 2, static_cast<uint32_t>(inst.attribute));
  }
  default:
    return simple(inst);
  }
}

// --- integers ---

namespace {
bool is_commutative(Op op) {
  switch (op) {
  case Op::Add:
  case Op::Mul:
  case Op::And:
  case Op::Or:
  case Op::Xor:
  case Op::FAdd:
  case Op::FMul:
    return true;
  default:
    return false;
  }
}
} // namespace

Translator::Places Translator::take_two(ValueId a, ValueId b) {
  const ValueId both[] = {a, b};
  settle(both);
  const bool is_number = fits_number(b);
  const Place left = place(a, true);
  const Place right = is_number ? number_place(b) : place(b, left.at != At::Acc);
  release_all(both);
  return {left, right};
}

void Translator::binary(const Inst& inst, ValueId a, ValueId b) {
  auto [left, right] = take_two(a, b);
  Op op = inst.op;
  // Fewer forms: what is in the accumulator comes first, and numbers are added.
  if (right.at == At::Acc && is_commutative(op))
    std::swap(left, right);
  if (op == Op::Sub && right.at == At::Number && right.number != INT32_MIN) {
    op = Op::Add;
    right.number = -right.number;
  }
  const uint32_t at = emit(binary_handler(op, inst.type, left.at, right.at, false), 2);
  set_operand(at, kA, left);
  set_operand(at, kB, right);
  result(inst, at, binary_handler(op, inst.type, left.at, right.at, true), Accumulator::Integer);
}

/// Whether the instruction before only masks the count, to the width. Handlers do that.
bool Translator::drops_mask(const Inst& shift) const {
  if ((shift.op != Op::Shl && shift.op != Op::ShrU && shift.op != Op::ShrS) || module_->plain)
    return false;
  const ValueId count = f_->args(shift)[0];
  if (f_->is_constant(count) || f_->values[count].def != shift.prev || uses_[count] != 1)
    return false;
  const Inst& mask = f_->insts[shift.prev];
  return mask.op == Op::And && mask.type == shift.type && f_->is_constant(f_->args(mask)[1]) &&
         f_->constant(f_->args(mask)[1]) == U256{bits(mask.type) - 1};
}

/// Handlers take the value first, then the count, modulo the width.
void Translator::shift(const Inst& inst) {
  const ValueId value = f_->args(inst)[1];
  const ValueId count = f_->args(inst)[0];
  if (drops_mask(inst))
    return binary(inst, value, f_->args(f_->insts[inst.prev])[0]);
  if (inst.op == Op::RotL || inst.op == Op::RotR ||
      (f_->is_constant(count) && f_->constant(count) < U256{bits(inst.type)}))
    return binary(inst, value, count);
  const ValueId both[] = {value, count};
  settle(both, false);
  const Place left = slot_place(value), right = slot_place(count);
  release_all(both);
  const uint32_t at = emit(long_shift_handler(inst.op, inst.type), 2);
  set_operand(at, kA, left);
  set_operand(at, kB, right);
  result(inst, at, nullptr, Accumulator::Integer);
}

void Translator::comparison(const Inst& inst, Compare compare, ValueId a, ValueId b) {
  const Type type = f_->type(a);
  if (f_->is_constant(a) && !f_->is_constant(b)) {
    std::swap(a, b);
    compare = mirrored(compare);
  }
  auto [left, right] = take_two(a, b);
  if (right.at == At::Acc) {
    std::swap(left, right);
    compare = mirrored(compare);
  }
  const uint32_t at = emit(compare_handler(compare, type, left.at, right.at, false), 2);
  set_operand(at, kA, left);
  set_operand(at, kB, right);
  result(inst, at, compare_handler(compare, type, left.at, right.at, true), Accumulator::Integer);
  pending_.compares = !module_->plain;
  pending_.compare = compare;
  pending_.type = type;
  pending_.a = left;
  pending_.b = right;
}

void Translator::is_zero(const Inst& inst) {
  const ValueId a = f_->args(inst)[0];
  const Type type = f_->type(a);
  if (pending_.value == a && pending_.compares && uses_[a] == 1) {
    // The inverse comparison, in its place.
    const Compare compare = inverse(pending_.compare);
    code_[pending_.at] = reinterpret_cast<Word>(
        compare_handler(compare, pending_.type, pending_.a.at, pending_.b.at, false));
    pending_.store = compare_handler(compare, pending_.type, pending_.a.at, pending_.b.at, true);
    pending_.compare = compare;
    release(a);
    pending_.value = acc_ = inst.result;
    return;
  }
  settle({&a, 1});
  const Place pa = place(a, true);
  release(a);
  if (module_->plain) {
    const uint32_t at = emit(unary_handler(Op::IsZero, inst.type, type, pa.at, false), 2);
    set_operand(at, kA, pa);
    return result(inst, at, unary_handler(Op::IsZero, inst.type, type, pa.at, true),
                  Accumulator::Integer);
  }
  const Place zero{At::Number, 0, 0};
  const uint32_t at = emit(compare_handler(Compare::Eq, type, pa.at, At::Number, false), 2);
  set_operand(at, kA, pa);
  result(inst, at, compare_handler(Compare::Eq, type, pa.at, At::Number, true),
         Accumulator::Integer);
  pending_.compares = true;
  pending_.compare = Compare::Eq;
  pending_.type = type;
  pending_.a = pa;
  pending_.b = zero;
}

void Translator::unary(const Inst& inst) {
  const auto args = f_->args(inst);
  const ValueId a = args.back(); // sign extension has its byte first
  const auto form = [&](At at, bool stores) -> Handler {
    if (inst.op == Op::SignExtend)
      return f_->is_constant(args[0])
                 ? sign_extension_handler(static_cast<unsigned>(f_->constant(args[0]).limb(0)) + 1,
                                          inst.type, at, stores)
                 : nullptr;
    return unary_handler(inst.op, inst.type, f_->type(a), at, stores);
  };
  if (inst.op == Op::Zext && pending_.value == a && uses_[a] == 1 && !module_->plain &&
      pending_.in == Accumulator::Integer && acc_ == a) {
    // It is extended already.
    release(a);
    pending_.value = acc_ = inst.result;
    pending_.compares = false;
    return;
  }
  settle({&a, 1});
  const Place pa = place(a, true);
  release_all(args);
  const uint32_t at = emit(form(pa.at, false), 2);
  set_operand(at, kA, pa);
  result(inst, at, form(pa.at, true), Accumulator::Integer);
}

// --- floats and vectors ---

void Translator::float_binary(const Inst& inst) {
  const auto args = f_->args(inst);
  settle(args);
  Place a = place(args[0], true), b = place(args[1], a.at != At::Acc);
  release_all(args);
  if (b.at == At::Acc && is_commutative(inst.op)) // all NaNs that arithmetic makes are one
    std::swap(a, b);
  const uint32_t at = emit(float_binary_handler(inst.op, inst.type, a.at, b.at, false), 2);
  set_operand(at, kA, a);
  set_operand(at, kB, b);
  result(inst, at, float_binary_handler(inst.op, inst.type, a.at, b.at, true),
         is_float(f_->type(inst.result)) ? Accumulator::Float : Accumulator::Integer);
}

void Translator::float_unary(const Inst& inst) {
  const ValueId a = f_->args(inst)[0];
  const Type from = f_->type(a);
  settle({&a, 1});
  const Place pa = place(a, true);
  release(a);
  const uint32_t at = emit(float_unary_handler(inst.op, inst.type, from, pa.at, false), 2);
  set_operand(at, kA, pa);
  result(inst, at, float_unary_handler(inst.op, inst.type, from, pa.at, true),
         is_float(inst.type) ? Accumulator::Float : Accumulator::Integer);
}

void Translator::vector(const Inst& inst) {
  const auto args = f_->args(inst);
  const auto op = static_cast<VectorOp>(inst.attribute & 0xff);
  settle(args, false);
  Place places[3];
  for (size_t i = 0; i < args.size(); ++i)
    places[i] = slot_place(args[i]);
  release_all(args);
  const uint32_t at = emit(vector_handler(op), 2);
  for (unsigned i = 0; i < args.size(); ++i)
    set_operand(at, kA + i, places[i]);
  if (zvm::info(op).lanes != 0)
    set_field(at, kC, static_cast<uint32_t>(inst.attribute >> 8));
  const Type type = f_->type(inst.result);
  result(inst, at, nullptr,
         type == Type::V128 ? Accumulator::None
         : is_float(type)   ? Accumulator::Float
                            : Accumulator::Integer);
}

void Translator::wide(const Inst& inst, Handler handler) {
  const auto args = f_->args(inst);
  settle(args, false);
  Place places[4];
  for (size_t i = 0; i < args.size(); ++i)
    places[i] = slot_place(args[i]);
  release_all(args);
  const uint32_t at = emit(handler, 3);
  for (unsigned i = 0; i < args.size(); ++i)
    set_operand(at, i, places[i]);
  for (uint32_t i = 0; i < 2; ++i) {
    const ValueId v = inst.result + i;
    homes_[v] = Home::Temp;
    slots_[v] = uses_[v] != 0 ? take_slots(1) : spare_;
    set_half(at, 4 + i, slots_[v]);
  }
}

void Translator::select(const Inst& inst) {
  const Handlers& h = handlers();
  const auto args = f_->args(inst);
  const bool is_vector = inst.type == Type::V128;
  const bool from_accumulator = !is_vector && args[0] != args[1] && args[0] != args[2];
  // Only the condition may be in an accumulator.
  settle(args, from_accumulator && pending_.value == args[0]);
  const Place b = slot_place(args[1]), c = slot_place(args[2]);
  const Place condition = place(args[0], from_accumulator);
  release_all(args);
  const uint32_t at = emit(is_vector                 ? h.select_vector
                           : condition.at == At::Acc ? h.select_acc
                                                     : h.select,
                           2);
  set_operand(at, kA, condition);
  set_operand(at, kB, b);
  set_operand(at, kC, c);
  // A float's bits are in the wrong accumulator.
  if (!is_vector)
    acc_ = kNone;
  result(inst, at, nullptr,
         is_vector || is_float(inst.type) ? Accumulator::None : Accumulator::Integer);
}

// --- memory ---

void Translator::load(const Inst& inst) {
  const ir::Access access = ir::decode_access(inst.attribute);
  const ValueId address = f_->args(inst)[0];
  const Accumulator in = inst.type == Type::V128 ? Accumulator::None
                         : is_float(inst.type)   ? Accumulator::Float
                                                 : Accumulator::Integer;
  const bool is_simple = access.memory == 0 && f_->type(address) == Type::I32 &&
                         access.offset <= UINT32_MAX && !module_->plain;
  settle({&address, 1}, is_simple);
  if (!is_simple) {
    const Place a = slot_place(address);
    release(address);
    const uint32_t at = emit(general_load_handler(inst.type, access.width, access.is_signed), 3);
    set_operand(at, kA, a);
    set_field(at, kC, access.memory);
    if (!failed_)
      code_[at + 2] = access.offset;
    acc_ = facc_ = kNone;
    return result(inst, at, nullptr, in);
  }
  uint64_t offset = access.offset;
  Place a;
  if (f_->is_constant(address) && f_->constant(address).limb(0) + offset <= UINT32_MAX) {
    offset += f_->constant(address).limb(0);
    a.at = At::Number;
  } else {
    a = place(address, true);
  }
  release(address);
  const uint32_t at = emit(
      load_handler(bounds_at(offset), inst.type, access.width, access.is_signed, a.at, false), 2);
  if (a.at == At::Slot)
    set_field(at, kA, a.slot);
  set_half(at, 3, static_cast<uint32_t>(offset));
  result(inst, at,
         in == Accumulator::None ? nullptr
                                 : load_handler(bounds_at(offset), inst.type, access.width,
                                                access.is_signed, a.at, true),
         in);
}

runtime::Bounds Translator::bounds_at(uint64_t offset) const {
  return offset <= runtime::kGuardedOffset ? module_->bounds : runtime::Bounds::Explicit;
}

void Translator::store(const Inst& inst) {
  const ir::Access access = ir::decode_access(inst.attribute);
  const auto args = f_->args(inst);
  const ValueId address = args[0], value = args[1];
  const bool is_simple = access.memory == 0 && f_->type(address) == Type::I32 &&
                         access.offset <= UINT32_MAX && !module_->plain;
  settle(args, is_simple);
  if (!is_simple) {
    const Place a = slot_place(address), v = slot_place(value);
    release_all(args);
    const uint32_t at = emit(general_store_handler(inst.type, access.width), 3);
    set_operand(at, kDst, v);
    set_operand(at, kA, a);
    set_field(at, kC, access.memory);
    if (!failed_)
      code_[at + 2] = access.offset;
    return;
  }
  uint64_t offset = access.offset;
  Place a;
  if (f_->is_constant(address) && f_->constant(address).limb(0) + offset <= UINT32_MAX) {
    offset += f_->constant(address).limb(0);
    a.at = At::Number;
  } else {
    a = place(address, true);
  }
  Place v;
  const uint64_t bits = f_->is_constant(value) ? f_->constant(value).limb(0) : 0;
  const unsigned unused = 64 - 8 * access.width; // of a value that is no vector
  if (f_->is_constant(value) && inst.type != Type::V128 &&
      bits << unused == static_cast<uint64_t>(int64_t{static_cast<int16_t>(bits)}) << unused) {
    v = {At::Number, static_cast<uint16_t>(bits), 0};
  } else {
    v = place(value, inst.type != Type::V128 && (a.at != At::Acc || is_float(inst.type)));
  }
  release_all(args);
  const uint32_t at =
      emit(store_handler(bounds_at(offset), inst.type, access.width, a.at, v.at), 2);
  if (v.at != At::Acc)
    set_field(at, kDst, v.slot);
  if (a.at == At::Slot)
    set_field(at, kA, a.slot);
  set_half(at, 3, static_cast<uint32_t>(offset));
}

// --- variables ---

void Translator::get_variable(const Inst& inst) {
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
void Translator::add_alias(ValueId v, uint32_t variable) {
  homes_[v] = Home::Variable;
  slots_[v] = variables_[variable];
  alias_before_[v] = aliases_[variable];
  aliases_[variable] = v;
  if (!block_aliases_.try_push({v, variable}))
    failed_ = true;
}

void Translator::set_variable(const Inst& inst) {
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

// --- the rest ---

void Translator::charge_dynamic(const Inst& inst, Handler handler) {
  const ValueId a = f_->args(inst)[0];
  settle({&a, 1}, false);
  const Place place = slot_place(a);
  release(a);
  const uint32_t at = emit(handler, 3);
  set_operand(at, kA, place);
  if (!failed_)
    code_[at + 2] = inst.attribute;
}

namespace {

/// How an op of one form has its operands and its attribute. Fields in the order of the operands.
struct SimpleForm {
  Op op;
  Handler Handlers::* handler;
  uint8_t words;
  uint8_t fields[3];
  enum : uint8_t { Half, FieldC, Halves } attribute;
};
constexpr SimpleForm kSimple[] = {
    {Op::LinearSize, &Handlers::memory_size, 2, {}, SimpleForm::Half},
    {Op::LinearGrow, &Handlers::memory_grow, 2, {kA}, SimpleForm::FieldC},
    {Op::LinearFill, &Handlers::memory_fill, 2, {kDst, kA, kB}, SimpleForm::FieldC},
    {Op::LinearCopy, &Handlers::memory_copy, 3, {kDst, kA, kB}, SimpleForm::Halves},
    {Op::LinearInit, &Handlers::memory_init, 3, {kDst, kA, kB}, SimpleForm::Halves},
    {Op::DataDrop, &Handlers::data_drop, 2, {}, SimpleForm::Half},
    {Op::GlobalGet, &Handlers::global_get, 2, {}, SimpleForm::Half},
    {Op::GlobalSet, &Handlers::global_set, 2, {kDst}, SimpleForm::Half},
    {Op::TableGet, &Handlers::table_get, 2, {kA}, SimpleForm::Half},
    {Op::TableSet, &Handlers::table_set, 2, {kDst, kA}, SimpleForm::Half},
    {Op::TableSize, &Handlers::table_size, 2, {}, SimpleForm::Half},
    {Op::TableGrow, &Handlers::table_grow, 3, {kA, kB}, SimpleForm::Halves},
    {Op::TableFill, &Handlers::table_fill, 3, {kDst, kA, kB}, SimpleForm::Halves},
    {Op::TableCopy, &Handlers::table_copy, 3, {kDst, kA, kB}, SimpleForm::Halves},
    {Op::TableInit, &Handlers::table_init, 3, {kDst, kA, kB}, SimpleForm::Halves},
    {Op::ElementDrop, &Handlers::element_drop, 2, {}, SimpleForm::Half},
    {Op::FunctionRef, &Handlers::function_ref, 2, {}, SimpleForm::Half},
};

} // namespace

void Translator::simple(const Inst& inst) {
  const auto* form = std::ranges::find(kSimple, inst.op, &SimpleForm::op);
  if (form == std::end(kSimple)) {
    failed_ = true; // not an op of functions of modules
    return;
  }
  const Handlers& h = handlers();
  Handler handler = h.*form->handler;
  Accumulator in = Accumulator::Integer;
  if (inst.op == Op::GlobalGet && inst.type == Type::V128) {
    handler = h.global_get_vector;
    in = Accumulator::None;
  } else if (inst.op == Op::GlobalGet && is_float(inst.type)) {
    handler = h.global_get_float;
    in = Accumulator::Float;
  } else if (inst.op == Op::GlobalSet && inst.type == Type::V128) {
    handler = h.global_set_vector;
  }
  const auto args = f_->args(inst);
  settle(args, false);
  Place places[3];
  for (size_t i = 0; i < args.size(); ++i)
    places[i] = slot_place(args[i]);
  release_all(args);
  const uint32_t at = emit(handler, form->words);
  for (size_t i = 0; i < args.size(); ++i)
    set_operand(at, form->fields[i], places[i]);
  switch (form->attribute) {
  case SimpleForm::Half:
    set_half(at, 3, static_cast<uint32_t>(inst.attribute));
    break;
  case SimpleForm::FieldC:
    set_field(at, kC, static_cast<uint32_t>(inst.attribute));
    break;
  case SimpleForm::Halves:
    set_half(at, 4, static_cast<uint32_t>(inst.attribute));
    set_half(at, 5, static_cast<uint32_t>(inst.attribute >> 32));
    break;
  }
  if (inst.result_count != 0)
    result(inst, at, nullptr, in);
}

// --- calls ---

/// A call of any kind: its arguments in place, its instruction but for the last halves. `slots`: those of the arguments.
uint32_t Translator::begin_call(const Inst& inst, const CallHandlers& h, uint32_t& slots) {
  const auto operands = f_->args(inst);
  if (inst.op == Op::CallIndirect || inst.op == Op::TailCallIndirect) {
    // The index must still be there when the arguments are.
    const ValueId v = operands.back();
    if (pending_.value == v)
      early_[v] = 0;
    settle({});
    if (!f_->is_constant(v) && homes_[v] == Home::Outgoing)
      save(v);
    const Place index = slot_place(v);
    slots = place_outgoing(arguments_of(inst));
    release(v);
    const auto [type, table] = ir::decode_pair(inst.attribute);
    const uint32_t at = emit(h.indirect, 4);
    set_half(at, 3, table);
    set_half(at, 4, index.slot);
    set_half(at, 6, type);
    outgoing_base(at, 2);
    return at;
  }
  slots = place_outgoing(operands);
  const bool is_import = inst.attribute < module_->imports;
  const uint32_t at = emit(is_import ? h.import : h.direct, 4);
  if (is_import)
    set_half(at, 3, static_cast<uint32_t>(inst.attribute));
  else if (!failed_)
    code_[at + 2] = reinterpret_cast<Word>(entries_ + (inst.attribute - module_->imports));
  outgoing_base(at, 2);
  return at;
}

void Translator::call(const Inst& inst) {
  const Handlers& h = handlers();
  uint32_t slots = 0;
  const uint32_t at = begin_call(inst, {h.call, h.call_import, h.call_indirect}, slots);
  acc_ = facc_ = kNone;
  uint32_t slot = 0;
  for (uint32_t i = 0; i < inst.result_count; ++i) {
    const ValueId v = inst.result + i;
    homes_[v] = Home::Outgoing;
    slots_[v] = slot;
    slot += slots_of(v);
    if (uses_[v] != 0 && !outgoing_aliases_.try_push(v))
      failed_ = true;
  }
  if (inst.result_count == 1 && !is_float(f_->type(inst.result)) &&
      f_->type(inst.result) != Type::V128)
    acc_ = inst.result;
  if (module_->plain)
    save_all_aliases();
  else
    gas_after_call_ = at;
}

void Translator::tail_call(const Inst& inst) {
  const Handlers& h = handlers();
  uint32_t slots = 0;
  const uint32_t at =
      begin_call(inst, {h.tail_call, h.tail_call_import, h.tail_call_indirect}, slots);
  const bool is_direct = inst.op == Op::TailCall && inst.attribute >= module_->imports;
  set_half(at, is_direct ? 6 : 5, slots);
  set_half(at, 7, f_->depth);
}

void Translator::return_(const Inst& inst) {
  const Handlers& h = handlers();
  const auto args = f_->args(inst);
  uint32_t at = 0;
  if (args.empty()) {
    settle({});
    at = emit(h.return_0, 2);
  } else if (args.size() == 1 && slots_of(args[0]) == 1) {
    const ValueId v = args[0];
    settle(args, !is_float(f_->type(v)));
    const Place place = this->place(v, !is_float(f_->type(v)));
    release(v);
    at = emit(place.at == At::Acc ? h.return_acc : h.return_slot, 2);
    set_operand(at, kDst, place);
  } else {
    const uint32_t slots = place_outgoing(args);
    at = emit(h.return_many, 3);
    outgoing_base(at, 2);
    set_half(at, 4, slots);
  }
  set_half(at, 3, f_->depth);
}

// --- branches ---

void Translator::jump_to(BlockId target) {
  const Handlers& h = handlers();
  const auto gas = merged_[block_] != 0 ? 0u : static_cast<uint32_t>(gas_[target]);
  if (target == f_->blocks[block_].next && !polls(target)) {
    if (gas_after_call_ != 0) {
      set_half(gas_after_call_, 7, gas);
    } else if (gas != 0) {
      const uint32_t at = emit(h.charge, 2);
      set_half(at, 2, gas);
    }
    return;
  }
  const uint32_t at = emit(polls(target) ? h.jump_polled : h.jump, 2);
  edge(at, 2, at, target);
  set_half(at, 3, gas);
}

void Translator::branch(const Inst& inst) {
  const ValueId condition = f_->args(inst)[0];
  const BlockId on_true = f_->targets[inst.targets.begin].block;
  const BlockId on_false = f_->targets[inst.targets.begin + 1].block;
  // What is alive behind the branch leaves its aliases first; a comparison is still the last instruction if there are none.
  const bool is_used_once = uses_[condition] == 1;
  settle({&condition, 1});
  const auto size_before = code_.size();
  save_all_aliases();
  const bool takes_over = pending_.value == condition && pending_.compares && is_used_once &&
                          code_.size() == size_before;
  Compare compare = Compare::Ne;
  Type type = Type::I32;
  Place a, b{At::Number, 0, 0};
  if (takes_over) {
    compare = pending_.compare;
    type = pending_.type;
    a = pending_.a;
    b = pending_.b;
    // Its fields may have been noted for the outgoing slots.
    while (!outgoing_fixes_.empty() && outgoing_fixes_.back().at >= pending_.at * 8)
      outgoing_fixes_.pop();
    code_.truncate(pending_.at);
    starts_.pop();
    pending_.value = kNone;
  } else if (module_->plain) {
    a = slot_place(condition);
    b = {At::Slot, spare_, 0};
    const uint32_t at = emit(handlers().move_number, 2);
    set_field(at, kDst, spare_);
  } else {
    a = place(condition, true);
  }
  release(condition);
  BlockId to = on_true, otherwise = on_false;
  if (on_true == f_->blocks[block_].next && !polls(on_true)) {
    compare = inverse(compare);
    std::swap(to, otherwise);
  }
  const bool falls = otherwise == f_->blocks[block_].next;
  const uint32_t at = emit(branch_handler(compare, type, a.at, b.at, polls(to)), 4);
  set_operand(at, kA, a);
  set_operand(at, kB, b);
  edge(at, 4, at, to);
  set_half(at, 5, falls && is_planted(Plant::Edge) ? 0 : static_cast<uint32_t>(gas_[to]));
  if (falls)
    return set_half(at, 6, static_cast<uint32_t>(gas_[otherwise]));
  jump_to(otherwise);
}

void Translator::branch_table(const Inst& inst) {
  const ValueId index = f_->args(inst)[0];
  settle({&index, 1});
  save_all_aliases();
  const Place place = this->place(index, true);
  release(index);
  const auto targets = f_->targets.view().subspan(inst.targets.begin, inst.targets.count);
  const Handlers& h = handlers();
  const uint32_t at =
      emit(place.at == At::Acc ? h.jump_table_acc : h.jump_table, 2 + inst.targets.count);
  set_operand(at, kA, place);
  set_half(at, 3, inst.targets.count - 1);
  for (unsigned i = 0; i < targets.size(); ++i) {
    edge(at, 4 + 2 * i, at, targets[i].block);
    set_half(at, 5 + 2 * i, static_cast<uint32_t>(gas_[targets[i].block]));
  }
}

} // namespace zvm::backend::interp::word
