// What each register of an x86-64 holds while compiled code runs, and how code addresses the
// frame.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "backend/asmjit/asmjit.hpp"
#include "runtime/frame.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::backend::asmjit {

namespace x86 = ::asmjit::x86;

/// A register of those that hold values: of the general ones, by its place in kPool, and behind
/// them of the vectors.
using Reg = uint8_t;
inline constexpr Reg kNoReg = 0xff;
inline constexpr unsigned kRegisters = 10; ///< general ones
/// Vectors that hold values. Those before them are anyone's within an instruction.
inline constexpr unsigned kFirstVector = 2, kVectors = 14;
inline constexpr unsigned kAllRegisters = kRegisters + kVectors;
using Registers = uint32_t; ///< a set of them, bit by register
[[nodiscard]] constexpr bool is_vector(Reg r) { return r >= kRegisters && r < kAllRegisters; }

// Calls keep the first four of these, so that they hold the same all along.
inline constexpr x86::Gp kContext = x86::rbx;
inline constexpr x86::Gp kOperands = x86::r13; ///< top of the operand stack at function entry
inline constexpr x86::Gp kMemory = x86::r14;
inline constexpr x86::Gp kGas = x86::r15;
inline constexpr x86::Gp kScratch = x86::rbp; ///< below it are scratch words, see scratch()

inline constexpr std::array<x86::Gp, kRegisters> kPool = {x86::rax, x86::rcx, x86::rdx, x86::rsi,
                                                          x86::rdi, x86::r8,  x86::r9,  x86::r10,
                                                          x86::r11, x86::r12};
inline constexpr Reg kRax = 0, kRcx = 1, kRdx = 2;
/// In the order in which free ones are taken: those that an instruction may ask for come last.
inline constexpr std::array<Reg, kAllRegisters> kPreferred = {
    5,  6,  7,  8,  9,  3,  4,  1,  2,  0, // general
    10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
/// Of calls in the C convention, by number.
inline constexpr std::array<x86::Gp, 6> kArguments = {x86::rdi, x86::rsi, x86::rdx,
                                                      x86::rcx, x86::r8,  x86::r9};

[[nodiscard]] inline x86::Xmm xmm(Reg r) { return x86::xmm(r - kRegisters + kFirstVector); }
/// Of a kind.
[[nodiscard]] constexpr std::span<const Reg> preferred(bool vectors) {
  const std::span all{kPreferred};
  return vectors ? all.subspan(kRegisters) : all.first(kRegisters);
}

/// Four words that code may use within one instruction, side by side. Calls leave them alone.
inline constexpr unsigned kScratchWords = 4;
inline constexpr int32_t kScratchBytes = 32 * kScratchWords;
/// What entries save for their caller, and its bytes, between kScratch and the words.
inline constexpr std::array<x86::Gp, 5> kSavedByEntry = {x86::rbx, x86::r12, x86::r13, x86::r14,
                                                         x86::r15};
inline constexpr int32_t kSavedBytes = 8 * kSavedByEntry.size();
/// From kScratch down to the stack pointer as the entry calls code. A function that is called finds
/// a return address below.
inline constexpr int32_t kEntryBytes = kSavedBytes + kScratchBytes + 8;
[[nodiscard]] inline x86::Mem scratch(unsigned word, unsigned limb = 0) {
  return x86::qword_ptr(kScratch, -kEntryBytes + static_cast<int32_t>(32 * word + 8 * limb));
}

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winvalid-offsetof"
#else
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#endif

/// Offsets in a frame, of what code addresses.
namespace frame {
#define FIELD(name, member) inline constexpr int32_t name = offsetof(runtime::Frame, member);
FIELD(kGasLeft, gas)
FIELD(kFloor, floor)
FIELD(kMemoryBase, memory)
FIELD(kMemorySize, memory_size)
FIELD(kMemoryReady, memory_ready)
FIELD(kHost, host)
FIELD(kStatus, status)
FIELD(kTop, top)
FIELD(kPc, pc)
FIELD(kPoll, poll)
FIELD(kNativeLimit, native_limit)
FIELD(kBlocks, native_blocks)
FIELD(kCode, code)
FIELD(kCalldata, calldata)
FIELD(kCalldataSize, calldata_size)
FIELD(kReturnDataSize, return_data_size)
FIELD(kTransactionWords, transaction_words)
FIELD(kMessageWords, message_words)
#undef FIELD
} // namespace frame

/// In an activation, which begins as a frame does.
namespace activation {
#define FIELD(name, member) inline constexpr int32_t name = offsetof(runtime::Activation, member);
FIELD(kDepthLeft, depth_left)
FIELD(kInstance, instance)
FIELD(kCallee, callee)
FIELD(kTouched, touched)
FIELD(kNativeStack, native_stack)
FIELD(kNativeFrame, native_frame)
FIELD(kNext, next)
#undef FIELD
} // namespace activation

namespace instance {
#define FIELD(name, member) inline constexpr int32_t name = offsetof(runtime::Instance, member);
FIELD(kMemories, memories)
FIELD(kTables, tables)
FIELD(kGlobals, globals)
FIELD(kTypes, types)
FIELD(kImports, imports)
FIELD(kFunctions, functions)
#undef FIELD
} // namespace instance

namespace linear {
#define FIELD(name, member) inline constexpr int32_t name = offsetof(runtime::LinearMemory, member);
FIELD(kBase, base)
FIELD(kSize, size)
FIELD(kTouched, touched)
#undef FIELD
} // namespace linear

namespace table {
#define FIELD(name, member) inline constexpr int32_t name = offsetof(runtime::Table, member);
FIELD(kItems, items)
FIELD(kSize, size)
#undef FIELD
} // namespace table

namespace function {
#define FIELD(name, member) inline constexpr int32_t name = offsetof(runtime::Function, member);
FIELD(kEntry, entry)
FIELD(kInstance, instance)
FIELD(kSignature, signature)
#undef FIELD
} // namespace function

/// In a code object.
namespace code_object {
#define FIELD(name, member) inline constexpr int32_t name = offsetof(runtime::CodeObject, member);
FIELD(kBytes, bytes)
FIELD(kSize, size)
FIELD(kDestinations, jump_bitmap)
#undef FIELD
} // namespace code_object

#if defined(__clang__)
#pragma clang diagnostic pop
#else
#pragma GCC diagnostic pop
#endif

[[nodiscard]] inline x86::Mem field(int32_t offset) { return x86::qword_ptr(kContext, offset); }

} // namespace zvm::backend::asmjit
