// Outcome: everything a chain can see of one execution, as a value that can be compared and
// printed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "tests/fuzz/generators/code_writer.hpp"

namespace zvm::fuzz {

struct Outcome {
  Status host = Status::Success; ///< what the machine answered
  Status status = Status::Success;
  int64_t gas_left = 0;       ///< of a transaction the gas used
  int64_t state_gas_left = 0; ///< of a transaction what it takes of the block's room
  int64_t state_gas_spent = 0;
  int64_t refund = 0;
  Address created{};
  Buffer output;
  engine::LogList logs;
  runtime::StateDiff diff;
  /// Accounts and slots in the order in which they were come by, with what is warm.
  uint64_t accesses = 0;
  /// Uses of the host extension, one after the other.
  uint64_t extension_calls = 0;
  /// Root of the hashes that were deferred.
  Bytes32 deferred{};

  /// Only the host's answer counts where it is one; what it left must then be nothing.
  friend bool operator==(const Outcome&, const Outcome&);
};

/// By address and key: the order in which accounts and slots were met is in `accesses`.
void sort(runtime::StateDiff& diff);
/// One line for each difference.
[[nodiscard]] std::vector<std::string> differences(const Outcome& expected, const Outcome& actual);
[[nodiscard]] std::string describe(const Outcome& outcome);

} // namespace zvm::fuzz
