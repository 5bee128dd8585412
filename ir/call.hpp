// What calls between functions of modules pass.
#pragma once

#include "ir/function.hpp"

namespace zvm::ir {

/// Slots of 8 bytes that a value takes in a frame.
[[nodiscard]] constexpr uint32_t slots_of(Type type) { return type == Type::V128 ? 2 : 1; }

/// Operands of a call, but for the place in a table.
[[nodiscard]] inline std::span<const ValueId> arguments_of(const Function& f, const Inst& call) {
  const auto args = f.args(call);
  const bool is_indirect = call.op == Op::CallIndirect || call.op == Op::TailCallIndirect;
  return args.first(args.size() - (is_indirect ? 1 : 0));
}

} // namespace zvm::ir
