// Addition, multiplication, division.
#include "backend/asmjit/emitter.hpp"
#include "backend/lowering.hpp"
#include "base/plant.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;

void FunctionEmitter::emit_narrow(const Inst& inst, x86::Inst::Id id) {
  auto args = f_->args(inst);
  ValueId a = args[0], b = args[1];
  if (ir::info(inst.op).has(ir::Commutes) &&
      (f_->is_constant(a) || (!values_.dies(a) && !f_->is_constant(b) && values_.dies(b))))
    std::swap(a, b);
  if (!values_.dies(a) && emit_sum_apart(inst, a, b))
    return;
  const Reg d = values_.take(a, 0);
  a_.emit(id, gp(d, inst.type), narrow_source(b, inst.type));
  values_.define(inst.result, 0, d);
}

/// A sum of what stays in its register, in one instruction.
bool FunctionEmitter::emit_sum_apart(const Inst& inst, ValueId a, ValueId b) {
  const Where by = values_.where(b, 0);
  const bool is_number = by.in == Where::In::Constant;
  const int64_t number = inst.type == Type::I32 ? static_cast<int32_t>(by.constant)
                                                : static_cast<int64_t>(by.constant);
  if ((inst.op != Op::Add && !(inst.op == Op::Sub && is_number)) ||
      values_.where(a, 0).in != Where::In::Register ||
      (is_number && (number >= INT32_MAX || number <= INT32_MIN)) || by.is_memory())
    return false;
  const Gp from = gp(values_.load(a, 0));
  x86::Mem sum = x86::ptr(from, static_cast<int32_t>(inst.op == Op::Add ? number : -number));
  if (!is_number)
    sum = x86::ptr(from, gp(values_.load(b, 0)));
  const Reg d = values_.fresh();
  a_.lea(gp(d, inst.type), sum);
  values_.define(inst.result, 0, d);
  return true;
}

void FunctionEmitter::order(ValueId& a, ValueId& b, unsigned limb) {
  const auto is_constant = [&](ValueId v) {
    return values_.where(v, limb).in == Where::In::Constant;
  };
  if (!is_constant(b) && (is_constant(a) || (!values_.gives(a, limb) && values_.gives(b, limb))))
    std::swap(a, b);
}

void FunctionEmitter::emit_carried(const Inst& inst) {
  const bool adds = inst.op == Op::Add;
  if (inst.type != Type::I256)
    return emit_narrow(inst, adds ? x86::Inst::kIdAdd : x86::Inst::kIdSub);
  auto args = f_->args(inst);
  bool has_carry = false;
  for (unsigned limb = 0; limb < 4; ++limb) {
    ValueId a = args[0], b = args[1];
    if (adds)
      order(a, b, limb);
    const bool is_a_zero = values_.is_zero(a, limb), is_b_zero = values_.is_zero(b, limb);
    if (!has_carry && is_a_zero && is_b_zero) {
      values_.define_zero(inst.result, limb);
      continue;
    }
    if (!has_carry && (is_b_zero || (adds && is_a_zero))) {
      values_.define(inst.result, limb, values_.take(is_b_zero ? a : b, limb));
      continue;
    }
    const Reg d = values_.take(a, limb);
    const x86::Inst::Id first = adds ? x86::Inst::kIdAdd : x86::Inst::kIdSub;
    const x86::Inst::Id next = adds ? x86::Inst::kIdAdc : x86::Inst::kIdSbb;
    const bool is_cut = is_planted(Plant::Limb) && adds && limb == 3;
    alu(has_carry && !is_cut ? next : first, d, source(b, limb));
    has_carry = true;
    values_.define(inst.result, limb, d);
  }
}

