// What the pure integer ops compute, on constants.
#pragma once

#include "base/uint256.hpp"
#include "ir/opcodes.hpp"
#include "ir/type.hpp"

namespace zvm::ir {

/// The low bits of a value that a type holds.
[[nodiscard]] U256 cut(Type type, const U256& value);
/// A value of a type as a signed 256-bit number.
[[nodiscard]] U256 sign_extended(Type type, const U256& value);

/// The result of an op that Computes on values zero-extended from their types. `type` is the
/// instruction's T, `source` the type of operand a (for conversions).
[[nodiscard]] U256 evaluate(Op op, Type type, Type source, const U256& a, const U256& b = {},
                            const U256& c = {});

} // namespace zvm::ir
