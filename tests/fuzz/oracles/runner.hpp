// Runner: scenarios on one tier. Engines and their memory are kept from one to the next.
#pragma once

#include <map>
#include <memory>

#include "engine/engine.hpp"
#include "runtime/state/memory_store.hpp"
#include "tests/fuzz/generators/scenario.hpp"
#include "tests/fuzz/oracles/outcome.hpp"

namespace zvm::fuzz {

class TroubledStore;
class HashingExtension;
class HashingRecorder;

class Runner {
 public:
  /// Auto compiles what has become hot, which is soon.
  explicit Runner(engine::Tier tier, unsigned compile_threads = 0);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner();

  /// Runs it over `store`, which stays as it is. The outcome is good until the next run.
  const Outcome& run(const Scenario& scenario, int64_t gas, runtime::StateStore& store);
  void set_tracer(runtime::Tracer* tracer);
  /// All code is seen for the first time again, and so cold.
  void forget_code();

 private:
  engine::Engine& engine(const Scenario& scenario);
  void begin_perturbed(const Scenario& scenario);
  Status execute(const Scenario& scenario, int64_t gas, runtime::StateStore& store);
  Status execute_message(const Scenario& scenario, int64_t gas, runtime::StateStore& store);
  Status execute_transaction(const Scenario& scenario, int64_t gas, runtime::StateStore& store);

  engine::Tier tier_;
  unsigned compile_threads_;
  uint64_t perturbation_ = 0;                  ///< of what was run last
  std::map<uint32_t, engine::Engine> engines_; ///< by revision and VMs
  std::unique_ptr<engine::Machine> machine_;
  std::unique_ptr<TroubledStore> store_;
  std::unique_ptr<HashingExtension> extension_;
  std::unique_ptr<HashingRecorder> recorder_;
  runtime::Tracer* tracer_ = nullptr;
  Outcome outcome_;
};

/// Of the message, or of the transaction with what it pays before one.
[[nodiscard]] int64_t gas_limit(const Scenario& scenario, int64_t gas);
/// What a scenario that is no transaction runs.
[[nodiscard]] runtime::Message message_of(const Scenario& scenario, int64_t gas);
/// The pre-state of a scenario.
void fill_store(const Scenario& scenario, runtime::MemoryStore& store);

} // namespace zvm::fuzz
