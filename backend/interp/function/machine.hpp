// The machine for functions of modules: word code, in which values are words of 8 bytes in the
// slots of a frame.
//
// Word code is an array of 64-bit words. An instruction begins with its handler; the word behind it
// holds up to four 16-bit fields, which mostly name slots, or two of them and a 32-bit number.
// Handlers are chained as those of slot code are (../machine.hpp): by guaranteed tail calls with
// the registers in machine registers, or from a loop.
//
// Every result goes to an accumulator, `acc` for integers and references, `facc` for floats, and to
// a slot only where something later reads it there. i32 and f32 stand zero-extended; a v128 takes
// two slots and no accumulator.
//
// A frame, upwards: kHeader words (below), then at fp the variables, then values that must be kept,
// then the callee's header and arguments. Results stand where the arguments stood.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "backend/interp/machine.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::backend::interp::word {

using runtime::Activation;
using runtime::Function;
using runtime::Instance;
using runtime::kReentryCharge;

/// A register for floats: lane 0 holds an f32 or an f64.
using Float = float __attribute__((vector_size(16)));
using Word = uint64_t;

struct Regs {
  const Word* ip;
  Word* fp;
  int64_t gas;
  Activation* activation;
  uint8_t* memory; ///< memory 0 of the instance
  uint64_t memory_size;
  uint8_t* touched; ///< of memory 0, see runtime::LinearMemory
  Word acc;
  Float facc;
};

#if ZVM_THREADED
using Handler = ZVM_PRESERVE_NONE void (*)(const Word*, Word*, int64_t, Activation*, uint8_t*,
                                           uint64_t, uint8_t*, Word, Float);
using Next = Handler;
#else
struct Next;
using Handler = Next (*)(Regs&);
struct Next {
  Handler fn;
};
#endif

using Body = Next (*)(Regs&);

#if ZVM_THREADED

template <Body kBody>
ZVM_PRESERVE_NONE void threaded(const Word* ip, Word* fp, int64_t gas, Activation* activation,
                                uint8_t* memory, uint64_t memory_size, uint8_t* touched, Word acc,
                                Float facc) {
  Regs r{ip, fp, gas, activation, memory, memory_size, touched, acc, facc};
  const Handler next = kBody(r);
  [[clang::musttail]] return next(r.ip, r.fp, r.gas, r.activation, r.memory, r.memory_size,
                                  r.touched, r.acc, r.facc);
}
ZVM_PRESERVE_NONE void stop_running(const Word*, Word*, int64_t, Activation*, uint8_t*, uint64_t,
                                    uint8_t*, Word, Float);

template <Body kBody>
inline constexpr Handler handler = &threaded<kBody>;

[[gnu::always_inline]] inline Next dispatch(const Regs& r) {
  return reinterpret_cast<Handler>(*r.ip);
}
[[gnu::always_inline]] inline Next to(Handler h) { return h; }
[[gnu::always_inline]] inline Next leave_machine() { return &stop_running; }

#else

template <Body kBody>
inline constexpr Handler handler = kBody;

[[gnu::always_inline]] inline Next dispatch(const Regs& r) {
  return {reinterpret_cast<Handler>(*r.ip)};
}
[[gnu::always_inline]] inline Next to(Handler h) { return {h}; }
[[gnu::always_inline]] inline Next leave_machine() { return {nullptr}; }

#endif

/// The instruction `kWords` further on.
template <unsigned kWords>
[[gnu::always_inline]] inline Next next(Regs& r) {
  r.ip += kWords;
  return dispatch(r);
}

/// Past the `kWords` of a straight instruction.
template <unsigned kWords>
[[gnu::always_inline]] inline bool behind(Regs& r) {
  r.ip += kWords;
  return true;
}

// --- fields of an instruction ---

