// Bits: logic, shifts, bytes, signs, conversions.
#include <algorithm>

#include "backend/asmjit/emitter.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;

namespace {

/// Words of the window that shifts by an unknown count go through: two, side by side.
constexpr unsigned kLower = 0, kUpper = 1;

} // namespace

FunctionEmitter::Word FunctionEmitter::fresh_word() {
  Word word{};
  for (Reg& r : word.limbs)
    r = values_.fresh();
  return word;
}

void FunctionEmitter::define_word(ValueId v, const Word& word) {
  for (unsigned limb = 0; limb < 4; ++limb)
    values_.define(v, limb, word.limbs[limb]);
}

void FunctionEmitter::define_number(const Inst& inst, Reg r) {
  values_.define(inst.result, 0, r);
  values_.define_zeros(inst.result, 1);
}

// --- logic ---

void FunctionEmitter::emit_bitwise(const Inst& inst) {
  const x86::Inst::Id id = inst.op == Op::And  ? x86::Inst::kIdAnd
                           : inst.op == Op::Or ? x86::Inst::kIdOr
                                               : x86::Inst::kIdXor;
  if (inst.type != Type::I256)
    return keeps_low_half(inst) ? emit_low_half(inst) : emit_narrow(inst, id);
  auto args = f_->args(inst);
  for (unsigned limb = 0; limb < 4; ++limb) {
    ValueId a = args[0], b = args[1];
    order(a, b, limb);
    const Where by = values_.where(b, limb);
    const bool is_constant = by.in == Where::In::Constant;
    if (is_constant && by.constant == 0 && inst.op == Op::And) {
      values_.define_zero(inst.result, limb);
      continue;
    }
    if (is_constant && by.constant == 0 && values_.is_zero(a, limb)) {
      values_.define_zero(inst.result, limb);
      continue;
    }
    const Reg d = values_.take(a, limb);
    const uint64_t neutral = inst.op == Op::And ? ~uint64_t{0} : 0;
    if (!is_constant || by.constant != neutral)
      alu(id, d, source(b, limb));
    values_.define(inst.result, limb, d);
  }
}

/// And with 2^32 - 1, which no instruction has as a number.
bool FunctionEmitter::keeps_low_half(const Inst& inst) const {
  const auto mask = small_constant(f_->args(inst)[1]);
  return inst.op == Op::And && inst.type == Type::I64 && mask && *mask == UINT32_MAX;
}

