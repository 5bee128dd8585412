// Handlers of control: block heads, branches, jumps, exits to step form, step form itself, the end
// of messages and calls.
#include <bit>
#include <cstring>

#include "backend/interp/code.hpp"
#include "backend/interp/forms.hpp"
#include "backend/interp/handlers_internal.hpp"
#include "backend/interp/interp.hpp"
#include "backend/interp/libcall.hpp"
#include "base/stack_immediate.hpp"
#include "runtime/execution.hpp"

namespace zvm::backend::interp {
namespace {

[[gnu::always_inline]] inline const StepTable& steps_of(const Frame& f) {
  return *static_cast<const StepTable*>(f.steps);
}
/// Where the code of each pc begins, once that is kept.
[[gnu::always_inline]] inline const Instr* place_of(const Frame& f, uint64_t pc) {
  return static_cast<const Instr*>(
      static_cast<const Place*>(f.blocks)[pc].load(std::memory_order_acquire));
}

/// Bytes of operand stack in use: operand areas are aligned to twice their reach.
[[gnu::always_inline]] inline uint16_t height_of(const Regs& r) {
  return static_cast<uint16_t>(reinterpret_cast<uintptr_t>(r.slots));
}

// --- block heads ---

Next head(Regs& r);

/// Gas is short, or the floor was raised: nothing of the block has happened.
template <Body kAgain>
Next head_refused(Regs& r) {
  const int64_t gas = r.gas - static_cast<int64_t>(r.ip->imm);
  if (gas < 0)
    return to(handler<leave_to_step>);
  const Status s = r.frame->poll(*r.frame, gas);
  return s == Status::Success ? to(handler<kAgain>) : finish_message(r, s);
}

[[gnu::always_inline]] inline Next head(Regs& r) {
  const Instr& i = *r.ip;
  if (static_cast<uint16_t>(height_of(r) - static_cast<uint16_t>(i.a)) > static_cast<uint16_t>(i.b))
      [[unlikely]] {
    return to(handler<leave_to_step>);
  }
  const int64_t gas = r.gas - static_cast<int64_t>(i.imm);
  if (gas < r.frame->floor.load(std::memory_order_relaxed)) [[unlikely]] {
    return to(handler<head_refused<head>>);
  }
  r.gas = gas;
  return next(r);
}

[[gnu::always_inline]] inline Next segment(Regs& r) {
  const int64_t gas = r.gas - static_cast<int64_t>(r.ip->imm);
  if (gas < 0) [[unlikely]]
    return to(handler<leave_to_step>);
  r.gas = gas;
  return next(r);
}

// --- moves ---

Next move(Regs& r) {
  slot(r, r.ip->dst) = slot(r, r.ip->a);
  return next(r);
}
Next move2(Regs& r) {
  slot(r, r.ip->dst) = slot(r, r.ip->a);
  slot(r, r.ip->c) = slot(r, r.ip->b);
  return next(r);
}
Next exchange(Regs& r) {
  U256 &x = slot(r, r.ip->dst), &y = slot(r, r.ip->a);
  const U256 was = x;
  x = y;
  y = was;
  return next(r);
}
Next move_acc(Regs& r) {
  slot(r, r.ip->dst) = r.t;
  return next(r);
}
Next load_acc(Regs& r) {
  r.t = slot(r, r.ip->a);
  return next(r);
}
Next move_imm(Regs& r) {
  slot(r, r.ip->dst) = U256{r.ip->imm};
  return next(r);
}
Next move_pool(Regs& r) {
  slot(r, r.ip->dst) = *reinterpret_cast<const U256*>(r.ip->imm);
  return next(r);
}
Next mask64(Regs& r) {
  write<true>(r, U256{slot(r, r.ip->a).limbs[0]});
  return next(r);
}

// --- branches ---

template <Test kTest, bool kNarrow, Kind A, Kind B, bool kSense>
[[gnu::always_inline]] inline Next branch(Regs& r) {
  bool holds;
  if constexpr (kNarrow) {
    if constexpr (kTest == Test::Eq)
      holds = low_a<A>(r) == low_b<B>(r);
    if constexpr (kTest == Test::LtU)
      holds = low_a<A>(r) < low_b<B>(r);
    if constexpr (kTest == Test::NonZero)
      holds = low_a<A>(r) != 0;
  } else {
    if constexpr (kTest == Test::Eq)
      holds = read_a<A>(r) == read_b<B>(r);
    if constexpr (kTest == Test::LtU)
      holds = read_a<A>(r) < read_b<B>(r);
    if constexpr (kTest == Test::LtS)
      holds = slt(read_a<A>(r), read_b<B>(r));
    if constexpr (kTest == Test::NonZero)
      holds = !read_a<A>(r).is_zero();
  }
  if (holds == kSense) {
    r.ip += r.ip->c;
    return dispatch(r);
  }
  return next(r);
}

// --- jumps ---

[[gnu::always_inline]] inline Next jump(Regs& r) {
  const Instr& i = *r.ip;
  const void* target = static_cast<const Place*>(i.aux)->load(std::memory_order_acquire);
  r.slots += static_cast<int64_t>(i.imm);
  r.frame->pc = i.imm2; // the target may be kStepHere
  if (target == nullptr) [[unlikely]]
    return to(handler<continue_at_pc>);
  r.ip = static_cast<const Instr*>(target);
  return dispatch(r);
}

Next bad_jump(Regs& r) { return finish_message(r, Status::InvalidJump); }

Next jump_dynamic(Regs& r) {
  if (!r.t.fits_u64() || !r.frame->code->is_jump_destination(r.t.low64())) [[unlikely]]
    return to(handler<bad_jump>);
  r.slots += static_cast<int64_t>(r.ip->imm);
  r.frame->pc = r.t.low64();
  if (r.frame->slot_code == nullptr)
    return to(handler<step>);
  if (r.frame->blocks != nullptr) {
    if (const Instr* target = place_of(*r.frame, r.t.low64())) {
      r.ip = target;
      return dispatch(r);
    }
  }
  return to(handler<continue_at_pc>);
}

// --- step form ---

/// Which check it was that the next instruction did not pass, in the VM's order.
Next step_refused(Regs& r) {
  const StepTable& steps = steps_of(*r.frame);
  const StepEntry& e = steps.entries[r.frame->code_bytes[r.frame->pc]];
  if (e.code == nullptr)
    return finish_message(r, Status::InvalidOpcode);
  const bool no_gas = r.gas < e.gas;
  if (no_gas && steps.gas_before_stack)
    return finish_message(r, Status::OutOfGas);
  if (height_of(r) < e.need)
    return finish_message(r, Status::StackUnderflow);
  if (static_cast<uint16_t>(height_of(r) - e.need) > e.room) {
    return finish_message(r, Status::StackOverflow);
  }
  if (no_gas)
    return finish_message(r, Status::OutOfGas);
  const Status s = r.frame->poll(*r.frame, r.gas - e.gas);
  return s == Status::Success ? to(handler<step>) : finish_message(r, s);
}

[[gnu::always_inline]] inline Next step_now(Regs& r) {
  Frame& f = *r.frame;
  const StepEntry& e = steps_of(f).entries[f.code_bytes[f.pc]];
  const int64_t gas = r.gas - e.gas;
  if (static_cast<uint16_t>(height_of(r) - e.need) > e.room ||
      gas < f.floor.load(std::memory_order_relaxed)) [[unlikely]] {
    return to(handler<step_refused>);
  }
  r.gas = gas;
  f.pc += 1u + e.immediate;
  r.ip = e.code;
  return dispatch(r);
}

Next hooked_step(Regs& r) {
  r.frame->top = reinterpret_cast<U256*>(r.slots);
  const Status s = r.frame->step_hook(*r.frame, r.gas);
  if (s != Status::Success)
    return finish_message(r, s);
  return step_now(r);
}

/// The end of a snippet.
[[gnu::always_inline]] inline Next step_next(Regs& r) {
  r.slots += static_cast<int64_t>(r.ip->imm);
  if (r.frame->step_hook != nullptr) [[unlikely]]
    return to(handler<hooked_step>);
  return step_now(r);
}

/// The bytes behind the code are zero, and more than the longest immediate, so reading past it is
/// sound.
Next step_immediate(Regs& r) {
  const auto size = static_cast<unsigned>(r.ip->imm);
  const uint8_t* bytes = r.frame->code_bytes + r.frame->pc - size;
  if (size <= 8) {
    uint64_t limb;
    std::memcpy(&limb, bytes, 8);
    if constexpr (std::endian::native == std::endian::little)
      limb = __builtin_bswap64(limb);
    write<true>(r, U256{limb >> (64 - 8 * size)});
  } else {
    write<true>(r, U256::load_be(bytes) >> (256 - 8 * size));
  }
  return next(r);
}

/// Item n from the top, which is 1. The whole stack stands in its slots.
U256& stack_item_at(const Regs& r, unsigned n) {
  return reinterpret_cast<U256*>(r.slots)[-static_cast<int>(n)];
}

uint8_t stepped_immediate(const Regs& r) { return r.frame->code_bytes[r.frame->pc - 1]; }

Next step_dup(Regs& r) {
  const std::optional<unsigned> item = stack_item(stepped_immediate(r));
  if (!item)
    return finish_message(r, Status::InvalidOpcode);
  if (height_of(r) < *item * sizeof(U256))
    return finish_message(r, Status::StackUnderflow);
  write<true>(r, stack_item_at(r, *item));
  return next(r);
}

/// Exchanges what stands so far below the top.
Next exchange_items(Regs& r, unsigned upper, unsigned lower) {
  if (height_of(r) <= lower * sizeof(U256))
    return finish_message(r, Status::StackUnderflow);
  std::swap(stack_item_at(r, upper + 1), stack_item_at(r, lower + 1));
  return next(r);
}

Next step_swap(Regs& r) {
  const std::optional<unsigned> item = stack_item(stepped_immediate(r));
  return item ? exchange_items(r, 0, *item) : finish_message(r, Status::InvalidOpcode);
}

Next step_exchange(Regs& r) {
  const std::optional<StackPair> pair = stack_pair(stepped_immediate(r));
  return pair ? exchange_items(r, pair->upper, pair->lower)
              : finish_message(r, Status::InvalidOpcode);
}

Next step_pc(Regs& r) {
  write<true>(r, U256{r.frame->pc - r.ip->imm});
  return next(r);
}

// --- the end ---

Next gas_left(Regs& r) {
  write<true>(r, U256{static_cast<uint64_t>(r.gas)});
  return next(r);
}

Next stop(Regs& r) { return finish_message(r, Status::Success); }

template <Status kStatus>
Next finish(Regs& r) {
  return finish_message(r, kStatus, slot(r, r.ip->a).low64(), slot(r, r.ip->b).low64());
}

Next trap(Regs& r) { return finish_message(r, static_cast<Status>(r.ip->imm)); }

Next enter([[maybe_unused]] Regs& r) { return to(handler<continue_at_pc>); }

/// All of it is read before anything is written.
[[gnu::noinline]] void restore_stack(const Regs& r, const ExitRecord& exit) {
  std::array<uint64_t, 4> values[runtime::kStackLimit]; // no trace has more items
  int16_t places[runtime::kStackLimit];
  uint32_t count = 0;
  for_each_move(exit, [&](const ExitMove& m) {
    const U256 value = m.kind == Kind::Slot  ? slot(r, m.src)
                       : m.kind == Kind::Acc ? r.t
                       : m.kind == Kind::Imm ? U256{m.imm}
                                             : *reinterpret_cast<const U256*>(m.imm);
    values[count] = std::bit_cast<std::array<uint64_t, 4>>(value);
    places[count++] = m.dst;
  });
  for (uint32_t i = 0; i < count; ++i)
    slot(r, places[i]) = std::bit_cast<U256>(values[i]);
}

} // namespace

Next finish_message(Regs& r, Status status, uint64_t address, uint64_t size) {
  Frame& f = *r.frame;
  f.step_mark = f.step_mark - r.gas;
  f.top = reinterpret_cast<U256*>(r.slots);
  invoke<Libcall::end_message>(r, status, address, size);
  return leave_machine();
}

Next leave_to_step(Regs& r) {
  const ExitRecord& record = *r.ip->record();
  restore_stack(r, record);
  r.slots += record.delta;
  r.gas += record.unused;
  r.frame->pc = record.pc;
  return to(handler<step>);
}

Next fail_before(Regs& r, Status status) {
  return r.ip->record() != nullptr ? to(handler<leave_to_step>) : finish_message(r, status);
}

Next step(Regs& r) {
  if (r.frame->step_hook != nullptr) [[unlikely]]
    return to(handler<hooked_step>);
  return step_now(r);
}

Next continue_at_pc(Regs& r) {
  Frame& f = *r.frame;
  auto* slots = static_cast<Code*>(f.slot_code);
  if (slots == nullptr)
    return to(handler<step>);
  runtime::CodeObject& code = *f.code;
  if (f.blocks == nullptr) {
    const auto burnt = static_cast<uint64_t>(f.step_mark - r.gas);
    f.step_mark = r.gas;
    // A lost update of a racing thread only delays the promotion.
    const uint64_t total = code.gas_burnt.load(std::memory_order_relaxed) + burnt;
    code.gas_burnt.store(total, std::memory_order_relaxed);
    if (total < static_cast<uint64_t>(f.execution->promote_at))
      return to(handler<step>);
    f.blocks = slots->open();
    if (f.blocks == nullptr)
      return to(handler<step>);
  }
  if (f.pc > code.size)
    return to(handler<step>);
  const Instr* target = place_of(f, f.pc);
  if (target == nullptr)
    target = static_cast<const Instr*>(slots->compile(static_cast<uint32_t>(f.pc)));
  if (target == nullptr)
    return to(handler<step>);
  r.ip = target;
  return dispatch(r);
}

Handler branch_handler(Test test, ir::Type type, Kind a, Kind b, bool sense) {
  return chosen<Test::Eq, Test::LtU, Test::LtS, Test::NonZero>(test, [&]<Test kTest>() {
    return chosen<false, true>(type != ir::Type::I256, [&]<bool kNarrow>() {
      return chosen<Kind::Slot, Kind::Acc, Kind::Imm>(a, [&]<Kind A>() {
        return chosen<Kind::Slot, Kind::Acc, Kind::Imm, Kind::Pool>(b, [&]<Kind B>() {
          return chosen<false, true>(sense, [&]<bool kSense>() -> Handler {
            constexpr bool kIsOne = kTest == Test::NonZero;
            if constexpr ((kNarrow && (kTest == Test::LtS || B == Kind::Pool)) ||
                          (kIsOne && (A == Kind::Imm || B != Kind::Slot)))
              return nullptr;
            else
              return handler<branch<kTest, kNarrow, A, B, kSense>>;
          });
        });
      });
    });
  });
}

const Instr kStepHere{handler<step>, 0, 0, 0, 0, 0, 0, nullptr};

#if ZVM_THREADED

ZVM_PRESERVE_NONE void stop_running(const Instr*, uint8_t*, int64_t, Frame*, uint8_t*, uint64_t,
                                    uint64_t, uint64_t, uint64_t, uint64_t) {}

#endif

runtime::Exit run(Frame& f, const StepTable& steps, Code* code) {
  f.slot_code = code;
  f.blocks = code == nullptr ? nullptr : code->entries();
  f.step_mark = f.gas;
  f.code_bytes = f.code->bytes;
  f.steps = &steps;
  uint8_t* slots = reinterpret_cast<uint8_t*>(f.top);
#if ZVM_THREADED
  handler<enter>(nullptr, slots, f.gas, &f, f.memory, f.memory_size, 0, 0, 0, 0);
#else
  Regs r{nullptr, slots, f.gas, &f, f.memory, f.memory_size, U256{}};
  Handler at = handler<enter>;
  while (at != nullptr)
    at = at(r).fn;
#endif
  if (f.blocks == nullptr) {
    // What is left of step_mark is what was burnt since step form last looked.
    f.code->gas_burnt.fetch_add(static_cast<uint64_t>(f.step_mark), std::memory_order_relaxed);
  }
  return f.exit;
}

void add_control_handlers(Handlers& h) {
  h.move = handler<move>;
  h.move2 = handler<move2>;
  h.exchange = handler<exchange>;
  h.move_acc = handler<move_acc>;
  h.load_acc = handler<load_acc>;
  h.move_imm = handler<move_imm>;
  h.move_pool = handler<move_pool>;
  h.mask64 = handler<mask64>;
  h.head = handler<head>;
  h.segment = handler<segment>;
  h.jump = handler<jump>;
  h.jump_dynamic = handler<jump_dynamic>;
  h.exit = handler<leave_to_step>;
  h.step = handler<step_next>;
  h.step_immediate = handler<step_immediate>;
  h.step_dup = handler<step_dup>;
  h.step_swap = handler<step_swap>;
  h.step_exchange = handler<step_exchange>;
  h.step_pc = handler<step_pc>;
  h.gas_left = handler<gas_left>;
  h.stop = handler<stop>;
  h.finish = handler<finish<Status::Success>>;
  h.revert = handler<finish<Status::Revert>>;
  h.trap = handler<trap>;
}

const Handlers& handlers() {
  static const Handlers kAll = [] {
    Handlers h{};
    add_memory_handlers(h);
    add_host_handlers(h);
    add_control_handlers(h);
    return h;
  }();
  return kAll;
}

} // namespace zvm::backend::interp