template <typename T>
[[gnu::always_inline]] inline T field_at(const Regs& r, unsigned byte) {
  T value;
  std::memcpy(&value, reinterpret_cast<const uint8_t*>(r.ip) + byte, sizeof value);
  return value;
}
/// The 16-bit field in word 1.
template <unsigned kIndex>
[[gnu::always_inline]] inline uint16_t field(const Regs& r) {
  return field_at<uint16_t>(r, 8 + 2 * kIndex);
}
/// The number in the high half of word 1.
[[gnu::always_inline]] inline int32_t number(const Regs& r) { return field_at<int32_t>(r, 12); }
/// A half of a word: 0 is the low half of word 0, 1 its high half, and so on.
template <unsigned kIndex>
[[gnu::always_inline]] inline uint32_t half(const Regs& r) {
  return field_at<uint32_t>(r, 4 * kIndex);
}

inline constexpr unsigned kDst = 0, kA = 1, kB = 2, kC = 3;

// --- operands ---

/// Where an operand is: in the slot its field names, in the accumulator, or the number of word 1.
enum class At : uint8_t { Slot, Acc, Number };

template <At kAt, unsigned kField>
[[gnu::always_inline]] inline Word read(const Regs& r) {
  if constexpr (kAt == At::Slot)
    return r.fp[field<kField>(r)];
  if constexpr (kAt == At::Acc)
    return r.acc;
  return static_cast<Word>(static_cast<int64_t>(number(r)));
}

template <bool kStore>
[[gnu::always_inline]] inline void write(Regs& r, Word value) {
  r.acc = value;
  if constexpr (kStore)
    r.fp[field<kDst>(r)] = value;
}

// --- floats ---

template <typename T>
[[gnu::always_inline]] inline T lane(Float f) {
  T value;
  std::memcpy(&value, &f, sizeof value);
  return value;
}
template <typename T>
[[gnu::always_inline]] inline Float float_of(T value) {
  Float f{};
  std::memcpy(&f, &value, sizeof value);
  return f;
}
template <typename T, At kAt, unsigned kField>
[[gnu::always_inline]] inline T read_float(const Regs& r) {
  if constexpr (kAt == At::Slot) {
    T value;
    std::memcpy(&value, r.fp + field<kField>(r), sizeof value);
    return value;
  } else {
    return lane<T>(r.facc);
  }
}
template <bool kStore, typename T>
[[gnu::always_inline]] inline void write_float(Regs& r, T value) {
  r.facc = float_of(value);
  if constexpr (kStore) {
    if constexpr (sizeof value == 8)
      std::memcpy(r.fp + field<kDst>(r), &value, sizeof value);
    else
      r.fp[field<kDst>(r)] = std::bit_cast<uint32_t>(value);
  }
}

// --- frames ---

/// Words below fp. Where caller and callee belong to different instances, the return goes by way of
/// an instruction that changes back; it finds the last three.
inline constexpr unsigned kHeader = 5;
inline constexpr int kReturnIp = -1, kCallerFp = -2, kRealReturnIp = -3, kRealCallerFp = -4,
                     kCallerInstance = -5;

/// Ends the activation. Out of gas comes first: a region whose gas was not there never ran.
Next finish(Regs& r, Status status);
template <Status kStatus>
Next trap(Regs& r) {
  return finish(r, kStatus);
}

// --- rows ---

/// A straight instruction goes on behind itself. False: it reaches outside of its memory, and ip is
/// still at it.
using Straight = bool (*)(Regs&);

[[gnu::always_inline]] inline Next violation() {
  return to(handler<trap<Status::MemoryViolation>>);
}

/// Straight instructions in a row, executed by one handler. Each has its own words.
template <Straight... kAll>
[[gnu::always_inline]] inline Next row(Regs& r) {
  if ((kAll(r) && ...)) [[likely]]
    return dispatch(r);
  return violation();
}
/// The same, with another instruction behind them.
template <Body kLast, Straight... kAll>
[[gnu::always_inline]] inline Next row_to(Regs& r) {
  if ((kAll(r) && ...)) [[likely]]
    return kLast(r);
  return violation();
}

template <Straight... kAll>
inline constexpr Handler straight = handler<row<kAll...>>;

} // namespace zvm::backend::interp::word
