// A small world for tests of what goes wrong: contracts of both VMs that do a bit of everything, a
// transaction that sets them going, and what came of it as one text.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::test {

inline constexpr int64_t kPlentyOfGas = int64_t{1} << 60;

/// An engine for both VMs; code is lowered at once unless the tier is step, and compiled once it has
/// burnt as much again.
[[nodiscard]] engine::Engine fault_engine(engine::Tier tier, int64_t promote_gas = 0,
                                          Revision revision = kLatestRevision,
                                          unsigned compile_threads = 0);
/// Throws where memory runs out.
[[nodiscard]] std::unique_ptr<engine::Machine> fault_machine(const engine::Engine& engine);

/// The bytes of an assembler text, EVM unless it says otherwise. Throws where it is wrong.
[[nodiscard]] std::vector<uint8_t> assembled(std::string_view text);

[[nodiscard]] Address address_of(uint64_t number);
/// Throws where memory runs out.
void put_code(runtime::MemoryStore& store, const Address& address,
              const std::vector<uint8_t>& code);

/// The whole state, sorted.
[[nodiscard]] std::string dump(runtime::StateStore& store);

/// A transaction that touches everything: value, storage in many slots, transient storage, logs,
/// memory, calls between the VMs, one of which reverts, creations, precompiled contracts.
class RichScenario {
 public:
  RichScenario();
  /// Fills an empty store.
  void fill(runtime::MemoryStore& store) const;
  /// Runs and commits it.
  [[nodiscard]] Status run(engine::Machine& machine, runtime::StateStore& store,
                           runtime::TransactionResult& result) const;
  /// Everything the run shows, but the state: outcome, gas, output, logs.
  [[nodiscard]] static std::string describe(const engine::Machine& machine,
                                            const runtime::TransactionResult& result);

 private:
  std::vector<uint8_t> main_, evm_, zvm_, reverting_;
};

/// Runs it on a thread with that much stack and waits for its end.
void run_on_stack(size_t bytes, const std::function<void()>& body);
inline constexpr size_t kSmallStack = 256 << 10;

} // namespace zvm::test
