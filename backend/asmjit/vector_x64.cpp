// Operations on V128 that are a few instructions: most of them rows of a table.
#include <array>
#include <bit>

#include "backend/asmjit/emitter.hpp"
#include "base/float.hpp"
#include "base/vector.hpp"

namespace zvm::backend::asmjit {

using ir::Type;
namespace codes = ::asmjit::x86::Inst;
using Id = codes::Id;

namespace {

enum class Form : uint8_t {
  Call,
  Binary,     ///< a, b
  Swapped,    ///< b, a
  NotBinary,  ///< the complement
  NotSwapped, ///< the complement
  Same,       ///< whether the outcome, by lane, is a; `second` compares
  NotSame,
  Unary,
  Upper,      ///< of the upper half
  FromZero,   ///< 0, a
  Complement, ///< all bits, a
  Arithmetic, ///< of floats: NaNs become canonical
  Root,       ///< the same of one
  Round,      ///< the same, as `number` says
  Compare,    ///< of floats, by the predicate `number`
  Shift,      ///< by a count modulo `number`
  Splat,      ///< of an integer
  Lane,       ///< extraction and replacement
  Test,       ///< an integer of all lanes
  Shuffle,    ///< lanes by number
};

struct Row {
  VectorOp op;
  Form form;
  Id id{}, second{};
  uint8_t number = 0;
};

#define LANES(B, W, D, FORM, NAME)                                                                 \
  {VectorOp::I8x16##NAME, Form::FORM, codes::kIdVp##B},                                            \
      {VectorOp::I16x8##NAME, Form::FORM, codes::kIdVp##W},                                        \
      {VectorOp::I32x4##NAME, Form::FORM, codes::kIdVp##D},
#define FLOATS(FORM, NAME, CODE, NUMBER)                                                           \
  {VectorOp::F32x4##NAME, Form::FORM, codes::kIdV##CODE##ps, {}, NUMBER},                          \
      {VectorOp::F64x2##NAME, Form::FORM, codes::kIdV##CODE##pd, {}, NUMBER},
#define UNSIGNED(FORM, NAME, CODE)                                                                 \
  {VectorOp::I8x16##NAME, Form::FORM, codes::kIdVp##CODE##ub, codes::kIdVpcmpeqb},                 \
      {VectorOp::I16x8##NAME, Form::FORM, codes::kIdVp##CODE##uw, codes::kIdVpcmpeqw},             \
      {VectorOp::I32x4##NAME, Form::FORM, codes::kIdVp##CODE##ud, codes::kIdVpcmpeqd},
#define EXTENDED(TO, FROM, SUFFIX)                                                                 \
  {VectorOp::TO##ExtendLow##FROM##S, Form::Unary, codes::kIdVpmovsx##SUFFIX},                      \
      {VectorOp::TO##ExtendLow##FROM##U, Form::Unary, codes::kIdVpmovzx##SUFFIX},                  \
      {VectorOp::TO##ExtendHigh##FROM##S, Form::Upper, codes::kIdVpmovsx##SUFFIX},                 \
      {VectorOp::TO##ExtendHigh##FROM##U, Form::Upper, codes::kIdVpmovzx##SUFFIX},

constexpr Row kRows[] = {
    // Bits.
    {VectorOp::V128And, Form::Binary, codes::kIdVpand},
    {VectorOp::V128Or, Form::Binary, codes::kIdVpor},
    {VectorOp::V128Xor, Form::Binary, codes::kIdVpxor},
    {VectorOp::V128Andnot, Form::Swapped, codes::kIdVpandn},
    {VectorOp::V128Not, Form::Complement, codes::kIdVpxor},
    // Integers by lane.
    LANES(addb, addw, addd, Binary, Add) LANES(subb, subw, subd, Binary, Sub)
        LANES(minsb, minsw, minsd, Binary, MinS) LANES(minub, minuw, minud, Binary, MinU)
            LANES(maxsb, maxsw, maxsd, Binary, MaxS) LANES(maxub, maxuw, maxud, Binary, MaxU)
                LANES(absb, absw, absd, Unary, Abs) LANES(subb, subw, subd, FromZero, Neg) LANES(
                    cmpeqb, cmpeqw, cmpeqd, Binary, Eq) LANES(cmpeqb, cmpeqw, cmpeqd, NotBinary, Ne)
                    LANES(cmpgtb, cmpgtw, cmpgtd, Binary, GtS)
                        LANES(cmpgtb, cmpgtw, cmpgtd, Swapped, LtS)
                            LANES(cmpgtb, cmpgtw, cmpgtd, NotBinary, LeS)
                                LANES(cmpgtb, cmpgtw, cmpgtd, NotSwapped, GeS)
                                    UNSIGNED(Same, LeU, min) UNSIGNED(NotSame, GtU, min)
                                        UNSIGNED(Same, GeU, max) UNSIGNED(NotSame, LtU, max){
                                            VectorOp::I64x2Add, Form::Binary, codes::kIdVpaddq},
    {VectorOp::I64x2Sub, Form::Binary, codes::kIdVpsubq},
    {VectorOp::I64x2Neg, Form::FromZero, codes::kIdVpsubq},
    {VectorOp::I64x2Eq, Form::Binary, codes::kIdVpcmpeqq},
    {VectorOp::I64x2Ne, Form::NotBinary, codes::kIdVpcmpeqq},
    {VectorOp::I64x2GtS, Form::Binary, codes::kIdVpcmpgtq},
    {VectorOp::I64x2LtS, Form::Swapped, codes::kIdVpcmpgtq},
    {VectorOp::I64x2LeS, Form::NotBinary, codes::kIdVpcmpgtq},
    {VectorOp::I64x2GeS, Form::NotSwapped, codes::kIdVpcmpgtq},
    {VectorOp::I16x8Mul, Form::Binary, codes::kIdVpmullw},
    {VectorOp::I32x4Mul, Form::Binary, codes::kIdVpmulld},
    {VectorOp::I32x4DotI16x8S, Form::Binary, codes::kIdVpmaddwd},
    {VectorOp::I8x16AddSatS, Form::Binary, codes::kIdVpaddsb},
    {VectorOp::I8x16AddSatU, Form::Binary, codes::kIdVpaddusb},
    {VectorOp::I8x16SubSatS, Form::Binary, codes::kIdVpsubsb},
    {VectorOp::I8x16SubSatU, Form::Binary, codes::kIdVpsubusb},
    {VectorOp::I16x8AddSatS, Form::Binary, codes::kIdVpaddsw},
    {VectorOp::I16x8AddSatU, Form::Binary, codes::kIdVpaddusw},
    {VectorOp::I16x8SubSatS, Form::Binary, codes::kIdVpsubsw},
    {VectorOp::I16x8SubSatU, Form::Binary, codes::kIdVpsubusw},
    {VectorOp::I8x16AvgrU, Form::Binary, codes::kIdVpavgb},
    {VectorOp::I16x8AvgrU, Form::Binary, codes::kIdVpavgw},
    {VectorOp::I8x16NarrowI16x8S, Form::Binary, codes::kIdVpacksswb},
    {VectorOp::I8x16NarrowI16x8U, Form::Binary, codes::kIdVpackuswb},
    {VectorOp::I16x8NarrowI32x4S, Form::Binary, codes::kIdVpackssdw},
    {VectorOp::I16x8NarrowI32x4U, Form::Binary, codes::kIdVpackusdw},
    EXTENDED(I16x8, I8x16, bw) EXTENDED(I32x4, I16x8, wd)
        EXTENDED(I64x2, I32x4, dq){VectorOp::I16x8Shl, Form::Shift, codes::kIdVpsllw, {}, 16},
    {VectorOp::I16x8ShrS, Form::Shift, codes::kIdVpsraw, {}, 16},
    {VectorOp::I16x8ShrU, Form::Shift, codes::kIdVpsrlw, {}, 16},
    {VectorOp::I32x4Shl, Form::Shift, codes::kIdVpslld, {}, 32},
    {VectorOp::I32x4ShrS, Form::Shift, codes::kIdVpsrad, {}, 32},
    {VectorOp::I32x4ShrU, Form::Shift, codes::kIdVpsrld, {}, 32},
    {VectorOp::I64x2Shl, Form::Shift, codes::kIdVpsllq, {}, 64},
    {VectorOp::I64x2ShrU, Form::Shift, codes::kIdVpsrlq, {}, 64},
    // Floats by lane.
    FLOATS(Arithmetic, Add, add, 0) FLOATS(Arithmetic, Sub, sub, 0) FLOATS(Arithmetic, Mul, mul, 0)
        FLOATS(Arithmetic, Div, div, 0) FLOATS(Root, Sqrt, sqrt, 0) FLOATS(Round, Nearest, round, 8)
            FLOATS(Round, Floor, round, 9) FLOATS(Round, Ceil, round, 10)
                FLOATS(Round, Trunc, round, 11) FLOATS(Compare, Eq, cmp, 0)
                    FLOATS(Compare, Ne, cmp, 4) FLOATS(Compare, Lt, cmp, 1)
                        FLOATS(Compare, Le, cmp, 2) FLOATS(Compare, Gt, cmp, 30)
                            FLOATS(Compare, Ge, cmp, 29){VectorOp::F32x4ConvertI32x4S, Form::Unary,
                                                         codes::kIdVcvtdq2ps},
    {VectorOp::F64x2ConvertLowI32x4S, Form::Unary, codes::kIdVcvtdq2pd},
    // The smaller of two, as b where b < a, is what the machine does with its operands exchanged.
    FLOATS(Swapped, Pmin, min, 0) FLOATS(Swapped, Pmax, max, 0)
    // Lanes.
    {VectorOp::I8x16Splat, Form::Splat, codes::kIdVpbroadcastb},
    {VectorOp::I16x8Splat, Form::Splat, codes::kIdVpbroadcastw},
    {VectorOp::I32x4Splat, Form::Splat, codes::kIdVpbroadcastd},
    {VectorOp::I64x2Splat, Form::Splat, codes::kIdVpbroadcastq},
    {VectorOp::F32x4Splat, Form::Unary, codes::kIdVbroadcastss},
    {VectorOp::F64x2Splat, Form::Unary, codes::kIdVmovddup},
    {VectorOp::I8x16ExtractLaneS, Form::Lane, codes::kIdVpextrb},
    {VectorOp::I8x16ExtractLaneU, Form::Lane, codes::kIdVpextrb},
    {VectorOp::I16x8ExtractLaneS, Form::Lane, codes::kIdVpextrw},
    {VectorOp::I16x8ExtractLaneU, Form::Lane, codes::kIdVpextrw},
    {VectorOp::I32x4ExtractLane, Form::Lane, codes::kIdVpextrd},
    {VectorOp::I64x2ExtractLane, Form::Lane, codes::kIdVpextrq},
    {VectorOp::F32x4ExtractLane, Form::Lane},
    {VectorOp::F64x2ExtractLane, Form::Lane},
    {VectorOp::I8x16ReplaceLane, Form::Lane, codes::kIdVpinsrb},
    {VectorOp::I16x8ReplaceLane, Form::Lane, codes::kIdVpinsrw},
    {VectorOp::I32x4ReplaceLane, Form::Lane, codes::kIdVpinsrd},
    {VectorOp::I64x2ReplaceLane, Form::Lane, codes::kIdVpinsrq},
    {VectorOp::F32x4ReplaceLane, Form::Lane},
    {VectorOp::F64x2ReplaceLane, Form::Lane},
    // All of them.
    {VectorOp::V128AnyTrue, Form::Test},
    {VectorOp::I8x16AllTrue, Form::Test, codes::kIdVpcmpeqb},
    {VectorOp::I16x8AllTrue, Form::Test, codes::kIdVpcmpeqw},
    {VectorOp::I32x4AllTrue, Form::Test, codes::kIdVpcmpeqd},
    {VectorOp::I64x2AllTrue, Form::Test, codes::kIdVpcmpeqq},
    {VectorOp::I8x16Bitmask, Form::Test, {}, codes::kIdVpmovmskb},
    {VectorOp::I32x4Bitmask, Form::Test, {}, codes::kIdVmovmskps},
    {VectorOp::I64x2Bitmask, Form::Test, {}, codes::kIdVmovmskpd},
    {VectorOp::I8x16Shuffle, Form::Shuffle},
    {VectorOp::I8x16Swizzle, Form::Shuffle},
    {VectorOp::V128Bitselect, Form::Shuffle},
};
#undef LANES
#undef FLOATS
#undef UNSIGNED
#undef EXTENDED

constexpr std::array<Row, kVectorOpCount> kByOp = [] {
  std::array<Row, kVectorOpCount> all{};
  for (const Row& row : kRows)
    all[static_cast<size_t>(row.op)] = row;
  return all;
}();

const Row& row_of(const ir::Inst& inst) { return kByOp[inst.attribute & 0xff]; }
uint32_t lane_of(const ir::Inst& inst) { return static_cast<uint32_t>(inst.attribute >> 8); }

Type lane_type(VectorOp op) {
  return zvm::info(op).text.starts_with("f32") ? Type::F32 : Type::F64;
}

} // namespace

void FunctionEmitter::canonize_lanes(const x86::Xmm& x, Type type) {
  const Label nan = a_.newLabel(), back = a_.newLabel();
  const bool is_single = type == Type::F32;
  constexpr uint32_t kUnordered = 3;
  if (is_single)
    a_.vcmpps(x86::xmm0, x, x, kUnordered);
  else
    a_.vcmppd(x86::xmm0, x, x, kUnordered);
  a_.vptest(x86::xmm0, x86::xmm0);
  a_.jnz(nan);
  a_.bind(back);
  const Cold cold{*this};
  const uint64_t bits = is_single ? std::bit_cast<uint32_t>(ieee::kCanonicalNan<float>)
                                  : std::bit_cast<uint64_t>(ieee::kCanonicalNan<double>);
  const uint64_t both = is_single ? bits | bits << 32 : bits;
  a_.bind(nan);
  if (is_single)
    a_.vblendvps(x, x, constant(U256{both, both, 0, 0}), x86::xmm0);
  else
    a_.vblendvpd(x, x, constant(U256{both, both, 0, 0}), x86::xmm0);
  a_.jmp(back);
}

void FunctionEmitter::emit_vector(const Inst& inst) {
  switch (row_of(inst).form) {
  case Form::Call:
    return call_vector(inst);
  case Form::Lane:
    return emit_vector_lane(inst);
  case Form::Test:
    return emit_vector_test(inst);
  case Form::Shuffle:
    return emit_vector_shuffle(inst);
  default:
    return emit_vector_lanes(inst);
  }
}

void FunctionEmitter::emit_vector_lanes(const Inst& inst) {
  const Row& row = row_of(inst);
  const auto args = f_->args(inst);
  const Reg first = values_.load(args[0], 0);
  const Reg other = args.size() == 1 ? kNoReg : values_.load(args[1], 0);
  const Reg t = row.form == Form::Shift ? values_.fresh() : kNoReg;
  const Reg result = values_.fresh_vector();
  const x86::Xmm d = xmm(result);
  const auto a = [&] { return xmm(first); };
  const auto b = [&] { return xmm(other); };
  const auto complement = [&] {
    a_.vpcmpeqd(x86::xmm0, x86::xmm0, x86::xmm0);
    a_.vpxor(d, d, x86::xmm0);
  };
  const bool is_swapped = row.form == Form::Swapped || row.form == Form::NotSwapped;
  switch (row.form) {
  case Form::Unary:
    a_.emit(row.id, d, a());
    break;
  case Form::Upper:
    a_.vpsrldq(x86::xmm0, a(), 8);
    a_.emit(row.id, d, x86::xmm0);
    break;
  case Form::FromZero:
    a_.vpxor(x86::xmm0, x86::xmm0, x86::xmm0);
    a_.emit(row.id, d, x86::xmm0, a());
    break;
  case Form::Complement:
    a_.vpcmpeqd(x86::xmm0, x86::xmm0, x86::xmm0);
    a_.emit(row.id, d, a(), x86::xmm0);
    break;
  case Form::Root:
    a_.emit(row.id, d, a());
    canonize_lanes(d, lane_type(row.op));
    break;
  case Form::Round:
    a_.emit(row.id, d, a(), ::asmjit::Imm{row.number});
    canonize_lanes(d, lane_type(row.op));
    break;
  case Form::Compare:
    a_.emit(row.id, d, a(), b(), ::asmjit::Imm{row.number});
    break;
  case Form::Shift:
    a_.mov(gp(t).r32(), gp(other).r32());
    a_.and_(gp(t).r32(), row.number - 1);
    a_.vmovd(x86::xmm0, gp(t).r32());
    a_.emit(row.id, d, a(), x86::xmm0);
    break;
  case Form::Splat:
    a_.vmovq(x86::xmm0, gp(first));
    a_.emit(row.id, d, x86::xmm0);
    break;
  default:
    if (is_swapped)
      a_.emit(row.id, d, b(), a());
    else
      a_.emit(row.id, d, a(), b());
    if (row.form == Form::Same || row.form == Form::NotSame)
      a_.emit(row.second, d, d, a());
    if (row.form == Form::Arithmetic)
      canonize_lanes(d, lane_type(row.op));
    if (row.form == Form::NotBinary || row.form == Form::NotSwapped || row.form == Form::NotSame)
      complement();
    break;
  }
  values_.define(inst.result, 0, result);
}

void FunctionEmitter::emit_vector_lane(const Inst& inst) {
  const Row& row = row_of(inst);
  const auto args = f_->args(inst);
  const uint32_t lane = lane_of(inst);
  const ::asmjit::Imm number{lane};
  const x86::Xmm a = xmm(values_.load(args[0], 0));
  if (args.size() == 1 && !values_.is_vector(inst.result)) {
    const Reg r = values_.fresh();
    const bool is_wide = row.op == VectorOp::I64x2ExtractLane;
    a_.emit(row.id, is_wide ? gp(r) : gp(r).r32(), a, number);
    if (row.op == VectorOp::I8x16ExtractLaneS)
      a_.movsx(gp(r).r32(), gp(r).r8());
    if (row.op == VectorOp::I16x8ExtractLaneS)
      a_.movsx(gp(r).r32(), gp(r).r16());
    return values_.define(inst.result, 0, r);
  }
  const Reg other = args.size() == 1 ? kNoReg : values_.load(args[1], 0);
  const Reg result = values_.fresh_vector();
  const x86::Xmm d = xmm(result);
  switch (row.op) {
  case VectorOp::F32x4ExtractLane:
    a_.vinsertps(d, a, a, lane << 6 | 0xe); // zeros above it
    break;
  case VectorOp::F64x2ExtractLane:
    a_.vpsrldq(d, a, 8 * lane);
    break;
  case VectorOp::F32x4ReplaceLane:
    a_.vinsertps(d, a, xmm(other), lane << 4);
    break;
  case VectorOp::F64x2ReplaceLane:
    if (lane == 0)
      a_.vmovsd(d, a, xmm(other));
    else
      a_.vunpcklpd(d, a, xmm(other));
    break;
  default: {
    const bool is_wide = row.op == VectorOp::I64x2ReplaceLane;
    a_.emit(row.id, d, a, is_wide ? gp(other) : gp(other).r32(), number);
    break;
  }
  }
  values_.define(inst.result, 0, result);
}

void FunctionEmitter::emit_vector_test(const Inst& inst) {
  const Row& row = row_of(inst);
  const x86::Xmm a = xmm(values_.load(f_->args(inst)[0], 0));
  const Reg d = values_.fresh();
  if (row.second != Id{}) {
    a_.emit(row.second, gp(d).r32(), a);
    return values_.define(inst.result, 0, d);
  }
  const bool is_any = row.op == VectorOp::V128AnyTrue;
  if (is_any) {
    a_.vptest(a, a);
  } else {
    // Which lanes are 0.
    a_.vpxor(x86::xmm0, x86::xmm0, x86::xmm0);
    a_.emit(row.id, x86::xmm0, x86::xmm0, a);
    a_.vptest(x86::xmm0, x86::xmm0);
  }
  a_.set(is_any ? CondCode::kNZ : CondCode::kZ, gp(d).r8());
  a_.movzx(gp(d).r32(), gp(d).r8());
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_vector_shuffle(const Inst& inst) {
  const Row& row = row_of(inst);
  const auto args = f_->args(inst);
  const x86::Xmm a = xmm(values_.load(args[0], 0)), b = xmm(values_.load(args[1], 0));
  const auto filled = [&](uint8_t byte) {
    const uint64_t all = 0x0101010101010101 * byte;
    return constant(U256{all, all, 0, 0});
  };
  if (row.op == VectorOp::I8x16Swizzle) {
    // What is beyond the lanes gets its highest bit, for which there is a 0.
    const Reg d = values_.fresh_vector();
    a_.vpaddusb(x86::xmm0, b, filled(0x70));
    a_.vpshufb(xmm(d), a, x86::xmm0);
    return values_.define(inst.result, 0, d);
  }
  if (row.op == VectorOp::V128Bitselect) {
    const x86::Xmm c = xmm(values_.load(args[2], 0));
    const Reg d = values_.fresh_vector();
    a_.vpand(x86::xmm0, a, c);
    a_.vpandn(xmm(d), c, b);
    a_.vpor(xmm(d), xmm(d), x86::xmm0);
    return values_.define(inst.result, 0, d);
  }
  if (!f_->is_constant(args[2]))
    return call_vector(inst);
  const U256& lanes = f_->constant(args[2]);
  std::array<uint64_t, 2> of_a{}, of_b{};
  for (unsigned i = 0; i < 16; ++i) {
    const uint64_t lane = lanes.limb(i / 8) >> (8 * (i % 8)) & 0xff;
    of_a[i / 8] |= (lane < 16 ? lane : 0x80) << (8 * (i % 8));
    of_b[i / 8] |= (lane < 16 ? 0x80 : lane - 16) << (8 * (i % 8));
  }
  const Reg d = values_.fresh_vector();
  a_.vpshufb(x86::xmm0, a, constant(U256{of_a[0], of_a[1], 0, 0}));
  a_.vpshufb(xmm(d), b, constant(U256{of_b[0], of_b[1], 0, 0}));
  a_.vpor(xmm(d), xmm(d), x86::xmm0);
  values_.define(inst.result, 0, d);
}

} // namespace zvm::backend::asmjit
