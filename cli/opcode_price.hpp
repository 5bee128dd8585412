// What an instruction of the EVM asks for, whether or not it is there: traces show it where an
// instruction fails.
//
// The engine charges as it goes and stops at the first charge that cannot be paid, so it cannot say
// what the whole would have been. This works it out from operands, memory and what is warm, before
// the instruction runs. It decides nothing.
#pragma once

#include "zvm/zvm.hpp"

namespace zvm::cli {

struct OpcodePrice {
  int64_t gas = 0;
  bool is_whole = true; ///< false: the static price alone, since the rest cannot be told
};

/// Of the instruction at frame.pc with `gas` left: what it would take before it does anything, in
/// execution gas, without gas that a message gets and without state gas (EIP-8037). The rest is not
/// told where the static price cannot be paid, operands are missing, memory is beyond any gas, init
/// code is over the limit, a static call would change state, or SSTORE finds no more than its
/// sentry (EIP-2200); and of ZVM's instructions.
[[nodiscard]] OpcodePrice opcode_price(const Frame& frame, int64_t gas);

} // namespace zvm::cli
