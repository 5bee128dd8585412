// Floats, as base/float.hpp computes them: a NaN that arithmetic makes is the canonical one. In its
// register an f32 has zeros above it.
#include <bit>

#include "backend/asmjit/emitter.hpp"
#include "base/float.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;

namespace {

namespace codes = ::asmjit::x86::Inst;
using Id = codes::Id;

/// The instruction at f32 and at f64.
struct Pair {
  Id single, twice;
  [[nodiscard]] Id at(Type type) const { return type == Type::F32 ? single : twice; }
};

constexpr uint64_t sign_bit(Type type) {
  return type == Type::F32 ? ieee::kSignBit<float> : ieee::kSignBit<double>;
}
constexpr uint64_t all_bits(Type type) { return type == Type::F32 ? UINT32_MAX : UINT64_MAX; }
uint64_t canonical_nan(Type type) {
  return type == Type::F32 ? std::bit_cast<uint32_t>(ieee::kCanonicalNan<float>)
                           : std::bit_cast<uint64_t>(ieee::kCanonicalNan<double>);
}
constexpr Pair kCompare = {codes::kIdVucomiss, codes::kIdVucomisd};
constexpr Pair kTruncate = {codes::kIdVcvttss2si, codes::kIdVcvttsd2si};

/// 2^63, and less by the sign bit: -2^63.
uint64_t two_to_63(Type type) {
  return type == Type::F32 ? std::bit_cast<uint32_t>(0x1p63F) : std::bit_cast<uint64_t>(0x1p63);
}

/// What takes a float for its value: which NaN it is does not matter.
bool takes_value(Op op) {
  return (op >= Op::FAdd && op <= Op::FMax) || (op >= Op::FSqrt && op <= Op::ToIntSatS);
}
static_assert(Op::FCopySign > Op::FMax && Op::FNeg < Op::FSqrt && Op::Bitcast > Op::ToIntSatS,
              "what handles bits is not among them");

} // namespace

bool FunctionEmitter::find_shown() {
  if (!shown_.try_resize(f_->values.size()))
    return false;
  for (const ir::BlockId b : layout(*f_)) {
    for (const ir::InstId i : body(*f_, b)) {
      const Inst& inst = f_->insts[i];
      if (!takes_value(inst.op)) {
        for (const ValueId v : f_->args(inst))
          shown_[v] = 1;
      }
    }
    for (const ir::Target& target : targets_of(*f_, b)) {
      for (const ValueId v : f_->values_of(target.args))
        shown_[v] = 1;
    }
  }
  return true;
}

/// NaNs are rare: the branch costs little.
void FunctionEmitter::canonize(const x86::Xmm& x, const Inst& inst) {
  if (shown_.empty() && !find_shown())
    refused_ = true;
  if (refused_ || shown_[inst.result] == 0)
    return;
  const Type type = inst.type;
  const Label nan = a_.newLabel(), back = a_.newLabel();
  a_.emit(kCompare.at(type), x, x);
  a_.jp(nan);
  a_.bind(back);
  const Cold cold{*this};
  a_.bind(nan);
  a_.vmovq(x, constant(canonical_nan(type)));
  a_.jmp(back);
}

