// A module that is a contract of the ABI `zvm-wasm-1`: its rules, checked when it is deployed, and
// its entry points.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "engine/wasm/contract/abi.hpp"
#include "engine/wasm/contract/rules.hpp"
#include "engine/wasm/module.hpp"

namespace zvm::engine::wasm {

class ContractRun;

/// Thread-safe. Messages run in instances that are kept and used again.
class Contract {
 public:
  /// Refuses what Module::load refuses under the contract profile, which is the profile whatever
  /// the options say, and InvalidModule where a rule of the ABI is broken, with a sentence that
  /// says what to change.
  [[nodiscard]] static Result<std::unique_ptr<Contract>>
  load(ByteView bytes, const ContractRules& rules, ModuleOptions options);
  ~Contract();
  Contract(const Contract&) = delete;
  Contract& operator=(const Contract&) = delete;

  [[nodiscard]] const Module& module() const { return *module_; }
  [[nodiscard]] const ContractRules& rules() const { return rules_; }
  /// What it imports, in its order: one table for all instances.
  [[nodiscard]] std::span<const runtime::Function* const> imports() const {
    return imports_.view();
  }
  [[nodiscard]] uint32_t memory() const { return memory_; }
  /// Index of the function, or kNoFunction.
  [[nodiscard]] uint32_t constructor() const { return constructor_; }
  /// `call`, or where it is missing `main`.
  [[nodiscard]] uint32_t entry() const { return entry_; }
  /// `main`, whose result is the output, if it did not finish itself.
  [[nodiscard]] bool is_legacy() const { return is_legacy_; }
  /// Sub-units of gas for the data that an instance begins with.
  [[nodiscard]] int64_t opening_cost() const { return opening_cost_; }
  /// Bytes of lowered code, and of the memories of idle instances.
  [[nodiscard]] uint64_t size() const { return module_->code_bytes() + idle_bytes(); }

  /// An instance as it is at the beginning of a message, or nullptr where memory ran out.
  [[nodiscard]] ContractRun* open();
  void close(ContractRun* run);

  static constexpr uint32_t kNoFunction = UINT32_MAX;

 private:
  Contract() = default;
  [[nodiscard]] Result<void> resolve_imports();
  [[nodiscard]] Result<void> check_exports();
  [[nodiscard]] Result<void> check_memory() const;
  void keep(ContractRun* run);
  [[nodiscard]] uint64_t idle_bytes() const;

  ContractRules rules_;
  std::unique_ptr<Module> module_;
  Vec<runtime::Function> host_functions_; ///< that it imports
  Vec<const runtime::Function*> imports_; ///< the same, as code addresses them
  uint32_t memory_ = 0;
  uint32_t constructor_ = kNoFunction;
  uint32_t entry_ = kNoFunction;
  bool is_legacy_ = false;
  int64_t opening_cost_ = 0;
  std::mutex mutex_;
  ContractRun* idle_ = nullptr;         ///< a list
  std::atomic<unsigned> idle_count_{0}; ///< of the list
  /// One more, which is taken and given back without the lock: messages mostly come one by one.
  std::atomic<ContractRun*> spare_{nullptr};
};

} // namespace zvm::engine::wasm