/// Rows of products, each added as soon as it is there: only what reaches the four lowest limbs.
void FunctionEmitter::emit_multiplication(const Inst& inst) {
  auto args = f_->args(inst);
  ValueId a = args[0], b = args[1];
  if (inst.type != Type::I256) {
    if (f_->is_constant(b))
      std::swap(a, b);
    const Reg d = values_.take(b, 0);
    a_.emit(x86::Inst::kIdImul, gp(d, inst.type), narrow_location(a, inst.type));
    return values_.define(inst.result, 0, d);
  }
  const auto zeros = [&](ValueId v) {
    unsigned count = 0;
    for (unsigned limb = 0; limb < 4; ++limb)
      count += values_.is_zero(v, limb);
    return count;
  };
  if (zeros(b) > zeros(a))
    std::swap(a, b); // the rows are those of a
  values_.claim(kRdx);
  const Word d = fresh_word();
  const Reg high = values_.fresh(), low = values_.fresh();
  const auto product = [&](Reg to_high, Reg to_low, unsigned limb) {
    a_.emit(x86::Inst::kIdMulx, gp(to_high), gp(to_low), location(b, limb));
  };
  const auto add = [&](x86::Inst::Id id, unsigned limb, Reg from) {
    a_.emit(id, gp(d.limbs[limb]), gp(from));
  };
  move(kRdx, values_.where(a, 0));
  product(d.limbs[1], d.limbs[0], 0);
  for (unsigned limb = 1; limb < 4; ++limb) {
    const bool has_next = limb < 3;
    if (values_.is_zero(b, limb)) {
      if (has_next)
        a_.mov(gp(d.limbs[limb + 1]).r32(), 0);
      a_.emit(limb == 1 ? x86::Inst::kIdAdd : x86::Inst::kIdAdc, gp(d.limbs[limb]),
              ::asmjit::Imm{0});
    } else {
      product(has_next ? d.limbs[limb + 1] : high, low, limb);
      add(limb == 1 ? x86::Inst::kIdAdd : x86::Inst::kIdAdc, limb, low);
    }
  }
  for (unsigned row = 1; row < 4; ++row) {
    if (values_.is_zero(a, row))
      continue;
    move(kRdx, values_.where(a, row));
    for (unsigned limb = 0; row + limb < 4; ++limb) {
      if (values_.is_zero(b, limb))
        continue;
      product(high, low, limb);
      add(x86::Inst::kIdAdd, row + limb, low);
      if (row + limb + 1 < 4)
        add(x86::Inst::kIdAdc, row + limb + 1, high);
      if (row + limb + 2 < 4 && !is_planted(Plant::LowLimb))
        a_.adc(gp(d.limbs[row + limb + 2]), 0);
    }
  }
  define_word(inst.result, d);
}

/// By the divider of the machine where the divisor fits 64 bits and the dividend 128, which nearly
/// all do; else by the libcall. A signed dividend loses its sign first, and the result gets it.
void FunctionEmitter::emit_division(const Inst& inst) {
  if (inst.type != Type::I256)
    return emit_narrow_division(inst);
  const auto args = f_->args(inst);
  const ValueId a = args[0], b = args[1];
  const bool wants_quotient = inst.op == Op::DivU || inst.op == Op::DivS;
  const bool is_signed = (inst.op == Op::DivS || inst.op == Op::RemS) && !values_.is_zero(a, 3);
  values_.claim(kRax);
  values_.claim(kRdx);
  const Reg sign = is_signed ? values_.fresh() : kNoReg;
  const Reg t = values_.fresh(), high = values_.fresh();
  const Label slow = a_.newLabel(), back = a_.newLabel();
  jump_if_wide(b, t, slow);
  const ::asmjit::Operand divisor = location(b, 0);
  if (!f_->is_constant(b)) {
    a_.emit(x86::Inst::kIdCmp, divisor, ::asmjit::Imm{0});
    a_.jz(slow);
  } else if (f_->constant(b).low64() == 0) {
    a_.jmp(slow);
  }
  if (is_signed) {
    move(sign, values_.where(a, 1));
    a_.sar(gp(sign), 63);
    move(t, values_.where(a, 2));
    move(kRax, values_.where(a, 3));
    a_.xor_(gp(t), gp(sign));
    a_.xor_(x86::rax, gp(sign));
    a_.or_(gp(t), x86::rax);
    a_.jnz(slow);
  } else {
    jump_if_wide(a, t, slow, 2);
  }
  move(t, values_.where(a, 0));
  move(kRax, values_.where(a, 1));
  if (is_signed) {
    a_.xor_(gp(t), gp(sign));
    a_.xor_(x86::rax, gp(sign));
    a_.sub(gp(t), gp(sign));
    a_.sbb(x86::rax, gp(sign));
  }
  divide_limbs(a, t, high, divisor);
  const Word d = wants_quotient ? Word{{kRax, high, kRdx, t}} : Word{{kRdx, kRax, t, high}};
  if (is_signed)
    give_sign(d, wants_quotient ? 2 : 1, sign);
  else
    clear_from(d, wants_quotient ? 2 : 1);
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(slow);
    copy_word(a, scratch(0));
    copy_word(b, scratch(1));
    a_.call(constant(linkage_.keeping(*lowering(inst.op).libcall(inst.type, 0))));
    for (unsigned limb = 0; limb < 4; ++limb)
      a_.mov(gp(d.limbs[limb]), scratch(kScratchWords - 1, limb));
    a_.jmp(back);
  }
  define_word(inst.result, d);
}

