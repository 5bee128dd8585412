// Why the host could not do what it was asked, behind a Status that is the host's (is_host). The rows are in host_cause.def.
//
// A thread has one: host_failure(), of the last function that answered so on it. Nothing is kept of it elsewhere, so look
// before the next call. It allocates nothing, since memory may be what was missing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "base/types.hpp"

namespace zvm {

enum class HostCause : uint8_t {
#define HOST_CAUSE(name, status, unit, text) name,
#include "base/host_cause.def"
#undef HOST_CAUSE
};

struct HostCauseInfo {
  std::string_view name;
  Status status;
  std::string_view unit;
  std::string_view text;
};

/// Its row; that of None for a number that is no cause.
[[nodiscard]] const HostCauseInfo& info(HostCause);
/// All rows, in the order of the enum.
[[nodiscard]] std::span<const HostCauseInfo> host_causes();
[[nodiscard]] inline std::string_view name(HostCause cause) { return info(cause).name; }

struct HostFailure {
  Status status = Status::Success;
  HostCause cause = HostCause::None; ///< None where the status says it all (Cancelled, Suspended …)
  uint64_t asked = 0;                ///< what was too much, in the unit of the cause; 0: not known
  uint64_t limit = 0;                ///< what it was too much for; 0: none
  bool has_account = false;
  Address account{};      ///< whose state the store was asked for
  int64_t store_code = 0; ///< the store's own (StateStore::last_error)

  /// What the store says of it, up to kMostText bytes.
  [[nodiscard]] std::string_view store_text() const { return {text_.data(), text_size_}; }
  void set_store_text(std::string_view text);
  static constexpr size_t kMostText = 200;

  /// One line: cause, its sentence, the numbers, the account, and what the store says. Without a cause the status and its
  /// sentence.
  [[nodiscard]] std::string message() const;

 private:
  std::array<char, kMostText> text_{};
  uint8_t text_size_ = 0;
};

/// Why the last function that answered with a status of the host on this thread did so. Good until the next call.
[[nodiscard]] const HostFailure& host_failure();

// What follows is for those who answer so.

/// The one place where HostError, Misuse and Busy are made: a single breakpoint sees them all. The status of the cause.
Status host_failed(HostCause cause, uint64_t asked = 0, uint64_t limit = 0);
/// Allocation, with the size that the heap has last refused.
Status out_of_memory();
/// The same unless what failed below has given its cause already.
Status out_of_memory_unless_known();
/// The failure noted last, for what host_failed cannot say of it.
[[nodiscard]] HostFailure& noted_failure();
/// Nothing has failed: at the beginning of an execution, and before a hook is asked.
void clear_host_failure();
/// At its end: without a cause of this status there is none.
void settle_host_failure(Status status);
/// What a hook of the embedder has answered, where it is not Success: a failure of the host for which it gave no cause has
/// this one; what is no Status is Misuse.
[[nodiscard]] Status hook_failed(Status answer, HostCause cause);

} // namespace zvm
