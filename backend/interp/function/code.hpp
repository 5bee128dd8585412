// What the interpreter keeps of a module: the code of its functions, each lowered when it is first
// called.
#pragma once

#include <memory>

#include "backend/backend.hpp"
#include "backend/interp/code_memory.hpp"
#include "base/result.hpp"
#include "base/vec.hpp"

namespace zvm::backend::interp {

/// What word code relies on of the module, and how it is made.
struct ModuleSource {
  uint32_t imports = 0; ///< imported functions
  bool plain = false;   ///< one handler for each op, nothing fused: the reference tier
  /// Of memory 0, for code that is not plain. With Guard, that of every instance must be a guarded
  /// one.
  runtime::Bounds bounds = runtime::Bounds::Explicit;
};

/// Word code of a module's own functions. At an entry waits what lowers the function.
class WordCode final : public Code {
 public:
  /// Open. OutOfMemory is the only refusal.
  [[nodiscard]] static Result<std::unique_ptr<WordCode>> make(const Source& source,
                                                              const ModuleSource& module);

  [[nodiscard]] const ModuleSource& module() const { return module_; }

 private:
  WordCode(const Source& source, const ModuleSource& module) : Code(source), module_(module) {}
  [[nodiscard]] const void* waiting(uint32_t entry) const override;
  [[nodiscard]] bool translate(const ir::Function& function, const void*& code) override;

  ModuleSource module_;
  Vec<uint64_t> stubs_; ///< two words for each entry
  CodeMemory memory_;
};

/// The entry that functions of the embedder have.
[[nodiscard]] const runtime::Entry* host_entry();

/// Calls a function: arguments in slots[0..) and results from there on. `activation` says what it
/// may use (gas, depth, a guest stack of kGuestStack bytes) and afterwards what is left. The status
/// is Success, what a trap was, or what a host function or poll answered.
[[nodiscard]] Status call(runtime::Activation& activation, const runtime::Function& function,
                          uint64_t* slots);
/// Goes on behind the call of the host function that answered Suspended; its results are in
/// activation.suspended. Only for an activation that no host function called into. Results of the
/// first function are where a call leaves them, from activation.stack + kFirstSlot on.
[[nodiscard]] Status resume(runtime::Activation& activation);
inline constexpr unsigned kFirstSlot = 5;

} // namespace zvm::backend::interp
