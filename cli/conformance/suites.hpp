// The suites of zvm conformance.
#pragma once

#include <span>

#include "cli/conformance/suite.hpp"

namespace zvm::cli {

[[nodiscard]] std::span<const Suite> suites();

/// State tests (EEST, ethereum/tests, legacytests) and VMTests. A case is (test, fork, index), or
/// one program.
[[nodiscard]] RunFile state_tests(const ConformanceOptions&);

/// Blockchain tests (EEST, ethereum/tests): a case is one test with all its blocks. Proof of work
/// is not checked.
[[nodiscard]] RunFile block_tests(const ConformanceOptions&);

/// Scripted transactions of compiled contracts (*.calls.json). A case is (scenario, fork, step).
[[nodiscard]] RunFile contract_tests(const ConformanceOptions&);

/// Hash vectors: JSON lists, one function a file. A case is one vector, or the constants of one
/// instance of Poseidon. No transactor runs anything.
[[nodiscard]] RunFile hash_tests(const ConformanceOptions&);

/// Calls of precompiles, each checked for success, output and gas. A case is one call, on all forks
/// that it names.
[[nodiscard]] RunFile precompile_tests(const ConformanceOptions&);

/// The WebAssembly test suite, converted to JSON and modules as wasm-tools json-from-wast and
/// wast2json do it. A case is one command; those about the text format are passed over. What needs
/// a feature that is not supported is skipped with the feature's name.
[[nodiscard]] RunFile wast_tests(const ConformanceOptions&);

/// Runs of WebAssembly functions, each checked for its result and the sub-units of gas it took.
[[nodiscard]] RunFile wasm_gas_tests(const ConformanceOptions&);

} // namespace zvm::cli
