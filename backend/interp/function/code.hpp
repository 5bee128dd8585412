// What the interpreter keeps of a module: the code of its functions, each lowered when it is first
// called.
#pragma once

#include <memory>

#include "backend/backend.hpp"

namespace zvm::backend::interp {

/// What word code relies on of the module, and how it is made.
struct ModuleSource {
  uint32_t imports = 0; ///< imported functions
  bool plain = false;   ///< one handler for each op, nothing fused: the reference tier
  /// Of memory 0, for code that is not plain. With Guard, that of every instance must be a guarded
  /// one.
  runtime::Bounds bounds = runtime::Bounds::Explicit;
};

/// Word code of a module's own functions, open; at an entry waits what lowers the function. Null
/// where memory ran out.
[[nodiscard]] std::unique_ptr<Code> make_word_code(const Source& source,
                                                   const ModuleSource& module);

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
