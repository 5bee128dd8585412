// Coverage: what a set of executions has reached, opcode by opcode and outcome by outcome.
#pragma once

#include <array>
#include <bitset>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "gas/schedule.hpp"
#include "runtime/tracer.hpp"

namespace zvm::fuzz {

/// Watches one execution after the other; Status::Success of an opcode means that it was done.
class Coverage final : public runtime::Tracer {
 public:
  void begin_execution();
  /// `host`: what the machine answered.
  void end_execution(Status host);

  void step(const runtime::Frame& frame, int64_t gas) override;
  void enter(const runtime::Message& message) override;
  void exit(const runtime::Message& message, const runtime::MessageEnd& end) override;

  /// What is missing of a VM: a line for each opcode that was never done, never ran out of gas,
  /// never lacked its operands, as far as it can; and for each outcome that was never seen.
  [[nodiscard]] std::vector<std::string> missing(Vm vm) const;
  /// Every opcode with how often it was met, and its outcomes.
  [[nodiscard]] std::string table(Vm vm) const;
  /// Executions, how many of them ran 16 instructions or more, and outcomes of messages.
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] uint64_t executions() const { return executions_; }
  [[nodiscard]] double long_share() const;

 private:
  static constexpr unsigned kStatuses = std::size(kStatusInfo);
  static constexpr uint64_t kLong = 16;
  struct Opcode {
    uint64_t count = 0;
    std::bitset<kStatuses> outcomes;
  };
  struct Running {
    Opcode* last = nullptr; ///< whose outcome is not known yet
    bool is_call = false;
  };

  void note(Status status) { ++statuses_[static_cast<size_t>(status)]; }

  std::array<std::array<Opcode, 256>, 2> opcodes_; ///< by VM
  std::array<uint64_t, kStatuses> statuses_{};
  std::vector<Running> running_;
  uint64_t executions_ = 0, long_executions_ = 0, steps_ = 0, all_steps_ = 0;
};

} // namespace zvm::fuzz
