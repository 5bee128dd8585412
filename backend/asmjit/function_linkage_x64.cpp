// How functions of modules are entered and left, on x86-64.
#include <iterator>

#include "backend/asmjit/linkage.hpp"
#include "backend/interp/function/native.hpp"

namespace zvm::backend::asmjit {
namespace {

using ::asmjit::Label;

/// What a call in the C convention may change of what holds values.
constexpr Reg kClobbered[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
constexpr int32_t kVectorBytes = 16 * kVectors;

class FunctionGenerator {
 public:
  FunctionGenerator(x86::Assembler& a, const void* return_code)
      : a_(a), return_code_(return_code) {}

  FunctionLabels write() {
    FunctionLabels labels;
    returned_ = a_.newLabel();
    done_ = a_.newLabel();
    labels.enter = begin();
    prologue();
    a_.call(x86::rsi);
    a_.bind(returned_);
    a_.mov(x86::eax, static_cast<uint32_t>(FunctionAnswer::Returned));
    labels.done = done_;
    a_.bind(done_);
    a_.endbr64();
    a_.mov(field(activation::kNativeStack), x86::rsp);
    a_.mov(field(activation::kNativeFrame), kOperands);
    a_.mov(field(frame::kGasLeft), kGas);
    a_.lea(x86::rsp, x86::ptr(x86::rbp, -kSavedBytes));
    for (size_t i = std::size(kSavedByEntry); i-- > 0;)
      a_.pop(kSavedByEntry[i]);
    a_.pop(x86::rbp);
    a_.ret();
    // The first result is in registers, too.
    labels.resume = begin();
    prologue();
    a_.mov(x86::rax, x86::qword_ptr(kOperands));
    a_.vmovups(xmm(kRegisters), x86::ptr(kOperands));
    a_.ret();
    labels.call_word = call(FunctionAnswer::Word, FunctionAnswer::Word, [&] {
      a_.mov(x86::rax, x86::qword_ptr(x86::rax, 8)); // Cell::entry
      a_.mov(x86::rax, x86::qword_ptr(x86::rax));
      a_.mov(field(activation::kNext), x86::rax);
    });
    labels.call_function = call(FunctionAnswer::Function, FunctionAnswer::TailFunction,
                                [&] { a_.mov(field(activation::kCallee), x86::rax); });
    // Where an access goes on that has faulted.
    labels.violation = begin();
    a_.mov(x86::byte_ptr(kContext, frame::kStatus), static_cast<int8_t>(Status::MemoryViolation));
    a_.mov(x86::eax, static_cast<uint32_t>(FunctionAnswer::Finished));
    a_.jmp(done_);
    labels.poll = begin();
    const Label polls = a_.newLabel();
    a_.test(kGas, kGas);
    a_.jns(polls);
    a_.mov(x86::byte_ptr(kContext, frame::kStatus), static_cast<int8_t>(Status::OutOfGas));
    a_.test(x86::rsp, x86::rsp); // as where the answer is not 0
    a_.ret();
    a_.bind(polls);
    keep([&] {
      a_.mov(x86::rdi, kContext);
      a_.mov(x86::rsi, kGas);
      a_.mov(x86::rax, field(frame::kPoll));
    });
    labels.find_callee = keeping([&] {
      a_.mov(x86::rdi, kContext);
      a_.mov(x86::rsi, scratch(0, 0));
      a_.mov(x86::rdx, scratch(0, 1));
      a_.mov(x86::rcx, scratch(0, 2));
      a_.lea(x86::r8, scratch(kScratchWords - 1));
      a_.mov(x86::rax, address_of(runtime::Libcall::indirect_callee));
    });
    return labels;
  }

 private:
  Label begin() {
    a_.align(::asmjit::AlignMode::kCode, 16);
    const Label here = a_.newLabel();
    a_.bind(here);
    a_.endbr64();
    return here;
  }
  /// (Activation&, const void* code): onto the guest's stack.
  void prologue() {
    a_.push(x86::rbp);
    a_.mov(x86::rbp, x86::rsp);
    for (const x86::Gp& saved : kSavedByEntry)
      a_.push(saved);
    a_.mov(kContext, x86::rdi);
    a_.mov(kGas, field(frame::kGasLeft));
    a_.mov(kMemory, field(frame::kMemoryBase));
    a_.mov(kOperands, field(activation::kNativeFrame));
    a_.mov(x86::rsp, field(activation::kNativeStack));
  }
  /// Leaves for a callee. A call has its return in the header of the callee's frame; a tail call of
  /// the function that was entered leaves the header there is, and nothing of itself.
  template <typename Note>
  Label call(FunctionAnswer answer, FunctionAnswer of_tail, Note note) {
    const Label here = begin(), is_last = a_.newLabel();
    note();
    a_.lea(x86::rax, x86::ptr(returned_));
    a_.cmp(x86::rax, x86::qword_ptr(x86::rsp));
    a_.je(is_last);
    a_.mov(x86::rax, reinterpret_cast<uint64_t>(return_code_));
    a_.mov(x86::qword_ptr(kOperands, 8 * interp::word::kReturnIp), x86::rax);
    a_.mov(x86::qword_ptr(kOperands, 8 * interp::word::kCallerFp), kOperands);
    a_.mov(x86::eax, static_cast<uint32_t>(answer));
    a_.jmp(done_);
    a_.bind(is_last);
    a_.add(x86::rsp, 8);
    a_.mov(x86::eax, static_cast<uint32_t>(of_tail));
    a_.jmp(done_);
    return here;
  }
  /// Calls what is in rax on the host's stack; all registers stay, the answer goes to the status and
  /// the flags.
  template <typename Prepare>
  Label keeping(Prepare prepare) {
    const Label here = begin();
    keep(prepare);
    return here;
  }
  template <typename Prepare>
  void keep(Prepare prepare) {
    for (const Reg r : kClobbered)
      a_.push(kPool[r]);
    a_.sub(x86::rsp, kVectorBytes);
    for (unsigned i = 0; i < kVectors; ++i)
      a_.vmovups(x86::ptr(x86::rsp, static_cast<int32_t>(16 * i)),
                 xmm(static_cast<Reg>(kRegisters + i)));
    a_.mov(x86::r12, x86::rsp);
    a_.lea(x86::rsp, x86::ptr(kScratch, -kEntryBytes));
    prepare();
    a_.call(x86::rax);
    a_.mov(x86::rsp, x86::r12);
    for (unsigned i = 0; i < kVectors; ++i)
      a_.vmovups(xmm(static_cast<Reg>(kRegisters + i)),
                 x86::ptr(x86::rsp, static_cast<int32_t>(16 * i)));
    a_.add(x86::rsp, kVectorBytes);
    a_.mov(x86::byte_ptr(kContext, frame::kStatus), x86::al);
    a_.test(x86::al, x86::al);
    for (size_t i = std::size(kClobbered); i-- > 0;)
      a_.pop(kPool[kClobbered[i]]);
    a_.ret();
  }

  x86::Assembler& a_;
  const void* return_code_;
  Label returned_, done_;
};

} // namespace

FunctionLabels write_function_linkage(x86::Assembler& a, const void* return_code) {
  return FunctionGenerator{a, return_code}.write();
}

} // namespace zvm::backend::asmjit
