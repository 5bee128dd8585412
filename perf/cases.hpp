// What is run: messages over a state, from the suites on disk and from code made here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/revision.hpp"
#include "runtime/message.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::perf {

inline constexpr Revision kRevision = Revision::Cancun;
inline constexpr int64_t kGas = 1'000'000'000;

/// One message over a state that it does not change for good.
struct Case {
  std::string name;
  std::shared_ptr<runtime::MemoryStore> state;
  std::shared_ptr<const std::vector<uint8_t>> input;
  runtime::BlockContext block;
  runtime::TxContext tx;
  runtime::Message message; ///< its input is `input`

  /// Code of the account that is called.
  [[nodiscard]] ByteView code() const;
};

/// A family of cases, or why it is not there.
struct Suite {
  std::string name;
  std::vector<Case> cases;
  std::string absent;
};

/// ipsilon/evm-benchmarks, JSON state tests in FOLDER/benchmarks/<group>: $ZVM_BENCHMARKS, else
/// ../peers/evm-benchmarks beside the project. Groups: main, micro.
[[nodiscard]] Suite read_evm_benchmarks(std::string_view group);

/// Chosen transactions of the scripted contracts (*.calls.json in $ZVM_CONTRACTS), each as the
/// message it is, over the state those before it have made.
[[nodiscard]] Suite read_scenarios();

/// The same accounts, code and slots again.
[[nodiscard]] std::shared_ptr<runtime::MemoryStore> copy_of(runtime::MemoryStore& state);

/// The ERC-20 token of docs/examples: a transfer and a look at a balance.
[[nodiscard]] Suite make_token();

/// A contract of this code, called with this input.
[[nodiscard]] Case make_case(std::string name, std::vector<uint8_t> code,
                             std::vector<uint8_t> input = {});

/// The account that make_case calls, and an account without code.
[[nodiscard]] Address contract_address();
[[nodiscard]] Address plain_address();

} // namespace zvm::perf
