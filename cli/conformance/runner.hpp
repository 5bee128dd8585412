// Conformance suites: public test files run against the engine. The engine is reached through Machine, so
// the suites know no tier and no frontend.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/revision.hpp"
#include "engine/wasm/module.hpp"
#include "runtime/execution.hpp"
#include "runtime/tx/execute.hpp"

namespace zvm::cli {

/// What runs a suite's transactions, with a tier of its own. One for each thread.
class Machine {
 public:
  virtual ~Machine() = default;
  /// An execution with schedules and precompiles in place; the block is the suite's to set.
  virtual runtime::Execution& prepare(Revision) = 0;
  /// Of the revision last prepared. Success: `result` is what happened, and the store has it.
  [[nodiscard]] virtual Status execute_transaction(runtime::StateStore&,
                                                   const runtime::Transaction&,
                                                   runtime::TransactionResult& result) = 0;
  /// One message without a transaction's rules; its changes go to the store if it succeeds.
  [[nodiscard]] virtual Status execute(runtime::StateStore&, const runtime::Message&,
                                       runtime::MessageResult& result) = 0;
};
using MachineFactory = std::function<std::unique_ptr<Machine>()>;

struct ConformanceOptions {
  std::vector<std::filesystem::path> paths; ///< files or folders
  std::optional<Revision> fork;             ///< only this one
  bool json = false;                        ///< one JSON object a line
  bool full = false;                        ///< the slow cases too
  engine::wasm::ModuleOptions modules{};    ///< how modules of WebAssembly run
  std::filesystem::path slow_list;          ///< names of slow cases, one a line; may be absent
  uint32_t sample = 1; ///< of `sample_of` files, by hash of the name, run this many
  uint32_t sample_of = 1;
  unsigned threads = 1;
  bool progress = false; ///< to stderr
};

/// Reads "N/M" into options; false where it is none.
[[nodiscard]] bool parse_sample(const std::string& text, ConformanceOptions& options);

enum class Verdict : uint8_t { Passed, Failed, Skipped };

struct CaseReport {
  Verdict verdict = Verdict::Passed;
  std::string name;
  std::string detail; ///< failed: what was expected and what came; skipped: the precompile
};

/// What came of one file.
struct FileReport {
  uint64_t passed = 0;
  uint64_t left_out = 0;           ///< slow cases, by name
  uint64_t passed_over = 0;        ///< commands that the suite does not check
  std::vector<CaseReport> notable; ///< all that did not pass

  void add(CaseReport report) {
    if (report.verdict == Verdict::Passed) {
      ++passed;
    } else {
      notable.push_back(std::move(report));
    }
  }
};

struct Totals {
  uint64_t passed = 0;
  uint64_t failed = 0;
  uint64_t skipped = 0;
  uint64_t left_out = 0;
  uint64_t passed_over = 0;
  std::map<std::string, uint64_t> skip_reasons;
};

/// State tests (EEST, ethereum/tests, legacytests) and VMTests. A case is (test, fork, index), or one
/// program. Prints failures and, last, the totals line. Throws std::runtime_error for a path that does
/// not exist.
Totals run_state_tests(const ConformanceOptions&, const MachineFactory&, std::ostream& out);

/// Scripted transactions of compiled contracts (*.calls.json). A case is (scenario, fork, step).
Totals run_contract_tests(const ConformanceOptions&, const MachineFactory&, std::ostream& out);

/// Hash vectors: JSON lists, one function a file. A case is one vector, or the constants of one instance of
/// Poseidon. No machine runs anything.
Totals run_hash_tests(const ConformanceOptions&, const MachineFactory&, std::ostream& out);

/// Calls of precompiles, each checked for success, output and gas. A case is one call, on all forks that it
/// names.
Totals run_precompile_tests(const ConformanceOptions&, const MachineFactory&, std::ostream& out);

/// The WebAssembly test suite, converted to JSON and modules as wasm-tools json-from-wast and wast2json do it. A case is
/// one command; those about the text format are passed over. The folder tells the version of the specification; what
/// needs a feature that is not supported is skipped with the feature's name.
Totals run_wast_tests(const ConformanceOptions&, const MachineFactory&, std::ostream& out);

/// Runs of WebAssembly functions, each checked for its result and the sub-units of gas it took.
Totals run_wasm_gas_tests(const ConformanceOptions&, const MachineFactory&, std::ostream& out);

} // namespace zvm::cli
