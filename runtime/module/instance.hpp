// What the code of a module addresses while it runs: functions, linear memories, tables, globals,
// segments. Owned by a store; code reaches all of it through the instance.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/host_failure.hpp"
#include "base/types.hpp"
#include "runtime/context.hpp"
#include "runtime/module/bounds.hpp"
#include "runtime/module/types.hpp"

namespace zvm::runtime {

struct Activation;
struct Instance;
struct Frame;

/// A tier's code of one function; changes once, when the function is first called and lowered.
using Entry = std::atomic<const void*>;

/// A function of the embedder. `slots` holds the arguments and takes the results from slots[0] on.
/// Anything but Success ends the whole activation with that status; of these Suspended may be
/// resumed behind the call.
using HostFunction = Status (*)(Activation& activation, void* data, uint64_t* slots);

/// What a reference to a function points to.
struct Function {
  const Entry* entry = nullptr; ///< the module's, or that of all host functions
  Instance* instance = nullptr; ///< whose code it is; null for host functions
  const Signature* signature = nullptr;
  HostFunction host = nullptr;
  void* data = nullptr; ///< for the host function
};

/// References are 64-bit values in slots and tables: 0 is null, a function is the address of its
/// Function, and an external one is whatever the embedder chose, which is not 0.
using Reference = uint64_t;
[[nodiscard]] inline const Function* function_of(Reference reference) {
  return reinterpret_cast<const Function*>(reference);
}
[[nodiscard]] inline Reference reference_to(const Function* function) {
  return reinterpret_cast<Reference>(function);
}

inline constexpr uint64_t kPage = 65536; ///< bytes

/// What the memories and tables of one store may take together. It is a limit of the host, not of
/// the code: where it, or an allocation, stands in the way of growing, the code sees that it cannot
/// grow, and the run ends as HostError.
struct Budget {
  uint64_t left = UINT64_MAX;         ///< bytes
  HostCause failed = HostCause::None; ///< why it could not grow
  uint64_t asked = 0;                 ///< bytes that could not be had then

