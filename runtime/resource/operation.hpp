// What all operations on registers have in common.
#pragma once

#include <algorithm>

#include "runtime/execution.hpp"
#include "runtime/resource/records.hpp"

namespace zvm::runtime {

/// The account that runs, as registers and capabilities know it.
[[nodiscard]] inline const Address& running_account(const Frame& frame) {
  return frame.account->address;
}
[[nodiscard]] inline bool is_running(const Frame& frame, ByteView address) {
  return std::ranges::equal(running_account(frame).bytes, address);
}

/// Does what `operation` says; where that fails the state is as it was.
template <typename Operation>
[[nodiscard]] Answer whole_or_nothing(Frame& frame, const Operation& operation) {
  Journal& journal = frame.execution->journal;
  const Journal::Checkpoint before = journal.checkpoint();
  const Answer answer = operation();
  if (answer.status != Status::Success)
    journal.revert_to(before);
  return answer;
}

/// The same for what changes registers.
template <typename Operation>
[[nodiscard]] Answer change(Frame& frame, const Operation& operation) {
  if (frame.message.is_static)
    return Status::StaticViolation;
  return whole_or_nothing(frame, operation);
}

} // namespace zvm::runtime
