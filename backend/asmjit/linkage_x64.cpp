#include <iterator>
#include <mutex>
#include <new>

#include "backend/asmjit/exit.hpp"
#include "backend/asmjit/linkage.hpp"
#include "backend/asmjit/registers_x64.hpp"
#include "backend/interp/function/native.hpp"
#include "backend/interp/machine.hpp"
#include "base/plant.hpp"

namespace zvm::backend::asmjit {
namespace {

using runtime::Libcall;
using runtime::Passed;
namespace traits = runtime::libcall_traits;

struct Function {
  const void* address;
  size_t offset;
};
constexpr size_t kNoOffset = ~size_t{0};
const Function kFunctions[] = {
#define LIBCALL(name, result, parameters, leaves, traits, doc)                                     \
  {reinterpret_cast<const void*>(&runtime::libcall::name), kNoOffset},
#define HOSTCALL(name, leaves, traits, doc) {nullptr, offsetof(runtime::HostTable, name)},
#include "runtime/libcalls.def"
#undef LIBCALL
#undef HOSTCALL
};

const Function& function_of(Libcall call) { return kFunctions[static_cast<uint8_t>(call)]; }

/// Bytes of stack that functions may take by calling each other; beyond, their frames are dropped.
constexpr int32_t kNativeStack = 4 << 10;

/// Registers that calls may change.
constexpr Reg kClobbered[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
static_assert(std::size(kClobbered) + 1 == kRegisters, "a call keeps r12");

class Generator {
 public:
  explicit Generator(::asmjit::CodeHolder& code) : a_(&code) {}
  [[nodiscard]] x86::Assembler& assembler() { return a_; }

  struct Entry {
    ::asmjit::Label enter, jump, done;
  };
  /// Answer (Frame&, const void* code): saves what the C convention asks for. Behind the call of the
  /// code stands return by label: where a function returns whose caller's frame is gone, with its
  /// label in rcx, code goes on at that place, as where a jump goes to a place that was computed.
  ///
  /// CPUs predict where a return goes by the calls before. Code is mostly left by a jump, so the entry
  /// is one: a call would have them wrong about all returns up to the driver's loop.
  Entry enter() {
    const ::asmjit::Label here = begin(), again = a_.newLabel(), land = a_.newLabel(),
                          jump = a_.newLabel(), place = a_.newLabel(), bad = a_.newLabel(),
                          done = a_.newLabel();
    a_.push(x86::rbp);
    a_.mov(x86::rbp, x86::rsp);
    for (const x86::Gp& saved : kSavedByEntry)
      a_.push(saved);
    a_.sub(x86::rsp, kEntryBytes - kSavedBytes);
    a_.mov(kContext, x86::rdi);
    a_.mov(kGas, field(frame::kGasLeft));
    a_.mov(kOperands, field(frame::kTop));
    a_.mov(kMemory, field(frame::kMemoryBase));
    a_.lea(x86::rax, x86::ptr(x86::rsp, -kNativeStack));
    a_.mov(field(frame::kNativeLimit), x86::rax);
    jump_to_code(land);
    a_.bind(again);
    a_.call(x86::rsi);
    a_.bind(land);
    a_.endbr64();
    if (is_planted(Plant::ReturnLabel))
      a_.inc(x86::rcx);
    find_code(place, bad);
    a_.jmp(again);
    a_.bind(jump);
    a_.endbr64();
    find_code(place, bad);
    jump_to_code(land);
    a_.bind(bad);
    a_.mov(field(frame::kGasLeft), kGas);
    a_.mov(x86::rdi, kContext);
    a_.mov(x86::esi, static_cast<uint32_t>(Status::InvalidJump));
    a_.xor_(x86::edx, x86::edx);
    a_.xor_(x86::ecx, x86::ecx);
    call(reinterpret_cast<const void*>(&runtime::libcall::end_message));
    a_.mov(kGas, field(frame::kGasLeft));
    a_.mov(x86::eax, static_cast<uint32_t>(Answer::Leave));
    a_.jmp(done);
    a_.bind(place);
    a_.mov(x86::eax, static_cast<uint32_t>(Answer::Place));
    a_.bind(done);
    a_.endbr64();
    a_.mov(field(frame::kGasLeft), kGas);
    a_.mov(field(frame::kTop), kOperands);
    a_.lea(x86::rsp, x86::ptr(x86::rbp, -kSavedBytes));
    for (size_t i = std::size(kSavedByEntry); i-- > 0;)
      a_.pop(kSavedByEntry[i]);
    a_.pop(x86::rbp);
    a_.ret();
    return {here, jump, done};
  }

  ::asmjit::Label leave(const ::asmjit::Label& done) {
    const ::asmjit::Label here = begin();
    for (size_t r = kRegisters; r-- > 0;)
      a_.push(kPool[r]);
    constexpr int32_t kPushed = 8 * kRegisters;
    a_.mov(field(frame::kGasLeft), kGas);
    a_.mov(field(frame::kTop), kOperands);
    a_.mov(x86::rdi, kContext);
    a_.mov(x86::rsi, x86::qword_ptr(x86::rsp, kPushed));
    a_.mov(x86::edx, x86::dword_ptr(x86::rsp, kPushed + 8));
    a_.mov(x86::rcx, x86::rsp);
    a_.lea(x86::r8, x86::ptr(x86::rsp, kPushed + 16));
    call(reinterpret_cast<const void*>(&leave_at));
    a_.mov(kGas, field(frame::kGasLeft));
    a_.mov(kOperands, field(frame::kTop));
    a_.jmp(done);
    return here;
  }

  ::asmjit::Label answer(Answer answer, const ::asmjit::Label& done) {
    const ::asmjit::Label here = begin();
    a_.mov(x86::eax, static_cast<uint32_t>(answer));
    a_.jmp(done);
    return here;
  }

  ::asmjit::Label poll() {
    const ::asmjit::Label here = begin();
    for (const Reg r : kClobbered)
      a_.push(kPool[r]);
    a_.mov(x86::rdi, kContext);
    a_.mov(x86::rsi, kGas);
    a_.call(field(frame::kPoll));
    end_keeping(true);
    return here;
  }

  ::asmjit::Label keeping(Libcall libcall) {
    const runtime::LibcallInfo& row = info(libcall);
    const ::asmjit::Label here = begin();
    for (const Reg r : kClobbered)
      a_.push(kPool[r]);
    unsigned word = 0;
    for (unsigned i = 0; i < row.count; ++i) {
      const x86::Gp to = kArguments[i];
      switch (row.parameters[i]) {
      case Passed::Frame:
        a_.mov(to, kContext);
        break;
      case Passed::Word:
        a_.lea(to, scratch(word++));
        break;
      case Passed::WordResult:
        a_.lea(to, scratch(kScratchWords - 1));
        break;
      default:
        a_.mov(to, scratch(word++));
        break;
      }
    }
    if (row.has(traits::Gas))
      a_.mov(field(frame::kGasLeft), kGas);
    call(function_of(libcall).address);
    if (row.has(traits::Gas))
      a_.mov(kGas, field(frame::kGasLeft));
    end_keeping(row.result == Passed::Status);
    return here;
  }

 private:
  /// To rsi, from where a return comes to `land`.
  void jump_to_code(const ::asmjit::Label& land) {
    a_.lea(x86::rax, x86::ptr(land));
    a_.push(x86::rax);
    a_.jmp(x86::rsi);
  }
  /// Frames are dropped. The code at the place in rcx goes to rsi, unless there is none, or a jump may
  /// not go there.
  void find_code(const ::asmjit::Label& none, const ::asmjit::Label& bad) {
    a_.lea(x86::rsp, x86::ptr(kScratch, -kEntryBytes));
    a_.mov(x86::rax, field(frame::kCode));
    a_.cmp(x86::rcx, x86::qword_ptr(x86::rax, code_object::kSize));
    a_.jae(bad);
    a_.mov(x86::rdx, x86::qword_ptr(x86::rax, code_object::kDestinations));
    a_.mov(x86::rax, x86::rcx);
    a_.shr(x86::rax, 6);
    a_.mov(x86::rdx, x86::qword_ptr(x86::rdx, x86::rax, 3));
    a_.bt(x86::rdx, x86::rcx);
    a_.jnc(bad);
    a_.mov(field(frame::kPc), x86::rcx);
    a_.mov(x86::rax, field(frame::kBlocks));
    a_.mov(x86::rax, x86::qword_ptr(x86::rax, x86::rcx, 3));
    a_.test(x86::rax, x86::rax);
    a_.jz(none);
    a_.mov(x86::rsi, x86::qword_ptr(x86::rax, offsetof(interp::Instr, imm)));
  }

  ::asmjit::Label begin() {
    a_.align(::asmjit::AlignMode::kCode, 16);
    const ::asmjit::Label here = a_.newLabel();
    a_.bind(here);
    a_.endbr64();
    return here;
  }
  /// Registers as they were, the answer in the frame and the flags.
  void end_keeping(bool has_answer) {
    if (has_answer) {
      a_.mov(x86::byte_ptr(kContext, frame::kStatus), x86::al);
      a_.test(x86::al, x86::al);
    }
    for (size_t i = std::size(kClobbered); i-- > 0;)
      a_.pop(kPool[kClobbered[i]]);
    a_.ret();
  }
  void call(const void* function) {
    a_.mov(x86::rax, ::asmjit::imm(function));
    a_.call(x86::rax);
  }

  x86::Assembler a_;
};

/// Whether all that it takes can stand in the scratch words.
bool can_keep(Libcall libcall) {
  const runtime::LibcallInfo& row = info(libcall);
  if (function_of(libcall).address == nullptr)
    return false;
  unsigned words = 0;
  for (unsigned i = 0; i < row.count; ++i) {
    const Passed passed = row.parameters[i];
    words += passed == Passed::Word || passed == Passed::Number;
    if (passed == Passed::Activation || passed == Passed::Words || passed == Passed::Status ||
        passed == Passed::NumberResult)
      return false;
  }
  return words < kScratchWords;
}

} // namespace

uint64_t address_of(Libcall call) {
  const Function& f = function_of(call);
  return f.address == nullptr ? f.offset : reinterpret_cast<uint64_t>(f.address);
}

bool is_host_call(Libcall call) { return function_of(call).address == nullptr; }

bool Linkage::make() {
  ::asmjit::CodeHolder code;
  if (code.init(::asmjit::Environment::host()) != ::asmjit::kErrorOk)
    return false;
  Generator generator{code};
  const auto [enter, jump, done] = generator.enter();
  const ::asmjit::Label leave = generator.leave(done), step = generator.answer(Answer::Step, done),
                        place = generator.answer(Answer::Place, done), poll = generator.poll();
  const FunctionLabels function =
      write_function_linkage(generator.assembler(), function_.return_code.data() + 1);
  std::array<::asmjit::Label, runtime::kLibcallCount> keeping;
  for (uint8_t call = 0; call < runtime::kLibcallCount; ++call) {
    if (can_keep(Libcall{call}))
      keeping[call] = generator.keeping(Libcall{call});
  }
  if (!try_publish(code, code_))
    return false;
  const auto at = [&](const ::asmjit::Label& label) {
    return reinterpret_cast<uint64_t>(code_.begin()) + code.labelOffset(label);
  };
  enter_ = reinterpret_cast<Enter>(at(enter));
  leave_ = at(leave);
  jump_ = at(jump);
  done_ = at(done);
  poll_ = at(poll);
  step_ = reinterpret_cast<const void*>(at(step));
  place_ = reinterpret_cast<const void*>(at(place));
  function_.enter = reinterpret_cast<EnterFunction>(at(function.enter));
  function_.resume = reinterpret_cast<EnterFunction>(at(function.resume));
  function_.done = at(function.done);
  function_.call_word = at(function.call_word);
  function_.call_function = at(function.call_function);
  function_.violation = reinterpret_cast<const void*>(at(function.violation));
  function_.poll = at(function.poll);
  function_.find_callee = at(function.find_callee);
  // The word before the code that a function returns to says what gas that takes.
  const auto words = interp::word::return_code(function_.resume);
  function_.return_code = {0, words[0], words[1]};
  for (uint8_t call = 0; call < runtime::kLibcallCount; ++call) {
    if (keeping[call].isValid())
      keeping_[call] = at(keeping[call]);
  }
  return true;
}

const Linkage* Linkage::get() {
  static const bool kHasAll = [] {
    const ::asmjit::CpuInfo& cpu = ::asmjit::CpuInfo::host();
    const auto& features = cpu.features().x86();
    return cpu.arch() == ::asmjit::Arch::kX64 && features.hasBMI2() && features.hasMOVBE() &&
           features.hasLZCNT() && features.hasAVX2();
  }();
  static std::mutex mutex;
  // It is never taken down: code may run until the process ends.
  static const Linkage* made = nullptr;
  if (!kHasAll)
    return nullptr;
  const std::lock_guard lock{mutex};
  if (made != nullptr)
    return made;
  auto* fresh = new (std::nothrow) Linkage;
  if (fresh == nullptr || fresh->make())
    return made = fresh;
  delete fresh;
  return nullptr;
}

} // namespace zvm::backend::asmjit
