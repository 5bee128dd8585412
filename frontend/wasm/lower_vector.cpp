#include <array>
#include <cstring>

#include "base/vector.hpp"
#include "frontend/wasm/lowering.hpp"

namespace zvm::frontend::wasm {
namespace {

using ir::Type;
using ir::ValueId;

/// The vector operation of the same name, plus 1; 0 where there is none.
constexpr std::array<uint16_t, kOpCount> kVectorOf = [] {
  std::array<uint16_t, kOpCount> all{};
  for (size_t i = 0; i < kOpCount; ++i) {
    for (size_t v = 0; kOps[i].prefix == kVectorPrefix && v < kVectorOpCount; ++v) {
      if (kVectorInfo[v].text == kOps[i].text)
        all[i] = static_cast<uint16_t>(v + 1);
    }
  }
  return all;
}();

constexpr Type type_of_letter(char letter) {
  switch (letter) {
  case 'i':
    return Type::I32;
  case 'l':
    return Type::I64;
  case 'f':
    return Type::F32;
  case 'd':
    return Type::F64;
  default:
    return Type::V128;
  }
}

ValueId vector(FunctionLowering& l, VectorOp op, std::span<const ValueId> args, uint8_t lane = 0) {
  const Type type = type_of_letter(zvm::info(op).signature.back());
  return l.b.call(ir::Op::Vector, static_cast<uint64_t>(op) | uint64_t{lane} << 8, args,
                  {&type, 1});
}
ValueId vector(FunctionLowering& l, VectorOp op, std::initializer_list<ValueId> args,
               uint8_t lane = 0) {
  return vector(l, op, std::span{args.begin(), args.size()}, lane);
}

/// Loads and stores that are more than that.
void access(FunctionLowering& l, const Instruction& in) {
  const auto loaded = [&](Type type) { return l.load(in, type, false); };
  const ValueId zero = l.b.constant(Type::V128, U256{});
  const auto extend = [&](VectorOp op) {
    l.push(vector(l, op, {vector(l, VectorOp::I64x2ReplaceLane, {zero, loaded(Type::I64)})}));
  };
  const auto splat = [&](VectorOp op, Type type) { l.push(vector(l, op, {loaded(type)})); };
  const auto load_lane = [&](VectorOp op, Type type) {
    const ValueId before = l.pop();
    l.push(vector(l, op, {before, loaded(type)}, in.lane));
  };
  const auto store_lane = [&](VectorOp op, Type type) {
    const ValueId lane = vector(l, op, {l.pop()}, in.lane);
    l.store(in, type, lane);
  };
  switch (in.op) {
  case Op::V128Load8x8S:
    return extend(VectorOp::I16x8ExtendLowI8x16S);
  case Op::V128Load8x8U:
    return extend(VectorOp::I16x8ExtendLowI8x16U);
  case Op::V128Load16x4S:
    return extend(VectorOp::I32x4ExtendLowI16x8S);
  case Op::V128Load16x4U:
    return extend(VectorOp::I32x4ExtendLowI16x8U);
  case Op::V128Load32x2S:
    return extend(VectorOp::I64x2ExtendLowI32x4S);
  case Op::V128Load32x2U:
    return extend(VectorOp::I64x2ExtendLowI32x4U);
  case Op::V128Load8Splat:
    return splat(VectorOp::I8x16Splat, Type::I32);
  case Op::V128Load16Splat:
    return splat(VectorOp::I16x8Splat, Type::I32);
  case Op::V128Load32Splat:
    return splat(VectorOp::I32x4Splat, Type::I32);
  case Op::V128Load64Splat:
    return splat(VectorOp::I64x2Splat, Type::I64);
  case Op::V128Load32Zero:
    return l.push(vector(l, VectorOp::I32x4ReplaceLane, {zero, loaded(Type::I32)}));
  case Op::V128Load64Zero:
    return l.push(vector(l, VectorOp::I64x2ReplaceLane, {zero, loaded(Type::I64)}));
  case Op::V128Load8Lane:
    return load_lane(VectorOp::I8x16ReplaceLane, Type::I32);
  case Op::V128Load16Lane:
    return load_lane(VectorOp::I16x8ReplaceLane, Type::I32);
  case Op::V128Load32Lane:
    return load_lane(VectorOp::I32x4ReplaceLane, Type::I32);
  case Op::V128Load64Lane:
    return load_lane(VectorOp::I64x2ReplaceLane, Type::I64);
  case Op::V128Store8Lane:
    return store_lane(VectorOp::I8x16ExtractLaneU, Type::I32);
  case Op::V128Store16Lane:
    return store_lane(VectorOp::I16x8ExtractLaneU, Type::I32);
  case Op::V128Store32Lane:
    return store_lane(VectorOp::I32x4ExtractLane, Type::I32);
  default:
    return store_lane(VectorOp::I64x2ExtractLane, Type::I64);
  }
}

/// A constant, or a shuffle by one.
void immediate(FunctionLowering& l, const Instruction& in) {
  uint64_t halves[2];
  std::memcpy(halves, in.bytes.data(), sizeof halves);
  const ValueId value = l.b.constant(Type::V128, U256{halves[0], halves[1], 0, 0});
  if (in.op == Op::V128Const)
    return l.push(value);
  const ValueId second = l.pop(), first = l.pop();
  l.push(vector(l, VectorOp::I8x16Shuffle, {first, second, value}));
}

} // namespace

void lower_vector(FunctionLowering& l, const Instruction& in) {
  if (in.op == Op::V128Const || in.op == Op::I8x16Shuffle)
    return immediate(l, in);
  const uint16_t same_name = kVectorOf[static_cast<size_t>(in.op)];
  if (same_name == 0)
    return access(l, in);
  const auto op = static_cast<VectorOp>(same_name - 1);
  const size_t count = zvm::info(op).signature.find(':');
  // Instructions without a lane leave in it what another had.
  const ValueId v = vector(l, op, l.top(count), zvm::info(op).lanes != 0 ? in.lane : 0);
  l.drop(count);
  l.push(v);
}

} // namespace zvm::frontend::wasm
