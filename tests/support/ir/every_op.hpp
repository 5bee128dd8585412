// Functions made from the table of ops, so that no op is forgotten by a test.
#pragma once

#include "ir/function.hpp"

namespace zvm::test {

/// A function around one op, correct in every rule of the IR: a block with parameters of the
/// operands' types, the op with a valid attribute, targets and a frame state where it takes them.
/// `variant` changes type, attribute, number of operands, and which operands are constants.
[[nodiscard]] ir::Function function_with(ir::Op op, unsigned variant);

/// Variants that differ from one another; further ones repeat them.
inline constexpr unsigned kVariants = 12;

} // namespace zvm::test
