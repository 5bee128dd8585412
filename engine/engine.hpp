// Engine: VMs, code cache and tiers, shared by any number of threads; Machine: what one thread executes
// with.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>

#include "engine/cache_stats.hpp"
#include "engine/code_format.hpp"
#include "engine/options.hpp"
#include "engine/requests.hpp"
#include "runtime/block/execute.hpp"
#include "runtime/execution.hpp"
#include "runtime/precompiles/precompiles.hpp"
#include "runtime/tx/execute.hpp"

namespace zvm::engine {

class Machine;

/// A handle that can be copied; all copies are the same engine, and one that was moved from still is it. Thread-safe.
class Engine {
 public:
  Engine(const Engine&) = default;
  Engine& operator=(const Engine&) = default;
  ~Engine() = default;

  /// Refuses revisions that are not supported, a set of no VMs, and by name every field that has no value of its enum, or
  /// one out of its range (BadArgument, UnknownName).
  [[nodiscard]] static Result<Engine> create(const VmConfig& config = {},
                                             const EngineOptions& options = {});

  [[nodiscard]] const VmConfig& config() const;
  [[nodiscard]] const EngineOptions& options() const;
  /// Of a number that is no VM, the ZVM's.
  [[nodiscard]] const gas::Schedule& schedule(Vm vm) const;
  /// The VM that stored bytes are for; InvalidCode names a broken or foreign container.
  [[nodiscard]] CodeFormat detect(ByteView bytes) const;
  [[nodiscard]] EngineStats stats() const;
  /// In bytes, with lowered code. Takes effect at once.
  void set_code_cache_limit(uint64_t bytes);
  /// Makes ready what running this stored code will need: its module and, unless the tier is step, the
  /// lowered form of all that can be reached from its entry without a jump to a computed place. Executions
  /// need not wait for it. InvalidCode for what cannot be run; otherwise as host_failure() says.
  [[nodiscard]] Status warm_up(ByteView code);
  /// The same of several, whose hashes are computed together; ends at the first that fails.
  [[nodiscard]] Status warm_up_many(std::span<const ByteView> codes);
  /// The bytes as they are to be stored so that detect() finds this VM in them: the code itself, or, where
  /// it does not show, a container around it. Refused where the VM is not there, is none, or the code is too long.
  [[nodiscard]] Result<std::vector<uint8_t>> stored_form(Vm vm, ByteView code) const;

 private:
  friend class Machine;
  struct Shared;
  Engine() = default;
  std::shared_ptr<Shared> shared_;
};

/// Memory and context to execute with, for one thread at a time. Keep it: a warm machine allocates nothing.
///
/// Functions that return Status: Success, and `result` is what happened, failures of contracts included;
/// or an outcome of the host's (is_host), and nothing of it stands, neither in the store nor elsewhere: `result` has that
/// status and nothing more, and host_failure() says why.
/// After Suspended (a store answered Pending) the same call is made again once the read has arrived.
/// Misuse: an argument is not allowed. Busy: the machine is running, and its own hook or a second thread has called it;
/// what it runs goes on as if that had not been.
class Machine {
 public:
  /// Null where memory ran out.
  [[nodiscard]] static std::unique_ptr<Machine> create(Engine engine);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine() { disconnect(); }

  [[nodiscard]] const Engine& engine() const { return engine_; }
  /// Goes over to another engine (another revision, say); block, limits and hooks stay. Success or Busy.
  [[nodiscard]] Status use(Engine engine);

  // What executions run with. Set between them; it stays until it is set again.