/// rax and `low` by the divisor: the quotient in `high` and rax, the remainder in rdx.
void FunctionEmitter::divide_limbs(ValueId dividend, Reg low, Reg high,
                                   const ::asmjit::Operand& divisor) {
  const Label is_short = a_.newLabel();
  a_.xor_(gp(high).r32(), gp(high).r32());
  a_.xor_(x86::edx, x86::edx);
  if (!values_.is_zero(dividend, 1)) {
    a_.test(x86::rax, x86::rax);
    a_.jz(is_short);
    a_.emit(x86::Inst::kIdDiv, divisor);
    a_.mov(gp(high), x86::rax);
    a_.bind(is_short);
  }
  a_.mov(x86::rax, gp(low));
  a_.emit(x86::Inst::kIdDiv, divisor);
}

/// The number in the lowest limbs, negated where the sign is all ones.
void FunctionEmitter::give_sign(const Word& d, unsigned limbs, Reg sign) {
  for (unsigned limb = 0; limb < limbs; ++limb)
    a_.xor_(gp(d.limbs[limb]), gp(sign));
  for (unsigned limb = 0; limb < limbs; ++limb)
    a_.emit(limb == 0 ? x86::Inst::kIdSub : x86::Inst::kIdSbb, gp(d.limbs[limb]), gp(sign));
  a_.sbb(gp(d.limbs[limbs]), gp(d.limbs[limbs])); // the borrow
  for (unsigned limb = limbs + 1; limb < 4; ++limb)
    a_.mov(gp(d.limbs[limb]), gp(d.limbs[limbs]));
}

void FunctionEmitter::clear_from(const Word& d, unsigned limb) {
  for (; limb < 4; ++limb)
    a_.xor_(gp(d.limbs[limb]).r32(), gp(d.limbs[limb]).r32());
}

void FunctionEmitter::emit_narrow_division(const Inst& inst) {
  if (inst.op == Op::DivS || inst.op == Op::RemS)
    return emit_signed_division(inst);
  const auto args = f_->args(inst);
  values_.claim(kRax);
  values_.claim(kRdx);
  const Reg t = values_.fresh();
  const Label by_zero = a_.newLabel(), back = a_.newLabel();
  move(t, values_.where(args[1], 0));
  move(kRax, values_.where(args[0], 0));
  a_.xor_(x86::edx, x86::edx);
  a_.test(gp(t), gp(t));
  a_.jz(by_zero);
  a_.div(gp(t));
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(by_zero);
    a_.xor_(x86::eax, x86::eax); // and edx is 0
    a_.jmp(back);
  }
  values_.define(inst.result, 0, inst.op == Op::DivU ? kRax : kRdx);
}

} // namespace zvm::backend::asmjit
