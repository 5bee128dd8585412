#include "tests/fuzz/generators/wasm/numbers.hpp"

namespace zvm::fuzz::wasm {

using engine::wasm::Value;

uint64_t integer(Choices& c) {
  constexpr uint64_t kEdges[] = {0x7f,       0x80,       0xff,       0x7fff,     0x8000,
                                 0xffff,     0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
                                 1ULL << 62, 1ULL << 63, ~0ULL >> 1, 31,         63};
  switch (c.below(5)) {
  case 0:
    return c.pick(kEdges) + c.below(3) - 1;
  case 1:
    return c.number(8);
  case 2:
    return ~uint64_t{c.byte()};
  default:
    return c.below(20);
  }
}
uint32_t float_bits(Choices& c) {
  constexpr uint32_t kEdges[] = {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000,
                                 0xff800000, 0x7fc00000, 0x7fa00001, 0xffc12345, 1,
                                 0x00800000, 0x7f7fffff, 0x4f000000, 0xcf000000, 0x4f800000,
                                 0x5f000000, 0x3f000000, 0x40200000, 0x3effffff};
  return c.one_in(4) ? static_cast<uint32_t>(c.number(4)) : c.pick(kEdges);
}
uint64_t double_bits(Choices& c) {
  constexpr uint64_t kEdges[] = {
      0,
      0x8000000000000000,
      0x3ff0000000000000,
      0xbff0000000000000,
      0x7ff0000000000000,
      0xfff0000000000000,
      0x7ff8000000000000,
      0x7ff4000000000001,
      0xfff8123456789abc,
      1,
      0x0010000000000000,
      0x7fefffffffffffff,
      0x41dfffffffc00000,
      0x41e0000000000000,
      0xc1e0000000200000,
      0x43e0000000000000,
      0xc3e0000000000000,
      0x43f0000000000000,
      0x3fe0000000000000,
      0x4004000000000000,
      0x3fdfffffffffffff,
      0x47efffffe0000000,
      0x36a0000000000000,
  };
  return c.one_in(4) ? c.number(8) : c.pick(kEdges);
}
Value argument(Choices& c, ValType type) {
  switch (type) {
  case ValType::I64:
    return Value::i64(integer(c));
  case ValType::F32:
    return {engine::wasm::ValueType::F32, {float_bits(c), 0}};
  case ValType::F64:
    return {engine::wasm::ValueType::F64, {double_bits(c), 0}};
  case ValType::V128:
    return Value::v128(c.one_in(2) ? double_bits(c) : c.number(8), integer(c));
  case ValType::FuncRef:
    return Value::function(nullptr);
  case ValType::ExternRef:
    return Value::external(c.below(4));
  default:
    return Value::i32(static_cast<uint32_t>(integer(c)));
  }
}

} // namespace zvm::fuzz::wasm