  [[nodiscard]] bool has_failed() const { return failed != HostCause::None; }
  void fail(HostCause cause, uint64_t bytes) {
    failed = cause;
    asked = bytes;
  }
};

/// The largest offset of an access that Bounds::Guard need not compare, in bytes.
inline constexpr uint64_t kGuardedOffset = uint64_t{1} << 25;

/// Reserved once to its limit and followed by a guard; the base never moves.
struct LinearMemory {
  uint8_t* base = nullptr;
  uint64_t size = 0;         ///< bytes, of whole pages
  uint64_t max = 0;          ///< bytes it may grow to
  uint64_t declared_max = 0; ///< pages, as the type has it; UINT64_MAX: none
  bool is_64 = false;
  Bounds bounds = Bounds::Explicit; ///< what code may rely on
  uint64_t reserved = 0;            ///< bytes of address space
  /// For each kTouchUnit bytes up to the limit, whether code, or touch(), has written there; what code
  /// writes may also be up to kTouchReach bytes before or behind them. Part of the same mapping.
  uint8_t* touched = nullptr;
  Budget* budget = nullptr;
};

inline constexpr unsigned kTouchShift = 12;
inline constexpr uint64_t kTouchUnit = uint64_t{1} << kTouchShift; ///< bytes
/// The marks of a memory addressed by i32 stand so many bytes before it.
inline constexpr uint64_t kTouchedAhead = (uint64_t{1} << 32) >> kTouchShift;
inline constexpr uint64_t kTouchReach = 256;

/// Notes that `size` bytes of the memory, from `at` on, are written.
inline void touch(const LinearMemory& memory, const uint8_t* at, uint64_t size) {
  if (size == 0)
    return;
  const auto first = static_cast<uint64_t>(at - memory.base);
  for (uint64_t i = first >> kTouchShift; i <= (first + size - 1) >> kTouchShift; ++i)
    memory.touched[i] = 1;
}

struct Table {
  Reference* items = nullptr;
  uint64_t size = 0;         ///< items
  uint64_t max = 0;          ///< items it may grow to
  uint64_t declared_max = 0; ///< as the type has it; UINT64_MAX: none
  ValueType type = ValueType::FuncRef;
  bool is_64 = false;
  uint64_t capacity = 0; ///< items there is room for
  Budget* budget = nullptr;
};

struct Global {
  alignas(16) uint64_t slots[2] = {0, 0};
  ValueType type = ValueType::I32;
  bool is_mutable = false;
};

struct References {
  const Reference* items = nullptr;
  uint64_t size = 0;
};

/// Index spaces are the module's: imports first.
struct Instance {
  LinearMemory** memories = nullptr; ///< null where it has none
  Table** tables = nullptr;
  Global** globals = nullptr;
  const Signature* const* types = nullptr;
  const Function* const* imports = nullptr; ///< imported functions
  uint32_t imported_functions = 0;
  Function* functions = nullptr;  ///< own ones, without the imports
  ByteView* data = nullptr;       ///< segments; empty once dropped
  References* elements = nullptr; ///< segments; empty once dropped
  const Entry* entries = nullptr; ///< code of its own functions
  void* code = nullptr;           ///< the tier's own view of the module
};

/// One run of code of modules, from the embedder's call to its end.
struct Activation : Context {
  int64_t depth_left = 0;           ///< bytes of call depth, see kCallDepth
  Instance* instance = nullptr;     ///< of the code that runs, or that called the host
  uint64_t* stack = nullptr;        ///< base of the guest stack
  const Function* callee = nullptr; ///< host function being called
  uint64_t* suspended = nullptr;    ///< its slots, where it answered Suspended
  uint8_t* touched = nullptr;       ///< of memory 0
  uint64_t* native_stack = nullptr; ///< where compiled code has left it; grows towards `stack`
  uint64_t* native_frame = nullptr; ///< the frame that compiled code is entered with, or has left
  const void* next = nullptr;       ///< word code that it leaves for
  /// While word code polls at the head of a loop: where it stands. Whoever is asked may put other
  /// word code here, which goes on in its place.
  const void* loop = nullptr;
  Frame* frame = nullptr;  ///< the message, where there is one
  void* context = nullptr; ///< the embedder's

  /// The memory is that of the instance, as it is now.
  void find_memory() {
    const bool has_memory = instance != nullptr && instance->memories != nullptr;
    memory = has_memory ? instance->memories[0]->base : nullptr;
    memory_size = has_memory ? instance->memories[0]->size : 0;
    touched = has_memory ? instance->memories[0]->touched : nullptr;
  }
};

/// Bytes of call depth there are; calls take kCallCharge and more (base/guest.hpp).
inline constexpr int64_t kCallDepth = 1 << 20;
/// What a host function takes of it that calls a function: such calls nest on the native stack.
inline constexpr int64_t kReentryCharge = 4096;
/// No frame of a tier takes more than this times what its call was charged. That is a slot for each local
/// and operand; in word code a local takes two if it is a vector, and an operand up to nine: where it
/// lies, of which vectors and others do not share, and where branches pass it, for each type.
inline constexpr int64_t kMostFrameGrowth = 10;
/// Frames of word code grow from the bottom, those of compiled code from the top; between them stays
/// what a signal may take.
inline constexpr size_t kGuestStack = kCallDepth * kMostFrameGrowth + (64 << 10); ///< bytes

/// Pages it had, or UINT64_MAX where it cannot grow. New pages are zero.
[[nodiscard]] uint64_t grow(LinearMemory& memory, uint64_t pages);
/// Items it had, or UINT64_MAX where it cannot grow.
[[nodiscard]] uint64_t grow(Table& table, uint64_t items, Reference value);

} // namespace zvm::runtime
