// The interpreter's machine: instructions, registers, and how one handler follows another.
//
// Slot code is an array of Instr, each beginning with its handler. Under clang the handlers are
// chained by guaranteed tail calls with the registers in machine registers (ZVM_THREADED);
// elsewhere, and under sanitizers, the same bodies run from a loop with the registers in a struct.
// A body changes the registers and says what runs next; it never knows which of the two it is part
// of.
//
// The accumulator `t` holds the last 256-bit result. Values narrower than 256 bits are kept
// zero-extended, in the accumulator and in slots alike.
#pragma once

#include <array>
#include <cstdint>

#include "base/types.hpp"
#include "runtime/frame.hpp"

#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__)) &&                         \
    !defined(ZVM_PORTABLE_INTERPRETER) && __has_attribute(preserve_none) &&                        \
    __has_cpp_attribute(clang::musttail)
#define ZVM_THREADED 1
#else
#define ZVM_THREADED 0
#endif

namespace zvm::backend::interp {

using runtime::Frame;

struct Instr;
struct ExitRecord;

struct Regs {
  const Instr* ip;
  uint8_t* slots; ///< top of the operand stack at entry of the trace or instruction
  int64_t gas;
  Frame* frame;
  uint8_t* memory;
  uint64_t memory_size;
  U256 t;
};

#if ZVM_THREADED
#define ZVM_PRESERVE_NONE __attribute__((preserve_none))
using Handler = ZVM_PRESERVE_NONE void (*)(const Instr*, uint8_t*, int64_t, Frame*, uint8_t*,
                                           uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
using Next = Handler;
#else
struct Next;
using Handler = Next (*)(Regs&);
struct Next {
  Handler fn;
};
#endif

/// Operands are byte offsets from the slot pointer. What imm, imm2 and aux mean is the handler's
/// affair.
struct Instr {
  Handler fn;
  int16_t dst, a, b, c;
  uint64_t imm, imm2;
  const void* aux; ///< exit record, or place in the block table

  [[nodiscard]] const ExitRecord* record() const { return static_cast<const ExitRecord*>(aux); }
};

using Body = Next (*)(Regs&);

#if ZVM_THREADED

template <Body kBody>
ZVM_PRESERVE_NONE void threaded(const Instr* ip, uint8_t* slots, int64_t gas, Frame* frame,
                                uint8_t* memory, uint64_t memory_size, uint64_t t0, uint64_t t1,
                                uint64_t t2, uint64_t t3) {
  Regs r{ip, slots, gas, frame, memory, memory_size, U256{t0, t1, t2, t3}};
  const Handler next = kBody(r);
  [[clang::musttail]] return next(r.ip, r.slots, r.gas, r.frame, r.memory, r.memory_size,
                                  r.t.limbs[0], r.t.limbs[1], r.t.limbs[2], r.t.limbs[3]);
}

ZVM_PRESERVE_NONE void stop_running(const Instr*, uint8_t*, int64_t, Frame*, uint8_t*, uint64_t,
                                    uint64_t, uint64_t, uint64_t, uint64_t);

template <Body kBody>
inline constexpr Handler handler = &threaded<kBody>;

/// The handler of the current instruction comes next.
[[gnu::always_inline]] inline Next dispatch(const Regs& r) { return r.ip->fn; }
[[gnu::always_inline]] inline Next to(Handler h) { return h; }
/// Back to whoever entered the machine.
[[gnu::always_inline]] inline Next leave_machine() { return &stop_running; }

#else

template <Body kBody>
inline constexpr Handler handler = kBody;

[[gnu::always_inline]] inline Next dispatch(const Regs& r) { return {r.ip->fn}; }
[[gnu::always_inline]] inline Next to(Handler h) { return {h}; }
[[gnu::always_inline]] inline Next leave_machine() { return {nullptr}; }

#endif

[[gnu::always_inline]] inline Next next(Regs& r) {
  ++r.ip;
  return dispatch(r);
}

// --- operands ---

enum class Kind : uint8_t { Slot, Acc, Imm, Pool };
inline constexpr unsigned kKinds = 4;

[[gnu::always_inline]] inline U256& slot(const Regs& r, int16_t offset) {
  return *reinterpret_cast<U256*>(r.slots + offset);
}

/// Operand A reads slot `a` or imm, operand B slot `b` or imm2.
template <Kind K>
[[gnu::always_inline]] inline U256 read(const Regs& r, int16_t offset, uint64_t imm) {
  if constexpr (K == Kind::Slot)
    return slot(r, offset);
  if constexpr (K == Kind::Acc)
    return r.t;
  if constexpr (K == Kind::Imm)
    return U256{imm};
  if constexpr (K == Kind::Pool)
    return *reinterpret_cast<const U256*>(imm);
}
template <Kind K>
[[gnu::always_inline]] inline U256 read_a(const Regs& r) {
  return read<K>(r, r.ip->a, r.ip->imm);
}
template <Kind K>
[[gnu::always_inline]] inline U256 read_b(const Regs& r) {
  return read<K>(r, r.ip->b, r.ip->imm2);
}
/// The low limb alone.
template <Kind K>
[[gnu::always_inline]] inline uint64_t low_a(const Regs& r) {
  if constexpr (K == Kind::Slot)
    return slot(r, r.ip->a).limbs[0];
  if constexpr (K == Kind::Acc)
    return r.t.limbs[0];
  return read_a<K>(r).limbs[0];
}
template <Kind K>
[[gnu::always_inline]] inline uint64_t low_b(const Regs& r) {
  if constexpr (K == Kind::Slot)
    return slot(r, r.ip->b).limbs[0];
  if constexpr (K == Kind::Acc)
    return r.t.limbs[0];
  return read_b<K>(r).limbs[0];
}

/// The result goes to the accumulator, and to its slot where something else will read it there.
template <bool kStore>
[[gnu::always_inline]] inline void write(Regs& r, const U256& value) {
  if constexpr (kStore)
    slot(r, r.ip->dst) = value;
  r.t = value;
}

// --- leaving ---

/// One value of a frame state and where it is at the exit.
struct ExitMove {
  int16_t dst;
  Kind kind;
  int16_t src;
  uint64_t imm; ///< Imm: the value. Pool: its address
};

/// How an instruction leaves before it has done anything: prepaid gas back, values to their
/// canonical slots, on in step form at pc.
struct ExitRecord {
  uint32_t pc;
  int32_t delta;   ///< bytes from the slot pointer to the top of the stack at the exit
  int64_t unused;  ///< gas
  uint32_t before; ///< bytes back to the record that holds for other items; 0: there is none
  uint32_t count;
  ExitMove moves[1]; ///< `count`; all of an exit read before any writes
};

/// Calls visit(ExitMove) for each item that the exit moves.
template <typename Visit>
void for_each_move(const ExitRecord& exit, Visit visit) {
  std::array<uint64_t, 2 * runtime::kStackLimit / 64> seen{};
  const ExitRecord* record = &exit;
  while (true) {
    for (uint32_t i = 0; i < record->count; ++i) {
      const ExitMove& m = record->moves[i];
      const auto item = static_cast<uint16_t>(m.dst) / sizeof(U256);
      uint64_t& word = seen[item / 64];
      const uint64_t bit = uint64_t{1} << item % 64;
      if (m.dst >= exit.delta || (word & bit) != 0)
        continue;
      word |= bit;
      if (m.kind != Kind::Slot || m.src != m.dst)
        visit(m);
    }
    if (record->before == 0)
      return;
    record = reinterpret_cast<const ExitRecord*>(reinterpret_cast<const uint8_t*>(record) -
                                                 record->before);
  }
}

/// Ends the message, with `size` bytes of output at `address` where it succeeds or reverts.
Next finish_message(Regs& r, Status status, uint64_t address = 0, uint64_t size = 0);
/// An instruction failed before it had an effect: with an exit record step form finds out exactly,
/// without one (step form itself) the failure is final.
Next fail_before(Regs& r, Status status);
/// Goes on at frame.pc, in slot code where there is some, else in step form. The stack is
/// canonical.
Next continue_at_pc(Regs& r);
/// Leaves by the exit record of the current instruction.
Next leave_to_step(Regs& r);
/// The next instruction in step form.
Next step(Regs& r);

} // namespace zvm::backend::interp
