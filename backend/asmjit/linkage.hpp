// Code that all compiled functions share: how they are entered, how they are left at a site, and
// how the slow way of an op calls the runtime without losing a register. Made once a process.
#pragma once

#include "backend/asmjit/code_memory.hpp"
#include "backend/asmjit/registers_x64.hpp"
#include "backend/native.hpp"
#include "runtime/libcalls.hpp"

namespace zvm::backend::asmjit {

/// The same for functions of modules. They run on the guest's stack, calls of the runtime on the
/// host's.
struct FunctionLinkage {
  EnterFunction enter = nullptr;  ///< runs code whose arguments are in slots
  EnterFunction resume = nullptr; ///< goes on behind the call that left
  uint64_t done = 0;              ///< jumped to, with the answer in eax, where code is left
  /// Called, or jumped to for a tail call, with the operand base of the callee: for one that is no
  /// machine code, with its cell in rax; for one of another instance or of the embedder, with it.
  uint64_t call_word = 0, call_function = 0;
  uint64_t poll = 0; ///< as Linkage::poll()
  /// Called with place, type and table in the limbs of scratch word 0; the function to the last word.
  /// Else as keeping().
  uint64_t find_callee = 0;
  const void* violation = nullptr; ///< where an access goes on that has faulted
  /// Word code that goes on in machine code behind a call.
  std::array<uint64_t, 3> return_code{};
};

class Linkage {
 public:
  /// Null where this CPU lacks an instruction that code is made of (BMI2, MOVBE, AVX2: those of
  /// x86-64-v3), where nothing may be executed that was written, or memory ran out.
  [[nodiscard]] static const Linkage* get();

  [[nodiscard]] Enter enter() const { return enter_; }
  /// Jumped to with the number of the site and, on top of it, the Exits on the stack.
  [[nodiscard]] uint64_t leave() const { return leave_; }
  /// Jumped to with a place in rcx, where code goes on, if a jump may go there.
  [[nodiscard]] uint64_t jump() const { return jump_; }
  /// Jumped to, with the answer in eax, where code is left.
  [[nodiscard]] uint64_t done() const { return done_; }
  /// Jumped to where code goes on in step form.
  [[nodiscard]] const void* step() const { return step_; }
  /// … and where in whatever form there is.
  [[nodiscard]] const void* place() const { return place_; }
  /// Called where the counter is below the floor, not below zero; else as keeping().
  [[nodiscard]] uint64_t poll() const { return poll_; }
  /// Called with words and numbers in the scratch words, in their order, which takes its result to
  /// the last of these; not zero where the answer, which goes to frame.status, is not Success.
  /// Keeps all registers that hold values. Not of host calls.
  [[nodiscard]] uint64_t keeping(runtime::Libcall call) const {
    return keeping_[static_cast<uint8_t>(call)];
  }
  [[nodiscard]] const FunctionLinkage& function() const { return function_; }

 private:
  [[nodiscard]] bool make();

  RunnableCode code_;
  Enter enter_ = nullptr;
  uint64_t leave_ = 0;
  uint64_t jump_ = 0;
  uint64_t done_ = 0;
  const void* step_ = nullptr;
  const void* place_ = nullptr;
  uint64_t poll_ = 0;
  std::array<uint64_t, runtime::kLibcallCount> keeping_{};
  FunctionLinkage function_;
};

/// Labels of what FunctionLinkage points to, as they are written.
struct FunctionLabels {
  ::asmjit::Label enter, resume, done, call_word, call_function, violation, poll, find_callee;
};
[[nodiscard]] FunctionLabels write_function_linkage(x86::Assembler& a, const void* return_code);

/// The function of a libcall; of a host call, the offset of its entry in the host table.
[[nodiscard]] uint64_t address_of(runtime::Libcall call);
[[nodiscard]] bool is_host_call(runtime::Libcall call);

} // namespace zvm::backend::asmjit
