// Instructions as the generator of modules sees them, by their rows in opcodes.def.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "tests/fuzz/generators/wasm/world.hpp"

namespace zvm::fuzz::wasm {

using frontend::wasm::Op;
using frontend::wasm::Operand;
using frontend::wasm::OpInfo;

/// Whether a NaN that it gives may be any: arithmetic, not what moves bits.
[[nodiscard]] bool gives_any_nan(const OpInfo& op);
/// Float to integer, trapping where it does not fit.
[[nodiscard]] bool truncates(const OpInfo& op);
[[nodiscard]] bool divides(const OpInfo& op);
/// What an operand must be at most so that the instruction mostly does not trap; 0: no matter.
[[nodiscard]] uint32_t bound(Op op, unsigned place);

/// Instructions whose results are one value, by type. An address is of either type.
struct Producers {
  std::array<std::vector<Op>, kTypeCount> of;
  std::vector<Op> all;

  explicit Producers(bool is_portable);
};

} // namespace zvm::fuzz::wasm
