// One state test: its transactions, each on the same state in one fork, and whether what comes of
// them is what the file says.
#pragma once

#include <string>

#include "cli/conformance/json_view.hpp"
#include "cli/conformance/runner.hpp"
#include "runtime/state/memory_store.hpp"
#include "runtime/tracer.hpp"
#include "runtime/trie/state_root.hpp"

namespace zvm::cli {

/// What came of one case.
struct StateOutcome {
  runtime::TransactionResult result; ///< the refusal, or what has happened
  Bytes32 root;                      ///< of the state behind it
  std::string wrong;                 ///< what is not as the file says, in lines; empty: nothing
  std::string_view
      missing; ///< the precompile that this build lacks and the case came to; mostly empty
};

/// Sources that such tests are filled from have what is expected in other words, and are none.
[[nodiscard]] bool is_state_test(const JsonView& test);

/// All cases of one test, and one thread's memory for them. The test and the machine outlive it.
class StateTest {
 public:
  /// Throws Unreadable, as run() does.
  StateTest(Machine& machine, const JsonView& test);

  /// Runs one element of the test's post states of a fork. `tracer` may be null.
  void run(const std::string& fork, Revision revision, const JsonView& post,
           runtime::Tracer* tracer, StateOutcome& outcome);
  /// As the last case has left it.
  [[nodiscard]] runtime::StateStore& state() { return state_; }

 private:
  std::string run_transaction(runtime::Execution& x, const JsonView& post,
                              runtime::TransactionResult& result);
  std::string touch_coinbase(runtime::Execution& x);
  [[nodiscard]] std::string describe_state(const JsonView& post);
  [[nodiscard]] std::string check(const runtime::Execution& x, const JsonView& post,
                                  const StateOutcome& outcome);

  Machine& machine_;
  JsonView test_;
  runtime::MemoryStore pre_;
  runtime::OverlayStore state_;
  runtime::StateRoot roots_;
  /// The suites before EEST were filled with a block reward of nothing, which touches the coinbase
  /// even where the transaction is refused.
  bool pays_reward_;
};

} // namespace zvm::cli
