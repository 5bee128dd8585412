// The families of benchmarks; each registers its own with Google Benchmark.
#pragma once

#include "perf/cases.hpp"

namespace zvm::perf {

/// Whole messages: contracts/<suite>/<case>/<tier>.
void register_contracts();
/// One opcode each, from the EVM's table: micro/<opcode>/<width>/<tier>.
void register_micro();
/// Lowering of whole contracts: compile/<case>.
void register_compile();
/// The largest contracts, by the byte: large/<what>/<bytes>.
void register_large();
/// Contracts and modules made to cost a compiler much: bombs/<what>/<bytes>.
void register_bombs();
/// Decoding and validation of WebAssembly modules: compile/wasm_load/<module>; running kernels:
/// wasm/<kernel>/<tier>.
void register_wasm();
/// hashing/<function>/<bytes>.
void register_hashing();
/// precompiles/<name>/<items>, and …/bare: the library below.
void register_precompiles();
/// Accesses, calls and the empty message: state/<what>/<tier>.
void register_state();
/// The same for contracts of different VMs: vms/<what>/<vm>/<tier>.
void register_vms();
/// transfers/<holders>: tokens among few and many.
void register_transfers();

void register_all();

/// The cases of register_state.
[[nodiscard]] Suite make_state_cases();

/// Registers a case for the tiers; how often its subject is repeated in one message, where that is
/// known.
void register_case(const std::string& name, const Case& c, double repetitions = 0);

} // namespace zvm::perf
