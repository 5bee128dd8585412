// Turn: one call of a machine, which runs one at a time.
#pragma once

#include "base/host_failure.hpp"
#include "engine/engine.hpp"

namespace zvm::engine {

/// Holds the machine while it lives, unless somebody else does: a hook has called the machine that
/// runs it, or two threads have one machine. That costs an exchange of one flag.
class Machine::Turn {
 public:
  explicit Turn(Machine& machine)
      : is_busy_(machine.is_busy_), holds_(!is_busy_.exchange(true, std::memory_order_acquire)) {
    if (holds_)
      clear_host_failure();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (holds_)
      is_busy_.store(false, std::memory_order_release);
  }

  /// Whether this is its turn.
  explicit operator bool() const { return holds_; }
  /// Refuses where it is not.
  [[nodiscard]] static Status refuse() { return host_failed(HostCause::MachineBusy); }
  /// Passes a status on, with its cause.
  [[nodiscard]] static Status end(Status status) {
    if (status != Status::Success)
      settle_host_failure(status);
    return status;
  }

 private:
  std::atomic<bool>& is_busy_;
  bool holds_;
};

/// What a turn with a transaction does.
[[nodiscard]] Status run_transaction(runtime::Execution& execution, runtime::StateStore& store,
                                     const runtime::Transaction& transaction,
                                     const runtime::TxOptions& options,
                                     runtime::TransactionResult& result);

} // namespace zvm::engine
