#include "frontend/families.hpp"

namespace zvm::frontend {

using gas::Cost;
using ir::Op;
using ir::ValueId;

uint64_t rate(const Lowering& l, Cost cost) { return static_cast<uint64_t>(l.schedule()[cost]); }

void lower_unary(Lowering& l, Op op) { l.push(l.op(op, {l.pop()})); }

void lower_binary(Lowering& l, Op op) {
  const ValueId a = l.pop(), b = l.pop();
  l.push(l.op(op, {a, b}));
}

void lower_ternary(Lowering& l, Op op) {
  const ValueId a = l.pop(), b = l.pop(), c = l.pop();
  l.push(l.op(op, {a, b, c}));
}

void lower_comparison(Lowering& l, Op op, bool swapped) {
  const ValueId a = l.pop(), b = l.pop();
  l.push(l.boolean(swapped ? l.op(op, {b, a}) : l.op(op, {a, b})));
}

void lower_is_zero(Lowering& l) { l.push(l.boolean(l.op(Op::IsZero, {l.pop()}))); }

void lower_exp(Lowering& l) {
  const ValueId base = l.pop(), exponent = l.pop();
  l.op(Op::GasSigBytes, {exponent}, rate(l, Cost::ExpByte));
  l.push(l.op(Op::Exp, {base, exponent}));
}

void lower_context(Lowering& l, ContextField field) {
  l.push(l.op(Op::Context, {}, static_cast<uint64_t>(field)));
}

void lower_data_load(Lowering& l, DataSpace space) {
  l.push(l.op(Op::DataLoad, {l.pop()}, static_cast<uint64_t>(space)));
}

void lower_data_size(Lowering& l, DataSpace space) {
  l.push(l.op(Op::DataSize, {}, static_cast<uint64_t>(space)));
}

void lower_data_copy(Lowering& l, DataSpace space) {
  const ValueId target = l.pop(), offset = l.pop(), length = l.pop();
  const ValueId address = l.touch(target, length);
  l.op(Op::GasWords, {length}, rate(l, Cost::CopyWord));
  if (space == DataSpace::ReturnData)
    l.op(Op::DataBounds, {offset, length}, static_cast<uint64_t>(space));
  l.op(Op::DataCopy, {address, offset, length}, static_cast<uint64_t>(space));
}

void lower_hash(Lowering& l, HashKind kind, Cost per_word) {
  const ValueId offset = l.pop(), length = l.pop();
  const ValueId address = l.touch(offset, length);
  l.op(Op::GasWords, {length}, rate(l, per_word));
  l.push(l.op(Op::Hash, {address, length}, static_cast<uint64_t>(kind)));
}

void lower_mload(Lowering& l) {
  l.push(l.op(Op::Load, {l.touch(l.pop(), l.word(32))}, ir::kTouchedWord));
}

void lower_mstore(Lowering& l, uint64_t access) {
  const ValueId offset = l.pop(), value = l.pop();
  const ValueId length = l.word(ir::decode_access(access).width);
  l.op(Op::Store, {l.touch(offset, length), value}, access);
}

void lower_mcopy(Lowering& l) {
  const ValueId target = l.pop(), source = l.pop(), length = l.pop();
  const ValueId from = l.touch(source, length), to = l.touch(target, length);
  l.op(Op::GasWords, {length}, rate(l, Cost::CopyWord));
  l.op(Op::MemCopy, {to, from, length});
}

void lower_store(Lowering& l, Op op) {
  const ValueId key = l.pop(), value = l.pop();
  l.op(op, {key, value});
}

void lower_code_copy(Lowering& l) {
  const ValueId address = l.pop(), target = l.pop(), offset = l.pop(), length = l.pop();
  const ValueId to = l.touch(target, length);
  l.op(Op::GasWords, {length}, rate(l, Cost::CopyWord));
  l.op(Op::HostCodeCopy, {address, to, offset, length});
}

void lower_log(Lowering& l, unsigned topics) {
  const ValueId offset = l.pop(), length = l.pop();
  std::array<ValueId, 6> args;
  args[0] = l.touch(offset, length);
  l.op(Op::GasBytes, {length}, rate(l, Cost::LogByte));
  args[1] = length;
  for (unsigned i = 0; i < topics; ++i)
    args[2 + i] = l.pop();
  l.op_n(Op::HostLog, {args.data(), 2 + topics});
}

void lower_jump(Lowering& l) { l.jump(l.pop()); }

void lower_jump_if(Lowering& l) {
  const ValueId destination = l.pop(), condition = l.pop();
  l.jump_if(destination, condition);
}

void lower_finish(Lowering& l, bool revert) {
  const ValueId offset = l.pop(), length = l.pop();
  l.finish(l.touch(offset, length), length, revert);
}

void lower_message_call(Lowering& l, CallKind kind) {
  if (is_create(kind)) {
    l.pop();
    const ValueId offset = l.pop(), length = l.pop();
    if (kind == CallKind::Create2)
      l.pop();
    l.touch(offset, length);
    const uint64_t per_word =
        rate(l, Cost::InitcodeWord) + (kind == CallKind::Create2 ? rate(l, Cost::Create2Word) : 0);
    if (per_word != 0)
      l.op(Op::GasWords, {length}, per_word);
  } else {
    for (unsigned before_memory = operand_count(kind) - 4; before_memory > 0; --before_memory)
      l.pop();
    const ValueId in = l.pop(), in_length = l.pop(), out = l.pop(), out_length = l.pop();
    l.touch(in, in_length);
    l.touch(out, out_length);
  }
  l.message_call(kind);
}

} // namespace zvm::frontend
