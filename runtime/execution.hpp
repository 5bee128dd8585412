// Execution: everything one transaction (or one stand-alone message) runs with. One thread uses it; its
// memory is kept from one transaction to the next.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "gas/schedule.hpp"
#include "runtime/dao_context.hpp"
#include "runtime/host.hpp"
#include "runtime/message.hpp"
#include "runtime/native_counts.hpp"
#include "runtime/state/journal.hpp"
#include "runtime/workspace.hpp"

namespace zvm::runtime {

class Executor;
class PrecompileSet;
class Tracer;

/// Operations of a chain that are no part of the VMs (host.ext).
class HostExtension {
 public:
  virtual ~HostExtension() = default;
  /// As HostTable::ext; a number it does not know is InvalidOpcode.
  [[nodiscard]] virtual Status run(Frame&, uint32_t number, std::span<const U256> operands,
                                   U256& result) = 0;
};

/// Limits of the host. Exceeding one is no outcome of the contract's, but HostError (steps: StepLimit).
struct Limits {
  /// Bytes of guest memory, all frames together; counted apart, as much of linear memory.
  uint64_t memory = uint64_t{1} << 32;
  uint64_t steps = UINT64_MAX; ///< instructions; counted in step form only
};

struct Execution {
  StateStore* store = nullptr;
  Journal journal;
  BlockContext block;
  TxContext tx;
  const gas::Schedule* evm = nullptr;
  const gas::Schedule* zvm = nullptr;
  const PrecompileSet* precompiles = nullptr;
  /// In ascending order; warm from the start of each transaction (EIP-2929).
  std::span<const Address> precompile_addresses;

  Executor* executor = nullptr;
  const HostTable* host = nullptr;
  /// Gas that code burns in step form before it is lowered; INT64_MAX: never.
  int64_t promote_at = INT64_MAX;
  Workspace workspace;
  /// Words of block and tx by ContextField.
  U256 context_words[kContextFields];

  Limits limits;
  uint64_t steps_left = UINT64_MAX; ///< of limits.steps, in this transaction
  /// Of limits.memory for linear memories, in bytes.
  uint64_t linear_memory_left = UINT64_MAX;
  uint64_t deadline = 0;                  ///< nanoseconds of the steady clock; 0: none
  std::atomic<bool> cancelled{false};     ///< set by cancel()
  std::atomic<Context*> running{nullptr}; ///< whose floor cancel() raises

  NativeCounts native;
  Tracer* tracer = nullptr;
  StateRecorder* recorder = nullptr;
  HostExtension* extension = nullptr;
  DaoContext dao;

  /// Name of the first precompile that was called with gas enough and whose mathematics are not there;
  /// empty where there was none. The caller of the engine clears it.
  std::string_view missing_precompile;

  /// Gives a transaction, or a message that stands for one, its whole limits.
  void refill();
  /// Writes context_words from block and tx.
  void fill_context_words();
};

/// Ends what the execution runs now, or will run, as Cancelled. Any thread may call it.
void cancel(Execution& execution);

} // namespace zvm::runtime
