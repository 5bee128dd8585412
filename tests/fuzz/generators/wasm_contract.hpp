// WASM contracts that do little but ask the host: slots, the byte column, registers, messages,
// creations, events. The instructions between are wasm_program.hpp's business.
#pragma once

#include "tests/fuzz/generators/program.hpp"

namespace zvm::fuzz {

/// A module of the ABI zvm-wasm-1, always valid. Of the options `is_deep` means nothing.
[[nodiscard]] Bytes make_wasm_contract(Choices& c, const Surroundings& world,
                                       const ProgramOptions& options);

} // namespace zvm::fuzz
