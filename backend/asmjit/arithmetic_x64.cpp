// Addition, multiplication, division.
#include "backend/asmjit/emitter.hpp"
#include "backend/lowering.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;

void FunctionEmitter::emit_narrow(const Inst& inst, x86::Inst::Id id) {
  const auto args = f_->args(inst);
  const Reg d = values_.take(args[0], 0);
  a_.emit(id, gp(d, inst.type), narrow_source(args[1], inst.type));
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_carried(const Inst& inst) {
  const bool adds = inst.op == Op::Add;
  if (inst.type != Type::I256)
    return emit_narrow(inst, adds ? x86::Inst::kIdAdd : x86::Inst::kIdSub);
  auto args = f_->args(inst);
  ValueId a = args[0], b = args[1];
  if (adds && f_->is_constant(a))
    std::swap(a, b);
  for (unsigned limb = 0; limb < 4; ++limb) {
    const Reg d = values_.take(a, limb);
    const x86::Inst::Id first = adds ? x86::Inst::kIdAdd : x86::Inst::kIdSub;
    const x86::Inst::Id next = adds ? x86::Inst::kIdAdc : x86::Inst::kIdSbb;
    alu(limb == 0 ? first : next, d, source(b, limb));
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
      if (row + limb + 2 < 4)
        a_.adc(gp(d.limbs[row + limb + 2]), 0);
    }
  }
  define_word(inst.result, d);
}

/// By the divider of the machine where both fit 64 bits, which nine of ten do; else by the libcall.
void FunctionEmitter::emit_division(const Inst& inst) {
  if (inst.type != Type::I256)
    return emit_narrow_division(inst);
  const auto args = f_->args(inst);
  const bool wants_quotient = inst.op == Op::DivU || inst.op == Op::DivS;
  values_.claim(kRax);
  values_.claim(kRdx);
  const Reg t = values_.fresh();
  const Word d{{wants_quotient ? kRax : kRdx, values_.fresh(), values_.fresh(), values_.fresh()}};
  const Label slow = a_.newLabel(), back = a_.newLabel();
  jump_if_wide(args[0], t, slow);
  jump_if_wide(args[1], t, slow);
  move(t, values_.where(args[1], 0));
  a_.test(gp(t), gp(t));
  a_.jz(slow);
  move(kRax, values_.where(args[0], 0));
  a_.xor_(x86::edx, x86::edx);
  a_.div(gp(t));
  for (unsigned limb = 1; limb < 4; ++limb)
    a_.xor_(gp(d.limbs[limb]).r32(), gp(d.limbs[limb]).r32());
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(slow);
    copy_word(args[0], scratch(0));
    copy_word(args[1], scratch(1));
    a_.call(constant(linkage_.keeping(*lowering(inst.op).libcall(inst.type, 0))));
    for (unsigned limb = 0; limb < 4; ++limb)
      a_.mov(gp(d.limbs[limb]), scratch(kScratchWords - 1, limb));
    a_.jmp(back);
  }
  define_word(inst.result, d);
}

void FunctionEmitter::emit_narrow_division(const Inst& inst) {
  if (inst.op == Op::DivS || inst.op == Op::RemS)
    return refuse(inst);
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
