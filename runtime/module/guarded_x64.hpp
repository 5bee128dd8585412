// Accesses of guest memory that may fault, on x86-64. Beside its instruction each leaves a row that
// says where the program goes on if it does; the compiler knows that it may go there.
#pragma once

#include <ucontext.h>

#include <cstdint>

namespace zvm::runtime {

/// Both count from themselves.
struct GuardedRow {
  int32_t access;
  int32_t landing;
};

/// Where a signal found the thread, and where it goes on.
inline greg_t& program_counter(void* context) {
  return static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
}

#ifdef __AVX__
#define ZVM_VECTOR_MOVE(NAME) "v" NAME
#else
#define ZVM_VECTOR_MOVE(NAME) NAME
#endif
// The section is kept though nothing refers to it ("R"), and goes where the linker leaves the
// function out since another file has it ("?").
#define ZVM_GUARDED(INSTRUCTION)                                                                   \
  "1: " INSTRUCTION "\n"                                                                           \
  ".pushsection zvm_guarded, \"aR?\", @progbits\n"                                                 \
  ".balign 4\n"                                                                                    \
  ".long 1b - ., %l[fault] - .\n"                                                                  \
  ".popsection"
#define ZVM_GUARDED_LOAD(INSTRUCTION, REGISTER)                                                    \
  asm volatile goto(ZVM_GUARDED(INSTRUCTION) : "=" REGISTER(value) : "m"(place) : : fault)
#define ZVM_GUARDED_STORE(INSTRUCTION, REGISTER)                                                   \
  asm volatile goto(ZVM_GUARDED(INSTRUCTION) : : "m"(place), REGISTER(value) : "memory" : fault)

/// What an access reads or writes, wherever it begins.
template <unsigned kSize>
struct GuardedPlace {
  uint8_t bytes[kSize];
};

/// T at `base + at`, extended by the signs of T and V to 64 bits as V to uint64_t would be. False:
/// it faulted.
template <typename T, typename V>
[[gnu::always_inline]] inline bool guarded_load(const uint8_t* base, uint64_t at, uint64_t& value) {
  const auto& place = *reinterpret_cast<const GuardedPlace<sizeof(T)>*>(base + at);
  constexpr bool is_signed = static_cast<T>(-1) < T{0};
  if constexpr (sizeof(T) == 1 && !is_signed)
    ZVM_GUARDED_LOAD("movzbl %1, %k0", "r");
  else if constexpr (sizeof(T) == 1 && sizeof(V) == 4)
    ZVM_GUARDED_LOAD("movsbl %1, %k0", "r");
  else if constexpr (sizeof(T) == 1)
    ZVM_GUARDED_LOAD("movsbq %1, %0", "r");
  else if constexpr (sizeof(T) == 2 && !is_signed)
    ZVM_GUARDED_LOAD("movzwl %1, %k0", "r");
  else if constexpr (sizeof(T) == 2 && sizeof(V) == 4)
    ZVM_GUARDED_LOAD("movswl %1, %k0", "r");
  else if constexpr (sizeof(T) == 2)
    ZVM_GUARDED_LOAD("movswq %1, %0", "r");
  else if constexpr (sizeof(T) == 4 && !is_signed)
    ZVM_GUARDED_LOAD("movl %1, %k0", "r");
  else if constexpr (sizeof(T) == 4)
    ZVM_GUARDED_LOAD("movslq %1, %0", "r");
  else
    ZVM_GUARDED_LOAD("movq %1, %0", "r");
  return true;
fault:
  return false;
}

/// 4, 8 or 16 bytes into the low lanes of a vector, zeros behind them.
template <unsigned kSize, typename Vector>
[[gnu::always_inline]] inline bool guarded_load_lanes(const uint8_t* base, uint64_t at,
                                                      Vector& value) {
  const auto& place = *reinterpret_cast<const GuardedPlace<kSize>*>(base + at);
  if constexpr (kSize == 4)
    ZVM_GUARDED_LOAD(ZVM_VECTOR_MOVE("movss") " %1, %0", "x");
  else if constexpr (kSize == 8)
    ZVM_GUARDED_LOAD(ZVM_VECTOR_MOVE("movsd") " %1, %0", "x");
  else
    ZVM_GUARDED_LOAD(ZVM_VECTOR_MOVE("movups") " %1, %0", "x");
  return true;
fault:
  return false;
}

/// The low kSize bytes.
template <unsigned kSize>
[[gnu::always_inline]] inline bool guarded_store(uint8_t* base, uint64_t at, uint64_t value) {
  auto& place = *reinterpret_cast<GuardedPlace<kSize>*>(base + at);
  if constexpr (kSize == 1)
    ZVM_GUARDED_STORE("movb %b1, %0", "r");
  else if constexpr (kSize == 2)
    ZVM_GUARDED_STORE("movw %w1, %0", "r");
  else if constexpr (kSize == 4)
    ZVM_GUARDED_STORE("movl %k1, %0", "r");
  else
    ZVM_GUARDED_STORE("movq %1, %0", "r");
  return true;
fault:
  return false;
}

template <unsigned kSize, typename Vector>
[[gnu::always_inline]] inline bool guarded_store_lanes(uint8_t* base, uint64_t at, Vector value) {
  auto& place = *reinterpret_cast<GuardedPlace<kSize>*>(base + at);
  if constexpr (kSize == 4)
    ZVM_GUARDED_STORE(ZVM_VECTOR_MOVE("movss") " %1, %0", "x");
  else if constexpr (kSize == 8)
    ZVM_GUARDED_STORE(ZVM_VECTOR_MOVE("movsd") " %1, %0", "x");
  else
    ZVM_GUARDED_STORE(ZVM_VECTOR_MOVE("movups") " %1, %0", "x");
  return true;
fault:
  return false;
}

#undef ZVM_GUARDED_STORE
#undef ZVM_GUARDED_LOAD
#undef ZVM_GUARDED
#undef ZVM_VECTOR_MOVE

} // namespace zvm::runtime
