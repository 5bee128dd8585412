// What ops without effects compute that ir/evaluate.hpp leaves out: floats, vectors, halves of 128
// bits, division that traps.
#pragma once

#include <span>

#include "base/status.hpp"
#include "base/uint256.hpp"
#include "ir/function.hpp"

namespace zvm::test {

/// Values zero-extended from their types; a vector is the low 128 bits. The status is what the op
/// traps with.
[[nodiscard]] Status compute(const ir::Function& f, const ir::Inst& inst, std::span<const U256> in,
                             std::span<U256> out);

} // namespace zvm::test