void FunctionEmitter::emit_low_half(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const Reg d = values_.dies(v) ? values_.take(v, 0) : values_.fresh();
  const ::asmjit::Operand from =
      values_.dies(v) ? ::asmjit::Operand{gp(d).r32()} : narrow_location(v, Type::I32);
  a_.emit(x86::Inst::kIdMov, gp(d).r32(), from);
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_not(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const unsigned limbs = inst.type == Type::I256 ? 4 : 1;
  for (unsigned limb = 0; limb < limbs; ++limb) {
    const Reg d = values_.take(v, limb);
    a_.not_(gp(d, inst.type));
    values_.define(inst.result, limb, d);
  }
}

// --- shifts ---

void FunctionEmitter::emit_shift(const Inst& inst) {
  if (inst.type != Type::I256)
    return emit_narrow_shift(inst);
  const auto args = f_->args(inst);
  if (const auto count = small_constant(args[0]); count && *count < 256)
    return emit_shift_by(inst, static_cast<unsigned>(*count));
  values_.claim(kRcx);
  const Reg t = values_.fresh();
  const Word d = fresh_word();
  clamp(args[0], 256, kRcx, t);
  const bool is_left = inst.op == Op::Shl;
  copy_word(args[1], scratch(is_left ? kUpper : kLower));
  if (inst.op == Op::ShrS) {
    move(t, values_.where(args[1], 3));
    a_.sar(gp(t), 63);
  }
  for (unsigned limb = 0; limb < 4; ++limb) {
    const x86::Mem to = scratch(is_left ? kLower : kUpper, limb);
    if (inst.op == Op::ShrS)
      a_.mov(to, gp(t));
    else
      a_.mov(to, 0);
  }
  shift_window(inst.op, d, t);
  define_word(inst.result, d);
}

/// The word, out of the window, shifted by what is in rcx, at most 256.
void FunctionEmitter::shift_window(Op op, const Word& word, Reg temporary) {
  const Gp index = gp(temporary);
  const auto& d = word.limbs;
  a_.mov(index, x86::rcx);
  a_.shr(index, 6);
  const bool is_left = op == Op::Shl;
  if (is_left)
    a_.neg(index);
  for (unsigned limb = 0; limb < 4; ++limb) {
    x86::Mem from = scratch(is_left ? kUpper : kLower, limb);
    from.setIndex(index, 3);
    a_.mov(gp(d[limb]), from);
  }
  for (unsigned step = 0; step < 3; ++step) {
    if (is_left)
      a_.shld(gp(d[3 - step]), gp(d[2 - step]), x86::cl);
    else
      a_.shrd(gp(d[step]), gp(d[step + 1]), x86::cl);
  }
  if (is_left)
    a_.shl(gp(d[0]), x86::cl);
  else if (op == Op::ShrU)
    a_.shr(gp(d[3]), x86::cl);
  else
    a_.sar(gp(d[3]), x86::cl);
}

/// Limbs that are known to be zero give nothing to their neighbours.
void FunctionEmitter::emit_shift_by(const Inst& inst, unsigned count) {
  const ValueId v = f_->args(inst)[1];
  const unsigned whole = count / 64, rest = count % 64;
  const auto define = [&](unsigned limb, Reg r) { values_.define(inst.result, limb, r); };
  const auto copy_of = [&](unsigned limb) {
    const Reg d = values_.fresh();
    move(d, values_.where(v, limb));
    return d;
  };
  if (inst.op == Op::Shl) {
    for (unsigned limb = 4; limb-- > whole;) {
      const unsigned from = limb - whole;
      const bool has_lower = rest != 0 && from != 0 && !values_.is_zero(v, from - 1);
      if (values_.is_zero(v, from) && !has_lower) {
        values_.define_zero(inst.result, limb);
        continue;
      }
      if (values_.is_zero(v, from)) {
        const Reg d = copy_of(from - 1);
        a_.shr(gp(d), 64 - rest);
        define(limb, d);
        continue;
      }
      const Reg d = values_.take(v, from);
      if (has_lower) {
        const Reg lower = values_.load(v, from - 1);
        a_.shld(gp(d), gp(lower), rest);
        values_.drop(lower);
      } else if (rest != 0) {
        a_.shl(gp(d), rest);
      }
      define(limb, d);
    }
    for (unsigned limb = 0; limb < whole; ++limb)
      values_.define_zero(inst.result, limb);
    return;
  }
  Reg sign = kNoReg;
  if (inst.op == Op::ShrS && whole != 0 && !values_.is_zero(v, 3)) {
    sign = values_.fresh();
    move(sign, values_.where(v, 3));
    a_.sar(gp(sign), 63);
  }
  for (unsigned limb = 0; limb + whole < 4; ++limb) {
    const unsigned from = limb + whole;
    const bool has_upper = rest != 0 && from != 3 && !values_.is_zero(v, from + 1);
    if (values_.is_zero(v, from) && !has_upper) {
      values_.define_zero(inst.result, limb);
      continue;
    }
    if (values_.is_zero(v, from)) {
      const Reg d = copy_of(from + 1);
      a_.shl(gp(d), 64 - rest);
      define(limb, d);
      continue;
    }
    const Reg d = values_.take(v, from);
    if (has_upper) {
      const Reg upper = values_.load(v, from + 1);
      a_.shrd(gp(d), gp(upper), rest);
      values_.drop(upper);
    } else if (rest != 0 && inst.op == Op::ShrS && from == 3) {
      a_.sar(gp(d), rest);
    } else if (rest != 0) {
      a_.shr(gp(d), rest);
    }
    define(limb, d);
  }
  for (unsigned limb = 4 - whole; limb < 4; ++limb) {
    if (sign == kNoReg) {
      values_.define_zero(inst.result, limb);
      continue;
    }
    Reg fill = sign;
    if (limb != 3) {
      fill = values_.fresh();
      a_.mov(gp(fill), gp(sign));
    }
    define(limb, fill);
  }
}

void FunctionEmitter::emit_narrow_shift(const Inst& inst) {
  const auto args = f_->args(inst);
  const unsigned width = ir::bits(inst.type);
  if (const auto known = small_constant(args[0])) {
    const Reg d = values_.take(args[1], 0);
    const Gp to = gp(d, inst.type);
    const auto by = static_cast<uint32_t>(std::min<uint64_t>(*known, width - 1));
    if (inst.op == Op::ShrS)
      a_.sar(to, by);
    else if (*known >= width)
      a_.xor_(to, to);
    else if (inst.op == Op::Shl)
      a_.shl(to, by);
    else
      a_.shr(to, by);
    return values_.define(inst.result, 0, d);
  }
  const Reg count = values_.fresh(), zero = values_.fresh();
  const Reg d = values_.take(args[1], 0);
  const Gp to = gp(d, inst.type), by = gp(count, inst.type);
  move(count, values_.where(args[0], 0));
  if (inst.op == Op::ShrS) {
    a_.mov(gp(zero).r32(), width - 1);
    a_.cmp(gp(count), gp(zero));
    a_.cmova(gp(count), gp(zero));
    a_.sarx(to, to, by);
    return values_.define(inst.result, 0, d);
  }
  if (inst.op == Op::Shl)
    a_.shlx(to, to, by);
  else
    a_.shrx(to, to, by);
  a_.mov(gp(zero).r32(), 0);
  a_.cmp(gp(count), width);
  a_.cmovae(gp(d), gp(zero));
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::clamp(ValueId v, uint64_t most, Reg to, Reg temporary) {
  const bool may_be_wide =
      !values_.is_zero(v, 1) || !values_.is_zero(v, 2) || !values_.is_zero(v, 3);
  if (may_be_wide) {
    move(temporary, values_.where(v, 1));
    alu(x86::Inst::kIdOr, temporary, source(v, 2));
    alu(x86::Inst::kIdOr, temporary, source(v, 3));
  }
  move(to, values_.where(v, 0));
  a_.mov(gp(temporary).r32(), static_cast<uint32_t>(most));
  if (may_be_wide)
    a_.cmovnz(gp(to), gp(temporary));
  a_.cmp(gp(to), gp(temporary));
  a_.cmova(gp(to), gp(temporary));
}

// --- bytes and signs ---

void FunctionEmitter::emit_byte(const Inst& inst) {
  if (inst.type != Type::I256)
    return refuse(inst);
  const auto args = f_->args(inst);
  if (const auto n = small_constant(args[0]); n && *n < 32) {
    const auto from_lowest = static_cast<unsigned>(31 - *n);
    const Reg d = values_.take(args[1], from_lowest / 8);
    if (from_lowest % 8 != 0)
      a_.shr(gp(d), 8 * (from_lowest % 8));
    a_.movzx(gp(d).r32(), gp(d).r8());
    return define_number(inst, d);
  }
  // Byte 32 and all beyond stand in the word before, which is 0 there.
  const Reg t = values_.fresh(), d = values_.fresh();
  copy_word(args[1], scratch(kUpper));
  a_.mov(scratch(kLower, 3), 0);
  clamp(args[0], 32, d, t);
  a_.neg(gp(d));
  x86::Mem from = scratch(kUpper, 3);
  from.setSize(1);
  from.addOffset(7);
  from.setIndex(gp(d), 0);
  a_.movzx(gp(d).r32(), from);
  define_number(inst, d);
}

void FunctionEmitter::emit_sign_extension(const Inst& inst) {
  if (inst.type != Type::I256)
    return emit_narrow_sign_extension(inst);
  const auto args = f_->args(inst);
  if (const auto byte = small_constant(args[0]); byte && *byte < 31) {
    const auto top = static_cast<unsigned>(*byte / 8);
    const auto spare = static_cast<unsigned>(56 - 8 * (*byte % 8));
    const auto define = [&](unsigned limb, Reg r) { values_.define(inst.result, limb, r); };
    for (unsigned limb = 0; limb < top; ++limb)
      define(limb, values_.take(args[1], limb));
    const Reg d = values_.take(args[1], top);
    if (spare != 0) {
      a_.shl(gp(d), spare);
      a_.sar(gp(d), spare);
    }
    define(top, d);
    for (unsigned limb = top + 1; limb < 4; ++limb) {
      const Reg sign = values_.fresh();
      a_.mov(gp(sign), gp(d));
      a_.sar(gp(sign), 63);
      define(limb, sign);
    }
    return;
  }
  // To the highest byte and back with the sign.
  values_.claim(kRcx);
  const Reg t = values_.fresh();
  const Word d = fresh_word();
  clamp(args[0], 31, kRcx, t);
  a_.shl(x86::ecx, 3);
  a_.neg(x86::rcx);
  a_.add(x86::rcx, 248);
  copy_word(args[1], scratch(kUpper));
  for (unsigned limb = 0; limb < 4; ++limb)
    a_.mov(scratch(kLower, limb), 0);
  shift_window(Op::Shl, d, t);
  for (unsigned limb = 0; limb < 4; ++limb)
    a_.mov(scratch(kLower, limb), gp(d.limbs[limb]));
  a_.sar(gp(d.limbs[3]), 63);
  for (unsigned limb = 0; limb < 4; ++limb)
    a_.mov(scratch(kUpper, limb), gp(d.limbs[3]));
  shift_window(Op::ShrS, d, t);
  define_word(inst.result, d);
}

/// 256 for 0.
void FunctionEmitter::leading_zeros(ValueId v, Reg to, Reg temporary) {
  a_.mov(gp(to).r32(), 256);
  for (unsigned limb = 0; limb < 4; ++limb) {
    if (values_.is_zero(v, limb))
      continue;
    move(temporary, values_.where(v, limb));
    const Label empty = a_.newLabel();
    a_.test(gp(temporary), gp(temporary));
    a_.jz(empty);
    a_.lzcnt(gp(to), gp(temporary));
    if (limb != 3)
      a_.add(gp(to), 64 * (3 - limb));
    a_.bind(empty);
  }
}

void FunctionEmitter::emit_clz(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const Reg d = values_.fresh(), t = values_.fresh();
  if (inst.type == Type::I256) {
    leading_zeros(v, d, t);
    return define_number(inst, d);
  }
  move(t, values_.where(v, 0));
  a_.lzcnt(gp(d, inst.type), gp(t, inst.type));
  values_.define(inst.result, 0, d);
}

// --- conversions ---

void FunctionEmitter::emit_conversion(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const unsigned from = ir::bits(f_->type(v)), to = ir::bits(inst.type);
  if (inst.type == Type::I128 || f_->type(v) == Type::I128)
    return refuse(inst);
  const Reg d = values_.take(v, 0);
  values_.define(inst.result, 0, d);
  if (inst.op == Op::Zext)
    return values_.define_zeros(inst.result, 1);
  if (inst.op == Op::Trunc) {
    if (to == 32)
      a_.mov(gp(d).r32(), gp(d).r32());
    return;
  }
  if (from == 32)
    a_.movsxd(gp(d), gp(d).r32());
  if (to != 256)
    return;
  for (unsigned limb = 1; limb < 4; ++limb) {
    const Reg sign = values_.fresh();
    a_.mov(gp(sign), gp(d));
    a_.sar(gp(sign), 63);
    values_.define(inst.result, limb, sign);
  }
}

} // namespace zvm::backend::asmjit
