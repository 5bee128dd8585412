#include "tests/support/ir/pure_ops.hpp"

#include <array>
#include <utility>

#include "base/float.hpp"
#include "base/integer.hpp"
#include "base/vector.hpp"
#include "ir/evaluate.hpp"

namespace zvm::test {
namespace {

using ir::Inst;
using ir::Op;
using ir::Type;

template <typename T>
T from(const U256& v) {
  if constexpr (std::same_as<T, V128>)
    return std::bit_cast<V128>(std::array{v.limb(0), v.limb(1)});
  else if constexpr (sizeof(T) == 4)
    return std::bit_cast<T>(static_cast<uint32_t>(v.limb(0)));
  else
    return std::bit_cast<T>(v.limb(0));
}
template <typename T>
U256 to(T value) {
  if constexpr (std::same_as<T, V128>) {
    const auto words = std::bit_cast<std::array<uint64_t, 2>>(value);
    return U256{words[0], words[1], 0, 0};
  } else if constexpr (sizeof(T) == 4) {
    return U256{std::bit_cast<uint32_t>(value)};
  } else {
    return U256{std::bit_cast<uint64_t>(value)};
  }
}

// --- vectors ---

template <typename R, typename... Operands, size_t... kPlaces>
U256 apply_to(R (*function)(Operands...), std::span<const U256> in, uint8_t lane,
              std::index_sequence<kPlaces...>) {
  const auto operand = [&]<typename T>(std::type_identity<T>, size_t i) {
    if constexpr (std::same_as<T, uint8_t>)
      return lane;
    else
      return from<T>(in[i]);
  };
  return to(function(operand(std::type_identity<Operands>{}, kPlaces)...));
}
template <typename R, typename... Operands>
U256 apply_to(R (*function)(Operands...), std::span<const U256> in, uint8_t lane) {
  return apply_to(function, in, lane, std::index_sequence_for<Operands...>{});
}

U256 vector(uint64_t attribute, std::span<const U256> in) {
  const auto lane = static_cast<uint8_t>(attribute >> 8);
  switch (static_cast<VectorOp>(attribute & 0xff)) {
#define VECTOR(name, text, signature, function, doc)                                               \
  case VectorOp::name:                                                                             \
    return apply_to(apply<VectorOp::name>, in, lane);
#include "base/vector.def"
#undef VECTOR
  }
  return {};
}

// --- floats ---

template <typename F>
U256 float_op(Op op, std::span<const U256> in) {
  const F a = from<F>(in[0]), b = in.size() > 1 ? from<F>(in[1]) : F{};
  switch (op) {
  case Op::FAdd:
    return to(ieee::add(a, b));
  case Op::FSub:
    return to(ieee::sub(a, b));
  case Op::FMul:
    return to(ieee::mul(a, b));
  case Op::FDiv:
    return to(ieee::div(a, b));
  case Op::FMin:
    return to(ieee::min(a, b));
  case Op::FMax:
    return to(ieee::max(a, b));
  case Op::FCopySign:
    return to(ieee::copysign(a, b));
  case Op::FAbs:
    return to(ieee::abs(a));
  case Op::FNeg:
    return to(ieee::neg(a));
  case Op::FSqrt:
    return to(ieee::sqrt(a));
  case Op::FCeil:
    return to(ieee::ceil(a));
  case Op::FFloor:
    return to(ieee::floor(a));
  case Op::FTrunc:
    return to(ieee::trunc(a));
  case Op::FNearest:
    return to(ieee::nearest(a));
  case Op::FEq:
    return U256{a == b};
  case Op::FNe:
    return U256{a != b};
  case Op::FLt:
    return U256{a < b};
  default:
    return U256{a <= b};
  }
}

template <typename I, typename F>
Status truncate(const U256& in, U256& out) {
  I result = 0;
  switch (ieee::trunc_to(from<F>(in), result)) {
  case ieee::Truncation::InvalidConversion:
    return Status::InvalidConversion;
  case ieee::Truncation::IntegerOverflow:
    return Status::IntegerOverflow;
  case ieee::Truncation::Ok:
    break;
  }
  out = to(result);
  return Status::Success;
}
template <typename I>
Status to_int(Op op, Type source, const U256& in, U256& out) {
  const bool is_single = source == Type::F32;
  if (op == Op::ToIntSatU || op == Op::ToIntSatS) {
    out =
        to(is_single ? ieee::trunc_sat<I>(from<float>(in)) : ieee::trunc_sat<I>(from<double>(in)));
    return Status::Success;
  }
  return is_single ? truncate<I, float>(in, out) : truncate<I, double>(in, out);
}
template <typename F>
U256 from_int(Op op, Type source, const U256& in) {
  if (op == Op::FromIntS)
    return to(source == Type::I32 ? ieee::convert<F>(from<int32_t>(in))
                                  : ieee::convert<F>(from<int64_t>(in)));
  return to(source == Type::I32 ? ieee::convert<F>(from<uint32_t>(in))
                                : ieee::convert<F>(from<uint64_t>(in)));
}

// --- integers ---

template <typename T>
Status divide(Op op, T a, T b, U256& out) {
  const Status status =
      op == Op::TrapDivS ? integer::division_trap<true>(a, b) : integer::division_trap<false>(a, b);
  if (status != Status::Success)
    return status;
  out = to(op == Op::TrapDivU   ? integer::div_u(a, b)
           : op == Op::TrapDivS ? integer::div_s(a, b)
           : op == Op::TrapRemU ? integer::rem_u(a, b)
                                : integer::rem_s(a, b));
  return Status::Success;
}

void wide(Op op, std::span<const U256> in, std::span<U256> out) {
  using Wide = unsigned __int128;
  const auto pair = [&](size_t i) { return Wide{in[i].limb(0)} | Wide{in[i + 1].limb(0)} << 64; };
  const auto extended = [&](size_t i) {
    return static_cast<Wide>(static_cast<__int128>(static_cast<int64_t>(in[i].limb(0))));
  };
  const Wide result = op == Op::AddWide    ? pair(0) + pair(2)
                      : op == Op::SubWide  ? pair(0) - pair(2)
                      : op == Op::MulWideU ? Wide{in[0].limb(0)} * in[1].limb(0)
                                           : extended(0) * extended(1);
  out[0] = U256{static_cast<uint64_t>(result)};
  out[1] = U256{static_cast<uint64_t>(result >> 64)};
}

} // namespace

Status compute(const ir::Function& f, const Inst& inst, std::span<const U256> in,
               std::span<U256> out) {
  const Type source = in.empty() ? Type::None : f.type(f.args(inst)[0]);
  if (info(inst.op).has(ir::Computes)) {
    const auto at = [&](size_t i) { return i < in.size() ? in[i] : U256{}; };
    out[0] = ir::evaluate(inst.op, inst.type, source, at(0), at(1), at(2));
    return Status::Success;
  }
  switch (inst.op) {
  case Op::TrapDivU:
  case Op::TrapDivS:
  case Op::TrapRemU:
  case Op::TrapRemS:
    return inst.type == Type::I32
               ? divide(inst.op, from<uint32_t>(in[0]), from<uint32_t>(in[1]), out[0])
               : divide(inst.op, from<uint64_t>(in[0]), from<uint64_t>(in[1]), out[0]);
  case Op::AddWide:
  case Op::SubWide:
  case Op::MulWideU:
  case Op::MulWideS:
    wide(inst.op, in, out);
    return Status::Success;
  case Op::FConvert:
    out[0] = inst.type == Type::F64 ? to(ieee::promote(from<float>(in[0])))
                                    : to(ieee::demote(from<double>(in[0])));
    return Status::Success;
  case Op::FromIntU:
  case Op::FromIntS:
    out[0] = inst.type == Type::F32 ? from_int<float>(inst.op, source, in[0])
                                    : from_int<double>(inst.op, source, in[0]);
    return Status::Success;
  case Op::ToIntU:
  case Op::ToIntSatU:
    return inst.type == Type::I32 ? to_int<uint32_t>(inst.op, source, in[0], out[0])
                                  : to_int<uint64_t>(inst.op, source, in[0], out[0]);
  case Op::ToIntS:
  case Op::ToIntSatS:
    return inst.type == Type::I32 ? to_int<int32_t>(inst.op, source, in[0], out[0])
                                  : to_int<int64_t>(inst.op, source, in[0], out[0]);
  case Op::Bitcast:
    out[0] = in[0];
    return Status::Success;
  case Op::Vector:
    out[0] = vector(inst.attribute, in);
    return Status::Success;
  default:
    out[0] = source == Type::F32 ? float_op<float>(inst.op, in) : float_op<double>(inst.op, in);
    return Status::Success;
  }
}

} // namespace zvm::test
