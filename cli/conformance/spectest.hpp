// The module `spectest`, which the scripts of the WebAssembly test suite import from.
#pragma once

#include "engine/wasm/store.hpp"

namespace zvm::cli {

/// As the reference interpreter of the specification has it; what is printed goes nowhere.
void add_spectest(engine::wasm::Store& store, engine::wasm::Linker& linker);

} // namespace zvm::cli
