#include "tests/support/ir/every_op.hpp"

#include <algorithm>
#include <vector>

#include "base/guest.hpp"
#include "base/vector.hpp"
#include "ir/access.hpp"
#include "ir/attribute.hpp"
#include "ir/builder.hpp"

namespace zvm::test {

using namespace ir;

namespace {

constexpr Type kIntegers[] = {Type::I32, Type::I64, Type::I128, Type::I256};
constexpr Type kFloats[] = {Type::F32, Type::F64};

/// Ops that only functions of modules have a use for: they name what a module or a function has,
/// or compute what byte code never asks for.
bool is_of_module(Op op) {
  const OpInfo& row = info(op);
  const bool has_words = row.signature.contains('w') || row.signature.starts_with(':');
  return row.attribute == Attribute::Access || row.attribute == Attribute::Index ||
         row.attribute == Attribute::Pair ||
         (row.at_most_fails() && !row.has(Computes) && !has_words);
}

/// One of the valid attributes.
uint64_t attribute_of(Op op, unsigned variant) {
  std::vector<uint64_t> valid;
  for (uint64_t value = 0; value < 64; ++value) {
    if (is_valid_attribute(info(op).attribute, value))
      valid.push_back(value);
  }
  const uint64_t chosen = valid[variant % valid.size()];
  switch (info(op).attribute) {
  case Attribute::Access: // at most as wide as the narrowest type
    return encode({.offset = variant * 7u,
                   .memory = variant % 3,
                   .width = static_cast<uint8_t>(1u << variant % 3),
                   .is_signed = variant % 2 != 0,
                   .is_big_endian = variant % 3 != 0 && variant % 4 == 0});
  case Attribute::Pair:
    return encode(IndexPair{variant, variant + 1});
  case Attribute::Index:
    return op == Op::VarGet || op == Op::VarSet ? 0 : variant;
  case Attribute::Space: // return data is not loaded
    return op == Op::DataLoad ? chosen % 2 : chosen;
  case Attribute::Count: // at most what the state's stack holds
    return chosen % 3;
  default:
    return chosen;
  }
}

Type vector_type(char letter) {
  constexpr struct {
    char letter;
    Type type;
  } kTypes[] = {
      {'i', Type::I32}, {'l', Type::I64}, {'f', Type::F32}, {'d', Type::F64}, {'v', Type::V128}};
  return std::ranges::find(kTypes, letter, [](const auto& t) { return t.letter; })->type;
}

Function vector_function(VectorOp op) {
  Function f;
  Builder b{f};
  f.has_states = false;
  b.begin_block(0);
  const VectorInfo& row = zvm::info(op);
  std::vector<ValueId> args;
  for (const char letter : row.signature.substr(0, row.signature.find(':')))
    args.push_back(f.add_param(0, vector_type(letter)));
  const Type result = vector_type(row.signature.back());
  const uint64_t lane = row.lanes != 0 ? row.lanes - 1u : 0;
  b.call(Op::Vector, static_cast<uint64_t>(op) | lane << 8, args, {&result, 1});
  b.stop();
  return f;
}

} // namespace

Function function_with(Op op, unsigned variant) {
  Function f;
  Builder b{f};
  f.entry_pc = 100 + variant;
  const OpInfo& row = info(op);
  const Signature& s = signature(op);
  const bool is_conversion = op == Op::Zext || op == Op::Sext || op == Op::Trunc;
  const bool of_module = is_of_module(op);
  const unsigned integers = of_module ? 2 : 4; // i32 and i64 are for all of them
  Type type = s.generic == '\0'  ? Type::None
              : s.generic == 'F' ? kFloats[variant % 2]
                                 : kIntegers[variant % integers];
  Type other = kIntegers[(variant / 4) % integers]; // of operands of any type
  if (op == Op::FConvert)
    other = kFloats[1 - variant % 2];
  if (op == Op::Bitcast)
    other = kFloats[variant % 2];
  if (op == Op::ToIntU || op == Op::ToIntS || op == Op::ToIntSatU || op == Op::ToIntSatS)
    other = kFloats[variant / 4 % 2];
  if (is_conversion) {
    const bool widens = op != Op::Trunc;
    type = widens ? kIntegers[1 + variant % 3] : kIntegers[variant % 3];
    other = widens ? Type::I32 : Type::I256;
  }
  const uint64_t attribute = attribute_of(op, variant);
  unsigned count = s.operands.count + (s.operands.repeated != '\0' ? variant % 3 : 0);
  if (op == Op::MessageCall)
    count = operand_count(static_cast<CallKind>(attribute));
  if (op == Op::CallIndirect || op == Op::TailCallIndirect)
    ++count; // the index
  if (of_module) {
    f.has_states = false;
    f.entry_pc = 0;
    f.depth = 24 + variant;
    (void)f.variables.try_push(type == Type::None ? other : type);
  }

  if (op == Op::Vector)
    return vector_function(static_cast<VectorOp>(variant * 7 % kVectorOpCount));

  b.begin_block(f.entry_pc);
  f.blocks[0].poll = f.depth != 0;
  std::vector<ValueId> args;
  std::vector<Type> types;
  for (unsigned i = 0; i < count; ++i) {
    Type t = type_of(s.operand(i), type);
    if (t == Type::None)
      t = op == Op::MessageCall ? Type::I256 : other;
    types.push_back(t);
  }
  std::vector<ValueId> params;
  params.reserve(types.size());
  for (const Type t : types)
    params.push_back(f.add_param(0, t));
  const ValueId word = f.add_param(0, Type::I256);
  if (f.has_states)
    f.stack_need = f.blocks[0].params.count;
  for (unsigned i = 0; i < count; ++i) {
    const bool constant = (variant >> i & 1) != 0 && (!is_conversion || variant % 2 != 0);
    args.push_back(constant ? f.make_constant(types[i], U256{uint64_t{0x1234567890} + i})
                            : params[i]);
  }
  const ValueId stack[] = {word, b.word(7), f.make_constant(Type::I64, 7)};
  StateId state = kNone;
  if (f.has_states &&
      (row.has(MayExit) || op == Op::Leave || op == Op::Exit || op == Op::ReturnLabel))
    state = b.make_state(variant, variant % 2, stack, variant);
  if (f.has_states)
    f.stack_growth = 3;

  if (op == Op::Br) {
    b.br(1);
  } else if (op == Op::BrIf) {
    const ValueId pass[] = {word, b.word(1)};
    b.br_if(args[0], 1, 2, {}, pass);
  } else if (op == Op::BrTable) {
    const Target to[] = {{1, {}}, {2, f.make_range(std::vector{word, word})}, {1, {}}};
    b.br_table(args[0], to);
  } else if (op == Op::MessageCall) {
    b.message_call(static_cast<CallKind>(attribute), args, 1, state);
    f.add_param(b.begin_block(variant + 1), Type::I256);
    b.stop();
  } else if (s.results.count == 2) {
    constexpr Type kBoth[] = {Type::I64, Type::I64};
    b.call(op, attribute, args, kBoth);
    b.stop();
  } else if (s.results.repeated != '\0') {
    const Type results[] = {Type::I64, Type::F32, Type::I256};
    b.call(op, attribute, args, {results, variant % 4});
    b.stop();
  } else {
    if (op == Op::Return || op == Op::ReturnLabel) {
      for (size_t i = op == Op::Return ? 0 : 1; i < args.size(); ++i)
        (void)f.results.try_push(f.type(args[i]));
    }
    b.emit(op, type, args, attribute, state);
    if (!row.has(Terminator))
      b.stop();
  }
  if (op == Op::Br || op == Op::BrIf || op == Op::BrTable) {
    b.begin_block(2);
    f.blocks[1].cold = true;
    b.stop();
  }
  if (op == Op::BrIf || op == Op::BrTable) {
    const BlockId last = b.begin_block(3);
    f.add_param(last, Type::I256);
    f.add_param(last, Type::I256);
    f.blocks[last].gas = 30;
    f.blocks[last].poll = true;
    f.blocks[last].state = b.make_state(3, 1, {}, 0);
    b.stop();
  }
  return f;
}

} // namespace zvm::test