void FunctionEmitter::emit_float_arithmetic(const Inst& inst) {
  const Pair id = inst.op == Op::FAdd   ? Pair{codes::kIdVaddss, codes::kIdVaddsd}
                  : inst.op == Op::FSub ? Pair{codes::kIdVsubss, codes::kIdVsubsd}
                  : inst.op == Op::FMul ? Pair{codes::kIdVmulss, codes::kIdVmulsd}
                                        : Pair{codes::kIdVdivss, codes::kIdVdivsd};
  const auto args = f_->args(inst);
  const Reg a = values_.load(args[0], 0);
  const Reg d = values_.fresh_vector();
  a_.emit(id.at(inst.type), xmm(d), xmm(a), vector_location(args[1]));
  canonize(xmm(d), inst);
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_float_extremum(const Inst& inst) {
  const bool is_min = inst.op == Op::FMin;
  const auto args = f_->args(inst);
  const x86::Xmm a = xmm(values_.load(args[0], 0)), b = xmm(values_.load(args[1], 0));
  const Reg d = values_.fresh_vector();
  const Pair id =
      is_min ? Pair{codes::kIdVminss, codes::kIdVminsd} : Pair{codes::kIdVmaxss, codes::kIdVmaxsd};
  const Label nan = a_.newLabel(), equal = a_.newLabel(), back = a_.newLabel();
  a_.emit(kCompare.at(inst.type), a, b);
  a_.jp(nan);
  a_.je(equal);
  a_.emit(id.at(inst.type), xmm(d), a, b);
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(nan);
    a_.vmovq(xmm(d), constant(canonical_nan(inst.type)));
    a_.jmp(back);
    a_.bind(equal); // but for the sign of 0
    if (is_min)
      a_.vorps(xmm(d), a, b);
    else
      a_.vandps(xmm(d), a, b);
    a_.jmp(back);
  }
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_float_sign(const Inst& inst) {
  const auto args = f_->args(inst);
  const uint64_t sign = sign_bit(inst.type), rest = all_bits(inst.type) ^ sign;
  const x86::Xmm a = xmm(values_.load(args[0], 0));
  if (inst.op == Op::FCopySign) {
    const x86::Xmm b = xmm(values_.load(args[1], 0));
    const Reg d = values_.fresh_vector();
    a_.vandps(x86::xmm0, b, constant(U256{sign}));
    a_.vandps(xmm(d), a, constant(U256{rest}));
    a_.vorps(xmm(d), xmm(d), x86::xmm0);
    return values_.define(inst.result, 0, d);
  }
  const Reg d = values_.fresh_vector();
  if (inst.op == Op::FAbs)
    a_.vandps(xmm(d), a, constant(U256{rest}));
  else
    a_.vxorps(xmm(d), a, constant(U256{sign}));
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_float_unary(const Inst& inst) {
  const x86::Xmm a = xmm(values_.load(f_->args(inst)[0], 0));
  const Reg d = values_.fresh_vector();
  if (inst.op == Op::FSqrt) {
    a_.emit(Pair{codes::kIdVsqrtss, codes::kIdVsqrtsd}.at(inst.type), xmm(d), a, a);
  } else {
    // As the instruction has them, without an exception for what is inexact.
    const uint32_t mode = inst.op == Op::FNearest ? 8
                          : inst.op == Op::FFloor ? 9
                          : inst.op == Op::FCeil  ? 10
                                                  : 11;
    a_.emit(Pair{codes::kIdVroundss, codes::kIdVroundsd}.at(inst.type), xmm(d), a, a,
            ::asmjit::Imm{mode});
  }
  canonize(xmm(d), inst);
  values_.define(inst.result, 0, d);
}

/// A condition that a NaN does not fulfil; not of FEq and FNe.
CondCode FunctionEmitter::compare_floats(const Inst& inst) {
  const auto args = f_->args(inst);
  const x86::Xmm b = xmm(values_.load(args[1], 0));
  a_.emit(kCompare.at(f_->type(args[0])), b, vector_location(args[0]));
  return inst.op == Op::FLt ? CondCode::kA : CondCode::kAE;
}

void FunctionEmitter::emit_float_comparison(const Inst& inst) {
  if (inst.op == Op::FLt || inst.op == Op::FLe)
    return emit_comparison(inst);
  const auto args = f_->args(inst);
  const Reg d = values_.fresh(), t = values_.fresh();
  const x86::Xmm a = xmm(values_.load(args[0], 0));
  const bool is_equal = inst.op == Op::FEq;
  a_.mov(gp(t).r32(), is_equal ? 0 : 1);
  a_.emit(kCompare.at(f_->type(args[0])), a, vector_location(args[1]));
  a_.set(is_equal ? CondCode::kE : CondCode::kNE, gp(d).r8());
  a_.movzx(gp(d).r32(), gp(d).r8());
  a_.cmovp(gp(d).r32(), gp(t).r32());
  values_.define(inst.result, 0, d);
}

// --- conversions ---

void FunctionEmitter::emit_float_width(const Inst& inst) {
  const x86::Xmm a = xmm(values_.load(f_->args(inst)[0], 0));
  const Reg d = values_.fresh_vector();
  a_.vxorps(xmm(d), xmm(d), xmm(d));
  if (inst.type == Type::F64)
    a_.vcvtss2sd(xmm(d), xmm(d), a);
  else
    a_.vcvtsd2ss(xmm(d), xmm(d), a);
  canonize(xmm(d), inst);
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_from_integer(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const bool is_64 = f_->type(v) == Type::I64, is_signed = inst.op == Op::FromIntS;
  const Pair id = {codes::kIdVcvtsi2ss, codes::kIdVcvtsi2sd};
  const Reg from = values_.load(v, 0);
  const Reg t = values_.fresh(), d = values_.fresh_vector();
  a_.vxorps(xmm(d), xmm(d), xmm(d));
  // What is unsigned and narrow is not negative as 64 bits.
  const bool is_wide = is_64 || !is_signed;
  if (!is_64 || is_signed) {
    a_.emit(id.at(inst.type), xmm(d), xmm(d), is_wide ? gp(from) : gp(from).r32());
    return values_.define(inst.result, 0, d);
  }
  const Label large = a_.newLabel(), back = a_.newLabel();
  a_.test(gp(from), gp(from));
  a_.js(large);
  a_.emit(id.at(inst.type), xmm(d), xmm(d), gp(from));
  a_.bind(back);
  {
    // Half of it, with the lowest bit kept so that it is rounded once.
    const Cold cold{*this};
    a_.bind(large);
    a_.mov(gp(t), gp(from));
    a_.shr(gp(t), 1);
    const Label even = a_.newLabel();
    a_.test(gp(from), 1);
    a_.jz(even);
    a_.or_(gp(t), 1);
    a_.bind(even);
    a_.emit(id.at(inst.type), xmm(d), xmm(d), gp(t));
    a_.emit(Pair{codes::kIdVaddss, codes::kIdVaddsd}.at(inst.type), xmm(d), xmm(d), xmm(d));
    a_.jmp(back);
  }
  values_.define(inst.result, 0, d);
}

/// The instruction answers MIN of 64 bits where there is no such integer; whatever does not fit is
/// looked at again.
void FunctionEmitter::emit_to_integer(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const Type from = f_->type(v);
  const bool is_signed = inst.op == Op::ToIntS || inst.op == Op::ToIntSatS;
  const bool saturates = inst.op == Op::ToIntSatU || inst.op == Op::ToIntSatS;
  const bool is_64 = inst.type == Type::I64;
  const x86::Xmm x = xmm(values_.load(v, 0));
  const Reg d = values_.fresh(), t = values_.fresh();
  const Label again = a_.newLabel(), back = a_.newLabel(), none = a_.newLabel();
  a_.emit(kTruncate.at(from), gp(d), x);
  if (is_64 && is_signed) {
    a_.cmp(gp(d), 1);
    a_.jo(again);
  } else if (is_64) {
    a_.test(gp(d), gp(d));
    a_.js(again);
  } else {
    if (is_signed)
      a_.movsxd(gp(t), gp(d).r32());
    else
      a_.mov(gp(t).r32(), gp(d).r32());
    a_.cmp(gp(t), gp(d));
    a_.jne(again);
    if (is_signed)
      a_.mov(gp(d).r32(), gp(d).r32());
  }
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(again);
    if (is_64 && is_signed) {
      a_.emit(kCompare.at(from), x, scalar(two_to_63(from) | sign_bit(from)));
      a_.jp(none);
      a_.je(back);
    } else if (is_64) {
      a_.emit(Pair{codes::kIdVsubss, codes::kIdVsubsd}.at(from), x86::xmm0, x,
              scalar(two_to_63(from)));
      a_.emit(kTruncate.at(from), gp(d), x86::xmm0);
      a_.test(gp(d), gp(d));
      a_.js(none);
      a_.btc(gp(d), 63);
      a_.jmp(back);
    }
    a_.bind(none);
    a_.emit(kCompare.at(from), x, x);
    if (!saturates) {
      trap_if(CondCode::kP, Status::InvalidConversion);
      a_.jmp(trap(Status::IntegerOverflow));
    } else {
      const uint64_t all = is_64 ? UINT64_MAX : UINT32_MAX;
      a_.mov(gp(d).r32(), 0);
      a_.jp(back);
      a_.vxorps(x86::xmm0, x86::xmm0, x86::xmm0);
      load_constant(gp(d), is_signed ? all / 2 + 1 : 0);
      a_.emit(kCompare.at(from), x, x86::xmm0);
      a_.jb(back);
      load_constant(gp(d), is_signed ? all / 2 : all);
      a_.jmp(back);
    }
  }
  values_.define(inst.result, 0, d);
}

// --- bits ---

void FunctionEmitter::emit_bitcast(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const Reg from = values_.load(v, 0);
  if (values_.is_vector(v) == values_.is_vector(inst.result)) {
    const bool vector = values_.is_vector(v);
    const Reg d = vector ? values_.fresh_vector() : values_.fresh();
    copy(values_.in_register(v, d), values_.in_register(v, from));
    return values_.define(inst.result, 0, d);
  }
  const bool to_vector = values_.is_vector(inst.result);
  const Reg d = to_vector ? values_.fresh_vector() : values_.fresh();
  if (to_vector)
    a_.vmovq(xmm(d), gp(from));
  else
    a_.vmovq(gp(d), xmm(from));
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_vector_select(const Inst& inst) {
  const auto args = f_->args(inst);
  const Reg d = values_.take(args[2], 0);
  const Reg b = values_.load(args[1], 0), flag = values_.load(args[0], 0);
  const Label other = a_.newLabel();
  a_.test(gp(flag).r32(), gp(flag).r32());
  a_.jz(other);
  a_.vmovaps(xmm(d), xmm(b));
  a_.bind(other);
  values_.define(inst.result, 0, d);
}

} // namespace zvm::backend::asmjit