  [[nodiscard]] runtime::BlockContext& block() { return execution_.block; }
  /// What messages outside of transactions see of one; transactions set it themselves.
  [[nodiscard]] runtime::TxContext& transaction_context() { return execution_.tx; }
  /// The decision behind the executions, absent unless set; host functions of modules see it.
  [[nodiscard]] runtime::DaoContext& dao_context() { return execution_.dao; }
  [[nodiscard]] runtime::Limits& limits() { return execution_.limits; }
  /// Each may be null. They must outlive the executions. A tracer means step form.
  void set_tracer(runtime::Tracer* tracer) { execution_.tracer = tracer; }
  void set_recorder(runtime::StateRecorder* recorder) { execution_.recorder = recorder; }
  void set_extension(runtime::HostExtension* extension) { execution_.extension = extension; }
  /// Executions still running then end as DeadlineExceeded, some milliseconds late at worst.
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline);
  /// Any thread may call it: what runs now, or is run later, ends as Cancelled until clear_cancel.
  void cancel() { runtime::cancel(execution_); }
  void clear_cancel() { execution_.cancelled.store(false); }

  // Executions.

  [[nodiscard]] Status execute_transaction(runtime::StateStore& store,
                                           const runtime::Transaction& transaction,
                                           const runtime::TxOptions& options,
                                           runtime::TransactionResult& result);
  /// One transaction after the other over one store, each on what those before it have committed. With
  /// checks.block_gas on, the block's gas and blob gas are theirs together. `results` has a place for each (else Misuse).
  [[nodiscard]] BatchOutcome execute_batch(runtime::StateStore& store,
                                           std::span<const runtime::Transaction> transactions,
                                           const runtime::TxOptions& options,
                                           std::span<BatchResult> results);
  /// A whole block: refused by the rule it breaks, or run. Of block() the chain id and the hashes of blocks are taken,
  /// all else from the header; the revision and the blob schedule are the engine's. journal() is empty afterwards.
  [[nodiscard]] Status execute_block(runtime::StateStore& store,
                                     const runtime::BlockRequest& request,
                                     const runtime::BlockOptions& options,
                                     runtime::BlockResult& result);
  [[nodiscard]] Status call(runtime::StateStore& store, const CallRequest& request,
                            runtime::TransactionResult& result);
  /// The new contract's address is result.created.
  [[nodiscard]] Status deploy(runtime::StateStore& store, const DeployRequest& request,
                              runtime::TransactionResult& result);
  /// The least gas limit that will do, looked for up to transaction.gas_limit, by running the transaction some times; nothing
  /// is committed. Of both dimensions together, where there are two (EIP-8037). Contracts that look at their gas may fail
  /// with more of it all the same. A tracer sees all runs, journal() is that of the last.
  [[nodiscard]] Status estimate_gas(runtime::StateStore& store,
                                    const runtime::Transaction& transaction,
                                    const runtime::TxChecks& checks, GasEstimate& estimate);
  /// One message alone, without a transaction's rules, gas and fees. `commit` applies the changes of one
  /// that succeeds to the store. A sender that has not the value ends it as InsufficientBalance, with all gas left; what a
  /// transaction would warm is warm; for creates the recipient is the new address. Misuse where depth, gas, kind … are not
  /// those of a message from outside.
  [[nodiscard]] Status execute(runtime::StateStore& store, const runtime::Message& message,
                               bool commit, runtime::MessageResult& result);

  /// The state as the last execution left it, with its logs and refund, until the next one begins.
  [[nodiscard]] const runtime::Journal& journal() const { return execution_.journal; }
  /// Hashes what the last execution's contracts have deferred; for messages, as transactions have it in their
  /// result. False, and `out` is empty, where memory ran out or the machine is busy.
  [[nodiscard]] bool commit_deferred(runtime::DeferredCommitments& out);
  /// Everything, for callers that run the steps of a transaction themselves.
  [[nodiscard]] runtime::Execution& execution() { return execution_; }

 private:
  class Turn;
  explicit Machine(Engine engine) : engine_(std::move(engine)) { connect(); }
  void connect();
  void disconnect();

  Engine engine_; ///< which reads what the execution counts
  runtime::Execution execution_;
  runtime::StateDiff changes_; ///< of a message that commits
  std::atomic<bool> is_busy_{false};
};

} // namespace zvm::engine
