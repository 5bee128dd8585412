// What the interpreter keeps of a module: the code of its functions, each lowered when it is first called.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "backend/interp/code_memory.hpp"
#include "base/result.hpp"
#include "ir/function.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::backend::interp {

/// Writes function `index` (imports not counted) of the module. False where memory ran out.
using LowerModuleFunction = bool (*)(const void* module, uint32_t index, ir::Function& out);

struct ModuleSource {
  const void* module = nullptr;
  LowerModuleFunction lower = nullptr;
  uint32_t imports = 0;                             ///< imported functions
  uint32_t functions = 0;                           ///< own ones
  const runtime::Signature* const* types = nullptr; ///< by type index, for indirect calls
  bool plain = false; ///< one handler for each op, nothing fused: the reference tier
  /// Of memory 0, for code that is not plain. With Guard, that of every instance must be a guarded one.
  runtime::Bounds bounds = runtime::Bounds::Explicit;
};

/// Thread-safe; instances of the module share it.
class ModuleCode {
 public:
  /// OutOfMemory is the only refusal.
  [[nodiscard]] static Result<std::unique_ptr<ModuleCode>> make(const ModuleSource& source);
  ~ModuleCode();
  ModuleCode(const ModuleCode&) = delete;
  ModuleCode& operator=(const ModuleCode&) = delete;

  [[nodiscard]] const runtime::Entry* entries() const { return entries_; }
  [[nodiscard]] const ModuleSource& source() const { return source_; }
  /// The code of the function, lowered now if it has not been. Null where memory ran out.
  [[nodiscard]] const void* lower(uint32_t index);
  /// Bytes of lowered code.
  [[nodiscard]] uint64_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  ModuleCode() = default;

  ModuleSource source_;
  runtime::Entry* entries_ = nullptr;
  std::atomic<uint64_t> size_{0};
  std::mutex mutex_;
  CodeMemory memory_;
};

/// The entry that functions of the embedder have.
[[nodiscard]] const runtime::Entry* host_entry();

/// Calls a function: arguments in slots[0..) and results from there on. `activation` says what it may use (gas, depth,
/// a guest stack of kGuestStack bytes) and afterwards what is left. The status is Success, what a trap was, or what a
/// host function or poll answered.
[[nodiscard]] Status call(runtime::Activation& activation, const runtime::Function& function,
                          uint64_t* slots);
/// Goes on behind the call of the host function that answered Suspended; its results are in activation.suspended. Only
/// for an activation that no host function called into. Results of the first function are where a call leaves them, from
/// activation.stack + kFirstSlot on.
[[nodiscard]] Status resume(runtime::Activation& activation);
inline constexpr unsigned kFirstSlot = 5;

} // namespace zvm::backend::interp
