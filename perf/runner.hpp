// Our side: an engine, a machine of it, and running cases in it.
#pragma once

#include <memory>

#include "engine/engine.hpp"
#include "perf/cases.hpp"

namespace zvm::perf {

/// How a message ended, whoever ran it.
struct Outcome {
  int status = 0; ///< column evmc of base/status.def
  int64_t gas_left = 0;
  int64_t gas_refund = 0;
  std::vector<uint8_t> output;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
[[nodiscard]] std::string to_text(const Outcome&);

inline const int64_t kPromoteGas = engine::EngineOptions{}.promote_gas;

class Runner {
 public:
  explicit Runner(engine::Tier tier, Revision revision = kRevision, int64_t promote_gas = 0,
                  const engine::VmSet& vms = {.evm = true, .zvm = false});

  [[nodiscard]] engine::Machine& machine() { return *machine_; }
  /// Sets block and transaction, and makes the code warm: what the tier lowers is lowered.
  void prepare(const Case& c);
  /// One run of the case prepared last.
  void run(const Case& c) {
    if (machine_->execute(*c.state, c.message, /*commit=*/false, result_) != Status::Success)
      fail();
  }
  /// Of the last run.
  [[nodiscard]] Outcome outcome() const;
  [[nodiscard]] int64_t gas_used(const Case& c) const { return c.message.gas - result_.gas_left; }

 private:
  [[noreturn]] void fail() const;
  std::unique_ptr<engine::Machine> machine_;
  runtime::MessageResult result_;
};

} // namespace zvm::perf
