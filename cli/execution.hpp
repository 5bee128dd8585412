// Running one program by itself: the options for it, and what came of it.
#pragma once

#include <memory>
#include <string>

#include "cli/program.hpp"
#include "cli/watch.hpp"
#include "zvm/zvm.hpp"

namespace zvm::cli {

struct ExecutionOptions {
  ProgramOptions program;
  std::string calldata;
  std::string value = "0"; ///< wei
  std::string gas = "30000000";
  std::string state_gas; ///< reservoir (EIP-8037); empty: none
  std::string sender = "0x00000000000000000000000000000000000a11ce";
  std::string address = "0x00000000000000000000000000000000000c0de0";
  std::string tier = "auto";
  std::string gas_schedule = "wasm-1"; ///< of WASM contracts
  std::string steps;                   ///< empty: no limit
  std::string timeout;                 ///< milliseconds; empty: none
  bool lowers_at_once = false;         ///< no code is too cold
  bool create = false;
  bool estimate = false;  ///< of the gas limit of a transaction that does the same
  bool debug_log = false; ///< show what WASM contracts say
  bool json = false;
  bool stats = false; ///< of the engine
  WatchOptions watch;

  void add_to(Verb& verb, bool with_vm, bool with_tier);
};

/// A program, deployed in a state of its own, and the message that runs it.
class Run {
 public:
  /// UsageError says which option or file is wrong.
  Run(const ExecutionOptions& options, Program program);

  /// Runs it; `tracer` may be null. The exit code.
  int execute(Tracer* tracer);
  /// What a transaction to the same end needs, on the state as it is. UsageError where the host
  /// fails.
  [[nodiscard]] GasEstimate estimate();

  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] Vm vm() const { return vm_; }
  [[nodiscard]] Revision revision() const { return revision_; }
  [[nodiscard]] Tier tier() const { return tier_; }
  [[nodiscard]] int64_t gas_limit() const { return message_.gas; }
  [[nodiscard]] int64_t state_gas_limit() const { return message_.state_gas; }
  /// Of both dimensions where there are two (EIP-8037).
  [[nodiscard]] int64_t gas_used() const {
    return message_.gas - result_.gas_left + message_.state_gas - result_.state_gas_left;
  }
  /// Of them execution gas, whichever of the two counters it was taken of.
  [[nodiscard]] int64_t regular_gas_used() const { return gas_used() - result_.state_gas_spent; }
  [[nodiscard]] bool has_state_gas() const;
  [[nodiscard]] Status status() const { return status_; }
  /// Why, where the status is the host's.
  [[nodiscard]] const HostFailure& failure() const { return failure_; }
  [[nodiscard]] const MessageResult& result() const { return result_; }
  [[nodiscard]] const Journal& journal() const { return machine_->journal(); }
  /// UsageError where the listings of --dump could not be written. Nothing runs after it.
  void finish_dump();
  [[nodiscard]] EngineStats stats() const { return machine_->engine().stats(); }
  /// What the program changed; nothing unless it succeeded.
  [[nodiscard]] const StateDiff& diff() const { return diff_; }
  /// The hashes it has deferred; none unless it succeeded.
  [[nodiscard]] const DeferredCommitments& deferred() const { return deferred_; }
  [[nodiscard]] bool creates() const { return is_create(message_.kind); }
  /// The code that a creation stored.
  [[nodiscard]] ByteView created_code();
  [[nodiscard]] Bytes32 state_root();

 private:
  void check_contract(const ExecutionOptions& options,
                      const engine::wasm::ContractRules& rules) const;
  void set_up(const ExecutionOptions& options);

  Program program_;
  std::vector<uint8_t> calldata_;
  Vm vm_ = Vm::Evm;
  Revision revision_ = kLatestRevision;
  Tier tier_ = Tier::Auto;
  NativeDump dump_;
  MemoryStore store_;
  std::unique_ptr<Machine> machine_;
  Message message_;
  MessageResult result_;
  Status status_ = Status::NotRun;
  HostFailure failure_;
  StateDiff diff_;
  DeferredCommitments deferred_;
};

} // namespace zvm::cli
