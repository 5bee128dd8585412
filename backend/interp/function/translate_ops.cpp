// WordTranslator: arithmetic, and which function writes which op.
#include "backend/interp/function/translate.hpp"

namespace zvm::backend::interp::word {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;

// --- instructions of one or two operands ---

namespace {

bool commutes(Op op) { return info(op).has(ir::Commutes); }

} // namespace

WordTranslator::Operands WordTranslator::take_two(ValueId a, ValueId b) {
  const ValueId both[] = {a, b};
  settle(both);
  const bool is_number = fits_number(b);
  const Operand left = operand(a, true);
  const Operand right = is_number ? number_operand(b) : operand(b, left.at != At::Acc);
  release_all(both);
  return {left, right};
}

/// What form(store) has, without and with a slot for the result.
template <typename Find>
void WordTranslator::emit_forms(const Inst& inst, const Operands& operands, Find form) {
  const uint32_t at = emit(form(false), 2);
  set_operand(at, kA, operands.a);
  set_operand(at, kB, operands.b);
  result(inst, at, form(true), accumulator_of(f_->type(inst.result)));
}

void WordTranslator::binary(const Inst& inst) {
  ValueId a = f_->args(inst)[0], b = f_->args(inst)[1];
  if (commutes(inst.op) && f_->is_constant(a) && !f_->is_constant(b))
    std::swap(a, b);
  binary_of(inst, a, b);
}

void WordTranslator::binary_of(const Inst& inst, ValueId a, ValueId b) {
  auto [left, right] = take_two(a, b);
  Op op = inst.op;
  // Fewer forms: what is in the accumulator comes first, and numbers are added.
  if (right.at == At::Acc && commutes(op))
    std::swap(left, right);
  if (op == Op::Sub && right.at == At::Number && right.number != INT32_MIN) {
    op = Op::Add;
    right.number = -right.number;
  }
  emit_forms(inst, {left, right},
             [&](bool store) { return binary_handler(op, inst.type, left.at, right.at, store); });
}

/// Handlers take the value first, then the count.
void WordTranslator::exchanged(const Inst& inst) {
  binary_of(inst, f_->args(inst)[1], f_->args(inst)[0]);
}

/// By a count below the width it is the one that takes the count modulo the width.
void WordTranslator::total_shift(const Inst& inst) {
  const ValueId value = f_->args(inst)[1];
  const ValueId count = f_->args(inst)[0];
  if (f_->is_constant(count) && f_->constant(count) < U256{bits(inst.type)})
    return exchanged(inst);
  const ValueId both[] = {value, count};
  const uint32_t at = emit_slots(long_shift_handler(inst.op, inst.type), 2, both, {kA, kB});
  result(inst, at, nullptr, Accumulator::Integer);
}

void WordTranslator::compare(const Inst& inst, Compare compare, Type type,
                             const Operands& operands) {
  emit_forms(inst, operands, [&](bool store) {
    return compare_handler(compare, type, operands.a.at, operands.b.at, store);
  });
  pending_.compares = !module_->plain;
  pending_.compare = compare;
  pending_.type = type;
  pending_.a = operands.a;
  pending_.b = operands.b;
}

void WordTranslator::comparison(const Inst& inst) {
  static_assert(static_cast<int>(Op::LeS) - static_cast<int>(Op::Eq) ==
                static_cast<int>(Compare::LeS));
  auto kind = Compare{static_cast<uint8_t>(static_cast<int>(inst.op) - static_cast<int>(Op::Eq))};
  ValueId a = f_->args(inst)[0], b = f_->args(inst)[1];
  const Type type = f_->type(a);
  if (f_->is_constant(a) && !f_->is_constant(b)) {
    std::swap(a, b);
    kind = mirrored(kind);
  }
  auto [left, right] = take_two(a, b);
  if (right.at == At::Acc) {
    std::swap(left, right);
    kind = mirrored(kind);
  }
  compare(inst, kind, type, {left, right});
}

void WordTranslator::is_zero(const Inst& inst) {
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
  if (module_->plain)
    return unary(inst);
  const Operand from = take_one(a);
  compare(inst, Compare::Eq, type, {from, {At::Number, 0, 0}});
}

WordTranslator::Operand WordTranslator::take_one(ValueId v) {
  settle({&v, 1});
  const Operand taken = operand(v, true);
  release(v);
  return taken;
}

void WordTranslator::unary(const Inst& inst) {
  const ValueId a = f_->args(inst)[0];
  if (inst.op == Op::Zext && pending_.value == a && uses_[a] == 1 && !module_->plain &&
      pending_.in == Accumulator::Integer && acc_ == a) {
    // It is extended already.
    release(a);
    pending_.value = acc_ = inst.result;
    pending_.compares = false;
    return;
  }
  const Operand from = take_one(a);
  emit_forms(inst, {from, {}}, [&](bool store) {
    return unary_handler(inst.op, inst.type, f_->type(a), from.at, store);
  });
}

/// Of a byte that is known.
void WordTranslator::sign_extension(const Inst& inst) {
  const ValueId byte = f_->args(inst)[0];
  if (!f_->is_constant(byte))
    return refuse(inst);
  const auto bytes = static_cast<unsigned>(f_->constant(byte).limb(0)) + 1;
  const Operand from = take_one(f_->args(inst)[1]);
  emit_forms(inst, {from, {}},
             [&](bool store) { return sign_extension_handler(bytes, inst.type, from.at, store); });
}

void WordTranslator::float_binary(const Inst& inst) {
  auto [a, b] = take_two(f_->args(inst)[0], f_->args(inst)[1]);
  if (b.at == At::Acc && commutes(inst.op))
    std::swap(a, b);
  emit_forms(inst, {a, b}, [&](bool store) {
    return float_binary_handler(inst.op, inst.type, a.at, b.at, store);
  });
}

void WordTranslator::float_unary(const Inst& inst) {
  const ValueId a = f_->args(inst)[0];
  const Operand from = take_one(a);
  emit_forms(inst, {from, {}}, [&](bool store) {
    return float_unary_handler(inst.op, inst.type, f_->type(a), from.at, store);
  });
}

void WordTranslator::select(const Inst& inst) {
  const Handlers& h = handlers();
  const auto args = f_->args(inst);
  const bool is_vector = inst.type == Type::V128;
  const bool from_accumulator = !is_vector && args[0] != args[1] && args[0] != args[2];
  // Only the condition may be in an accumulator.
  settle(args, from_accumulator && pending_.value == args[0]);
  const Operand b = slot_operand(args[1]), c = slot_operand(args[2]);
  const Operand condition = operand(args[0], from_accumulator);
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

// --- instructions whose operands are in slots ---

/// All are used up.
uint32_t WordTranslator::emit_slots(Handler handler, unsigned words,
                                    std::span<const ValueId> values, const uint8_t (&fields)[4]) {
  settle(values, false);
  Operand places[4];
  for (size_t i = 0; i < values.size(); ++i)
    places[i] = slot_operand(values[i]);
  release_all(values);
  const uint32_t at = emit(handler, words);
  for (size_t i = 0; i < values.size(); ++i)
    set_operand(at, fields[i], places[i]);
  return at;
}

void WordTranslator::vector(const Inst& inst) {
  const auto op = static_cast<VectorOp>(inst.attribute & 0xff);
  const uint32_t at = emit_slots(vector_handler(op), 2, f_->args(inst), {kA, kB, kC});
  if (zvm::info(op).lanes != 0)
    set_field(at, kC, static_cast<uint32_t>(inst.attribute >> 8));
  result(inst, at, nullptr, accumulator_of(f_->type(inst.result)));
}

// --- which function writes an op ---

struct WordTranslator::Rows {
  struct Row {
    void (WordTranslator::*emit)(const Inst&);
    // Of simple and wide:
    Handler Handlers::* handler = nullptr;
    uint8_t words = 0;
    uint8_t fields[4] = {}; ///< of the operands, in their order
    enum : uint8_t { Half2, Half3, FieldC, Word2 } attribute = Half2;
  };

  /// What the signature says: ops of integers and of floats.
  static constexpr Row derived(Op op) {
    const ir::OpInfo& info = ir::info(op);
    const std::string_view signature = info.signature;
    if (signature == "TT:i")
      return {&WordTranslator::comparison};
    if (signature == "TT:T")
      return {&WordTranslator::binary};
    if (signature == "T:T" || (signature == "x:T" && info.has(ir::Computes)))
      return {&WordTranslator::unary};
    if (signature.starts_with("FF:"))
      return {&WordTranslator::float_binary};
    if (signature == "F:F" || signature == "x:F" || signature == "x:T")
      return {&WordTranslator::float_unary};
    return {&WordTranslator::refuse};
  }

  static const std::array<Row, ir::kOpCount> kByOp;
  static const Row& of(Op op) { return kByOp[static_cast<uint8_t>(op)]; }
};

constexpr std::array<WordTranslator::Rows::Row, ir::kOpCount> WordTranslator::Rows::kByOp = [] {
  std::array<Row, ir::kOpCount> rows{};
  for (unsigned op = 0; op < ir::kOpCount; ++op)
    rows[op] = derived(Op{static_cast<uint8_t>(op)});
  constexpr auto kSimple = &WordTranslator::simple;
  using H = Handlers;
  constexpr struct {
    Op op;
    Row row;
  } kOthers[] = {
      {Op::Shl, {&WordTranslator::total_shift}},
      {Op::ShrU, {&WordTranslator::total_shift}},
      {Op::ShrS, {&WordTranslator::total_shift}},
      {Op::ShlWrap, {&WordTranslator::exchanged}},
      {Op::ShrUWrap, {&WordTranslator::exchanged}},
      {Op::ShrSWrap, {&WordTranslator::exchanged}},
      {Op::RotL, {&WordTranslator::exchanged}},
      {Op::RotR, {&WordTranslator::exchanged}},
      {Op::IsZero, {&WordTranslator::is_zero}},
      {Op::SignExtend, {&WordTranslator::sign_extension}},
      {Op::Bitcast, {&WordTranslator::float_unary}},
      {Op::Vector, {&WordTranslator::vector}},
      {Op::Select, {&WordTranslator::select}},
      {Op::AddWide, {&WordTranslator::wide, &H::add_wide}},
      {Op::SubWide, {&WordTranslator::wide, &H::sub_wide}},
      {Op::MulWideU, {&WordTranslator::wide, &H::mul_wide_u}},
      {Op::MulWideS, {&WordTranslator::wide, &H::mul_wide_s}},
      {Op::GasWords, {kSimple, &H::charge_words, 3, {kA}, Row::Word2}},
      {Op::GasBytes, {kSimple, &H::charge_units, 3, {kA}, Row::Word2}},
      {Op::Load, {&WordTranslator::load}},
      {Op::Store, {&WordTranslator::store}},
      {Op::LinearSize, {kSimple, &H::memory_size, 2, {}, Row::Half3}},
      {Op::LinearGrow, {kSimple, &H::memory_grow, 2, {kA}, Row::FieldC}},
      {Op::LinearFill, {kSimple, &H::memory_fill, 2, {kDst, kA, kB}, Row::FieldC}},
      {Op::LinearCopy, {kSimple, &H::memory_copy, 3, {kDst, kA, kB}, Row::Word2}},
      {Op::LinearInit, {kSimple, &H::memory_init, 3, {kDst, kA, kB}, Row::Word2}},
      {Op::DataDrop, {kSimple, &H::data_drop, 2, {}, Row::Half3}},
      {Op::VarGet, {&WordTranslator::get_variable}},
      {Op::VarSet, {&WordTranslator::set_variable}},
      {Op::GlobalGet, {kSimple, &H::global_get, 2, {}, Row::Half3}},
      {Op::GlobalSet, {kSimple, &H::global_set, 2, {kDst}, Row::Half3}},
      {Op::TableGet, {kSimple, &H::table_get, 2, {kA}, Row::Half3}},
      {Op::TableSet, {kSimple, &H::table_set, 2, {kDst, kA}, Row::Half3}},
      {Op::TableSize, {kSimple, &H::table_size, 2, {}, Row::Half3}},
      {Op::TableGrow, {kSimple, &H::table_grow, 3, {kA, kB}, Row::Word2}},
      {Op::TableFill, {kSimple, &H::table_fill, 3, {kDst, kA, kB}, Row::Word2}},
      {Op::TableCopy, {kSimple, &H::table_copy, 3, {kDst, kA, kB}, Row::Word2}},
      {Op::TableInit, {kSimple, &H::table_init, 3, {kDst, kA, kB}, Row::Word2}},
      {Op::ElementDrop, {kSimple, &H::element_drop, 2, {}, Row::Half3}},
      {Op::FunctionRef, {kSimple, &H::function_ref, 2, {}, Row::Half3}},
      {Op::CallFunction, {&WordTranslator::call}},
      {Op::CallIndirect, {&WordTranslator::call}},
      {Op::TailCall, {&WordTranslator::tail_call}},
      {Op::TailCallIndirect, {&WordTranslator::tail_call}},
      {Op::Return, {&WordTranslator::return_}},
      {Op::Br, {&WordTranslator::jump}},
      {Op::BrIf, {&WordTranslator::branch}},
      {Op::BrTable, {&WordTranslator::branch_table}},
      {Op::Trap, {kSimple, &H::trap, 2, {}, Row::Half2}},
  };
  for (const auto& other : kOthers)
    rows[static_cast<uint8_t>(other.op)] = other.row;
  return rows;
}();

/// An instruction of word 2 for two results, which have slots.
void WordTranslator::wide(const Inst& inst) {
  const uint32_t at =
      emit_slots(handlers().*Rows::of(inst.op).handler, 3, f_->args(inst), {0, 1, 2, 3});
  for (uint32_t i = 0; i < 2; ++i) {
    const ValueId v = inst.result + i;
    homes_[v] = Home::Temp;
    slots_[v] = uses_[v] != 0 ? take_slots(1) : spare_;
    set_half(at, 4 + i, slots_[v]);
  }
}

/// Operands and attribute as the row says.
void WordTranslator::simple(const Inst& inst) {
  const Rows::Row& row = Rows::of(inst.op);
  Handler handler = handlers().*row.handler;
  if (inst.op == Op::GlobalGet && is_float(inst.type))
    handler = handlers().global_get_float;
  else if (inst.type == Type::V128 && inst.op == Op::GlobalGet)
    handler = handlers().global_get_vector;
  else if (inst.type == Type::V128 && inst.op == Op::GlobalSet)
    handler = handlers().global_set_vector;
  const uint32_t at = emit_slots(handler, row.words, f_->args(inst), row.fields);
  const auto low = static_cast<uint32_t>(inst.attribute);
  switch (row.attribute) {
  case Rows::Row::Half2:
    set_half(at, 2, low);
    break;
  case Rows::Row::Half3:
    set_half(at, 3, low);
    break;
  case Rows::Row::FieldC:
    set_field(at, kC, low);
    break;
  case Rows::Row::Word2:
    set_half(at, 4, low);
    set_half(at, 5, static_cast<uint32_t>(inst.attribute >> 32));
    break;
  }
  if (inst.result_count != 0)
    result(inst, at, nullptr, accumulator_of(inst.type));
}

/// Not an op of functions of modules, or not at that type.
void WordTranslator::refuse(const Inst&) { failed_ = true; }

void WordTranslator::instruction(const Inst& inst) {
  if (inst.result_count == 1 && uses_[inst.result] == 0 &&
      (info(inst.op).is_pure() || inst.op == Op::VarGet || inst.op == Op::GlobalGet)) {
    // Nobody wants it. What it would have used is used up.
    settle({});
    release_all(f_->args(inst));
    return;
  }
  (this->*Rows::of(inst.op).emit)(inst);
}

} // namespace zvm::backend::interp::word
