// Where in expanding memory an address is, as far as the function shows it: base value + constant.
#pragma once

#include "ir/function.hpp"

namespace zvm::ir {

/// No memory is as long as this many bytes: nobody could pay for it (2^63 gas buy less than 2^42).
inline constexpr int64_t kMemoryReach = int64_t{1} << 48;

/// The word `base` plus `offset`, modulo 2^256; base kNone: the constant alone.
struct Address {
  ValueId base = kNone;
  U256 offset;
  bool known = true; ///< false: nothing is known
};

/// An i256 offset, taken apart.
[[nodiscard]] inline Address split_offset(const Function& f, ValueId v) {
  if (f.is_constant(v))
    return {kNone, f.constant(v)};
  const Value& value = f.values[v];
  if (value.kind == ValueKind::Result) {
    const Inst& inst = f.insts[value.def];
    const bool adds = inst.op == Op::Add, subtracts = inst.op == Op::Sub;
    if ((adds || subtracts) && inst.type == Type::I256) {
      const auto args = f.args(inst);
      if (f.is_constant(args[1]) && !f.is_constant(args[0]))
        return {args[0], adds ? f.constant(args[1]) : -f.constant(args[1])};
    }
  }
  return {v, 0};
}

/// An i64 address, as the touches pass leaves them: a touch's result, that plus a constant, a
/// constant, or a truncated offset.
[[nodiscard]] inline Address address_of(const Function& f, ValueId v) {
  U256 delta;
  if (f.is_constant(v))
    return {kNone, f.constant(v)};
  for (unsigned depth = 0; depth < 2; ++depth) {
    if (f.values[v].kind != ValueKind::Result)
      break;
    const Inst& inst = f.insts[f.values[v].def];
    const auto args = f.args(inst);
    if (inst.op == Op::MemTouch || (inst.op == Op::Trunc && f.type(args[0]) == Type::I256)) {
      Address found = split_offset(f, args[0]);
      found.offset += delta;
      return found;
    }
    if (inst.op != Op::Add || !f.is_constant(args[1]))
      break;
    delta = f.constant(args[1]);
    v = args[0];
  }
  return {kNone, 0, false};
}

} // namespace zvm::ir
