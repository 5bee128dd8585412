// Integers of 32 and 64 bits as modules have them: division that traps, shifts by a count modulo the
// width, counts of bits, halves of 128 bits.
#include "backend/asmjit/emitter.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;

// --- division ---

namespace {

struct Division {
  bool is_signed, wants_quotient;
};

Division division_of(Op op) {
  return {op == Op::TrapDivS || op == Op::TrapRemS || op == Op::DivS || op == Op::RemS,
          op == Op::TrapDivU || op == Op::TrapDivS || op == Op::DivU || op == Op::DivS};
}

} // namespace

/// By the divider. What would fault there is told before: a divisor of 0, and MIN / -1.
void FunctionEmitter::emit_trapping_division(const Inst& inst) {
  const auto args = f_->args(inst);
  const auto [is_signed, wants_quotient] = division_of(inst.op);
  values_.claim(kRax);
  values_.claim(kRdx);
  const Reg t = values_.fresh();
  const Gp divisor = gp(t, inst.type), low = gp(kRax, inst.type);
  move(t, values_.where(args[1], 0));
  move(kRax, values_.where(args[0], 0));
  const auto known = small_constant(args[1]);
  if (!known) {
    a_.test(divisor, divisor);
    trap_if(CondCode::kZ, Status::DivisionByZero);
  } else if (*known == 0) {
    a_.jmp(trap(Status::DivisionByZero));
  }
  const Label minus_one = a_.newLabel(), back = a_.newLabel();
  if (is_signed) {
    a_.cmp(divisor, -1);
    a_.je(minus_one);
    if (inst.type == Type::I64)
      a_.cqo();
    else
      a_.cdq();
    a_.idiv(divisor);
  } else {
    a_.xor_(x86::edx, x86::edx);
    a_.div(divisor);
  }
  a_.bind(back);
  if (is_signed) {
    const Cold cold{*this};
    a_.bind(minus_one);
    if (wants_quotient) {
      a_.neg(low);
      if (inst.op == Op::TrapDivS)
        trap_if(CondCode::kO, Status::IntegerOverflow);
    } else {
      a_.xor_(x86::edx, x86::edx);
    }
    a_.jmp(back);
  }
  values_.define(inst.result, 0, wants_quotient ? kRax : kRdx);
}

/// The total one.
void FunctionEmitter::emit_signed_division(const Inst& inst) {
  const auto args = f_->args(inst);
  const bool wants_quotient = division_of(inst.op).wants_quotient;
  values_.claim(kRax);
  values_.claim(kRdx);
  const Reg t = values_.fresh();
  const Gp divisor = gp(t, inst.type), low = gp(kRax, inst.type), high = gp(kRdx, inst.type);
  const Label special = a_.newLabel(), back = a_.newLabel();
  move(t, values_.where(args[1], 0));
  move(kRax, values_.where(args[0], 0));
  // 0 and -1
  a_.lea(high, x86::ptr(gp(t), 1));
  a_.cmp(high, 1);
  a_.jbe(special);
  if (inst.type == Type::I64)
    a_.cqo();
  else
    a_.cdq();
  a_.idiv(divisor);
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(special);
    a_.imul(low, divisor); // -a, or 0
    a_.xor_(x86::edx, x86::edx);
    a_.jmp(back);
  }
  values_.define(inst.result, 0, wants_quotient ? kRax : kRdx);
}

// --- bits ---

void FunctionEmitter::emit_wrapping_shift(const Inst& inst) {
  const auto args = f_->args(inst);
  const bool rotates = inst.op == Op::RotL || inst.op == Op::RotR;
  const unsigned width = ir::bits(inst.type);
  if (const auto count = small_constant(args[0])) {
    const Reg d = values_.take(args[1], 0);
    const Gp to = gp(d, inst.type);
    const auto by = static_cast<uint32_t>(*count % width);
    const x86::Inst::Id id = inst.op == Op::ShlWrap    ? x86::Inst::kIdShl
                             : inst.op == Op::ShrUWrap ? x86::Inst::kIdShr
                             : inst.op == Op::ShrSWrap ? x86::Inst::kIdSar
                             : inst.op == Op::RotL     ? x86::Inst::kIdRol
                                                       : x86::Inst::kIdRor;
    a_.emit(id, to, ::asmjit::Imm{by});
    return values_.define(inst.result, 0, d);
  }
  if (rotates) {
    values_.claim(kRcx);
    const Reg d = values_.take(args[1], 0);
    move(kRcx, values_.where(args[0], 0));
    if (inst.op == Op::RotL)
      a_.rol(gp(d, inst.type), x86::cl);
    else
      a_.ror(gp(d, inst.type), x86::cl);
    return values_.define(inst.result, 0, d);
  }
  const Reg count = values_.load(args[0], 0);
  const Reg d = values_.take(args[1], 0);
  const Gp to = gp(d, inst.type), by = gp(count, inst.type);
  if (inst.op == Op::ShlWrap)
    a_.shlx(to, to, by);
  else if (inst.op == Op::ShrUWrap)
    a_.shrx(to, to, by);
  else
    a_.sarx(to, to, by);
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_count(const Inst& inst) {
  const Reg d = values_.take(f_->args(inst)[0], 0);
  const Gp to = gp(d, inst.type);
  if (inst.op == Op::Ctz)
    a_.tzcnt(to, to);
  else
    a_.popcnt(to, to);
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_narrow_sign_extension(const Inst& inst) {
  const auto args = f_->args(inst);
  const auto byte = small_constant(args[0]);
  const Reg d = values_.take(args[1], 0);
  const Gp to = gp(d, inst.type);
  if (!byte)
    return refuse(inst);
  const uint64_t bytes = ir::bits(inst.type) / 8;
  if (*byte == 0)
    a_.movsx(to, gp(d).r8());
  else if (*byte == 1)
    a_.movsx(to, gp(d).r16());
  else if (*byte == 3 && bytes == 8)
    a_.movsxd(to, gp(d).r32());
  else if (*byte + 1 < bytes)
    return refuse(inst);
  values_.define(inst.result, 0, d);
}

// --- 128 bits in halves ---

void FunctionEmitter::emit_wide_sum(const Inst& inst) {
  const auto args = f_->args(inst);
  const bool adds = inst.op == Op::AddWide;
  const Reg low = values_.fresh(), high = values_.fresh();
  move(low, values_.where(args[0], 0));
  move(high, values_.where(args[1], 0));
  alu(adds ? x86::Inst::kIdAdd : x86::Inst::kIdSub, low, source(args[2], 0));
  alu(adds ? x86::Inst::kIdAdc : x86::Inst::kIdSbb, high, source(args[3], 0));
  values_.define(inst.result, 0, low);
  values_.define(inst.result + 1, 0, high);
}

void FunctionEmitter::emit_wide_product(const Inst& inst) {
  const auto args = f_->args(inst);
  values_.claim(kRax);
  values_.claim(kRdx);
  const Reg by = values_.fresh();
  move(by, values_.where(args[1], 0));
  move(kRax, values_.where(args[0], 0));
  if (inst.op == Op::MulWideU)
    a_.mul(gp(by));
  else
    a_.imul(gp(by));
  values_.define(inst.result, 0, kRax);
  values_.define(inst.result + 1, 0, kRdx);
}

} // namespace zvm::backend::asmjit
