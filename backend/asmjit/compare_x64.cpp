// Comparisons, which leave their outcome in the flags where a branch comes next, and selection.
#include "backend/asmjit/emitter.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;

CondCode FunctionEmitter::compare_zero(ValueId v) {
  Reg all = kNoReg;
  for (unsigned limb = 0; limb < 4; ++limb) {
    if (values_.is_zero(v, limb))
      continue;
    if (all == kNoReg)
      all = values_.take(v, limb);
    else
      alu(x86::Inst::kIdOr, all, source(v, limb));
  }
  if (all == kNoReg)
    all = values_.take(v, 0);
  a_.test(gp(all), gp(all));
  values_.drop(all);
  return CondCode::kE;
}

CondCode FunctionEmitter::compare_equal(ValueId a, ValueId b) {
  Reg all = kNoReg;
  for (unsigned limb = 0; limb < 4; ++limb) {
    ValueId x = a, y = b;
    if (values_.is_zero(x, limb))
      std::swap(x, y);
    if (values_.is_zero(x, limb))
      continue;
    if (values_.is_zero(y, limb) && all != kNoReg) {
      alu(x86::Inst::kIdOr, all, source(x, limb));
      continue;
    }
    const Reg t = values_.take(x, limb);
    if (!values_.is_zero(y, limb))
      alu(x86::Inst::kIdXor, t, source(y, limb));
    if (all == kNoReg) {
      all = t;
    } else {
      a_.or_(gp(all), gp(t));
      values_.drop(t);
    }
  }
  if (all == kNoReg)
    all = values_.take(a, 0);
  a_.test(gp(all), gp(all));
  values_.drop(all);
  return CondCode::kE;
}

/// By the borrow of a - b.
CondCode FunctionEmitter::compare_words(const Inst& inst) {
  const bool is_signed = inst.op == Op::LtS || inst.op == Op::LeS;
  const bool or_equal = inst.op == Op::LeU || inst.op == Op::LeS;
  ValueId a = f_->args(inst)[0], b = f_->args(inst)[1];
  if (or_equal)
    std::swap(a, b); // a <= b where not b < a
  const bool by_borrow = !is_signed || (values_.is_zero(a, 3) && values_.is_zero(b, 3));
  bool is_first = true;
  for (unsigned limb = 0; limb < 4; ++limb) {
    const bool is_top = limb == 3;
    if (values_.is_zero(a, limb) && values_.is_zero(b, limb) && !(is_top && is_first))
      continue;
    const Reg t = values_.take(a, limb);
    alu(is_first ? x86::Inst::kIdCmp : x86::Inst::kIdSbb, t, source(b, limb));
    values_.drop(t);
    is_first = false;
  }
  const CondCode less = by_borrow ? CondCode::kB : CondCode::kL;
  return or_equal ? x86::negateCond(less) : less;
}

CondCode FunctionEmitter::compare(const Inst& inst) {
  const auto args = f_->args(inst);
  if (inst.op == Op::FLt || inst.op == Op::FLe)
    return compare_floats(inst);
  if (inst.type == Type::I256) {
    switch (inst.op) {
    case Op::IsZero:
      return compare_zero(args[0]);
    case Op::Eq:
      return compare_equal(args[0], args[1]);
    case Op::Ne:
      return x86::negateCond(compare_equal(args[0], args[1]));
    default:
      return compare_words(inst);
    }
  }
  return compare_narrow(inst);
}

CondCode FunctionEmitter::compare_narrow(const Inst& inst) {
  ValueId a = f_->args(inst)[0], b = f_->args(inst).back();
  // A constant is the second operand.
  const bool is_mirrored = f_->is_constant(a);
  if (is_mirrored)
    std::swap(a, b);
  const Reg r = values_.load(a, 0);
  if (inst.op == Op::IsZero) {
    a_.test(gp(r), gp(r));
    return CondCode::kE;
  }
  a_.emit(x86::Inst::kIdCmp, gp(r, inst.type), narrow_source(b, inst.type));
  switch (inst.op) {
  case Op::Eq:
    return CondCode::kE;
  case Op::Ne:
    return CondCode::kNE;
  case Op::LtU:
    return is_mirrored ? CondCode::kA : CondCode::kB;
  case Op::LtS:
    return is_mirrored ? CondCode::kG : CondCode::kL;
  case Op::LeU:
    return is_mirrored ? CondCode::kAE : CondCode::kBE;
  default:
    return is_mirrored ? CondCode::kGE : CondCode::kLE;
  }
}

void FunctionEmitter::emit_comparison(const Inst& inst) {
  if (values_.flow().is_for_branch(*f_, inst)) {
    compared_ = f_->insts[inst.next].prev;
    return;
  }
  const CondCode holds = compare(inst);
  const Reg d = values_.fresh();
  a_.set(holds, gp(d).r8());
  a_.movzx(gp(d).r32(), gp(d).r8());
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_select(const Inst& inst) {
  if (values_.is_vector(inst.result))
    return emit_vector_select(inst);
  const auto args = f_->args(inst);
  const Where flag = values_.where(args[0], 0);
  if (flag.is_memory()) {
    a_.cmp(memory(flag), 0);
  } else {
    const Reg r = values_.load(args[0], 0);
    a_.test(gp(r), gp(r));
    values_.drop(r);
  }
  const unsigned limbs = inst.type == Type::I256 ? 4 : 1;
  for (unsigned limb = 0; limb < limbs; ++limb) {
    if (values_.is_zero(args[1], limb) && values_.is_zero(args[2], limb)) {
      values_.define_zero(inst.result, limb);
      continue;
    }
    const Reg d = values_.take(args[2], limb);
    a_.emit(x86::Inst::kIdCmovnz, gp(d), location(args[1], limb));
    values_.define(inst.result, limb, d);
  }
}

} // namespace zvm::backend::asmjit
