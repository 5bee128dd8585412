// Compiling whole contracts and modules to machine code.
#pragma once

#include <benchmark/benchmark.h>

#include "base/types.hpp"
#include "engine/executor.hpp"

namespace zvm::perf {

[[nodiscard]] const engine::VmTables& evm_tables();

/// Of EVM code, all that a program of it reaches: seconds for each KB of that, bytes of machine code
/// for each byte of it, and whether it was refused.
void measure_native_code(benchmark::State& state, ByteView code);

/// Of a module of WebAssembly, all functions, metered as contracts are: the same for each byte of the
/// module.
void measure_native_module(benchmark::State& state, ByteView module);

} // namespace zvm::perf
