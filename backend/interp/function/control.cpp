// Handlers of moves, jumps, calls and returns, and how the machine is entered and left.
#include <algorithm>
#include <utility>

#include "backend/interp/function/call.hpp"
#include "backend/interp/function/code.hpp"
#include "backend/interp/function/control.hpp"
#include "backend/interp/function/libcall.hpp"
#include "base/float_environment.hpp"
#include "base/host_failure.hpp"
#include "runtime/dynamic_gas.hpp"

namespace zvm::backend::interp::word {

namespace {

// --- moves ---

Next move_vector(Regs& r) {
  Word value[2];
  std::memcpy(value, r.fp + field<kA>(r), 16);
  std::memcpy(r.fp + field<kDst>(r), value, 16);
  return next<2>(r);
}
Next move_acc(Regs& r) {
  r.fp[field<kDst>(r)] = r.acc;
  return next<2>(r);
}
Next load_acc(Regs& r) {
  r.acc = r.fp[field<kA>(r)];
  return next<2>(r);
}
// Constants go to slots between an operand in the accumulator and who reads it there.
Next move_number(Regs& r) {
  r.fp[field<kDst>(r)] = read<At::Number, kB>(r);
  return next<2>(r);
}
Next move_word(Regs& r) {
  r.fp[field<kDst>(r)] = r.ip[2];
  return next<3>(r);
}
Next move_words(Regs& r) {
  std::memcpy(r.fp + field<kDst>(r), r.ip + 2, 16);
  return next<4>(r);
}
Next move_many(Regs& r) {
  std::memmove(r.fp + half<3>(r), r.fp + half<2>(r), size_t{half<4>(r)} * sizeof(Word));
  return next<3>(r);
}

template <At kCondition>
Next select(Regs& r) {
  const bool first = static_cast<uint32_t>(read<kCondition, kA>(r)) != 0;
  const Word b = r.fp[field<kB>(r)], c = r.fp[field<kC>(r)];
  write<true>(r, first ? b : c);
  return next<2>(r);
}
Next select_vector(Regs& r) {
  const bool first = static_cast<uint32_t>(r.fp[field<kA>(r)]) != 0;
  std::memmove(r.fp + field<kDst>(r), r.fp + (first ? field<kB>(r) : field<kC>(r)), 16);
  return next<2>(r);
}

// --- gas ---

/// `units` at the rate in word 2.
Next charge_for(Regs& r, uint64_t units) {
  if (!runtime::charge_units(r.gas, units, r.ip[2]))
    return finish(r, Status::OutOfGas);
  return next<3>(r);
}
Next charge_units(Regs& r) { return charge_for(r, r.fp[field<kA>(r)]); }
Next charge_words(Regs& r) { return charge_for(r, runtime::words_of(r.fp[field<kA>(r)])); }

// --- frames ---

/// False: it ends here.
bool may_go_on(Regs& r, Status& status) {
  Activation& a = *r.activation;
  status = r.gas < 0 ? Status::OutOfGas : a.poll == nullptr ? Status::Success : a.poll(a, r.gas);
  return status == Status::Success;
}
Next poll_entered(Regs& r) {
  Status status = Status::Success;
  return may_go_on(r, status) ? dispatch(r) : finish(r, status);
}

Next enter(Regs& r) {
  Activation& a = *r.activation;
  a.depth_left -= half<2>(r);
  if (a.depth_left < 0) [[unlikely]]
    return finish(r, Status::StackExhausted);
  r.gas -= half<3>(r);
  Word* slot = r.fp + half<4>(r);
  for (uint32_t i = half<5>(r); i != 0; --i)
    *slot++ = 0;
  r.ip += 3;
  if (r.gas < a.floor.load(std::memory_order_relaxed)) [[unlikely]]
    return to(handler<poll_entered>);
  return dispatch(r);
}

Next return_0(Regs& r) {
  r.activation->depth_left += half<3>(r);
  return go_back(r);
}
Next return_slot(Regs& r) {
  r.activation->depth_left += half<3>(r);
  r.acc = r.fp[field<kDst>(r)];
  r.fp[0] = r.acc;
  return go_back(r);
}
Next return_acc(Regs& r) {
  r.activation->depth_left += half<3>(r);
  r.fp[0] = r.acc;
  return go_back(r);
}
Next return_many(Regs& r) {
  r.activation->depth_left += half<3>(r);
  std::memmove(r.fp, r.fp + half<2>(r), size_t{half<4>(r)} * sizeof(Word));
  return go_back(r);
}

/// Back in the caller's instance. fp is the callee's still.
Next change_back(Regs& r) {
  const Word* frame = r.fp;
  r.activation->instance = reinterpret_cast<Instance*>(frame[kCallerInstance]);
  load_memory(r);
  r.ip = reinterpret_cast<const Word*>(frame[kRealReturnIp]);
  r.fp = reinterpret_cast<Word*>(frame[kRealCallerFp]);
  r.gas -= static_cast<int64_t>(r.ip[-1] >> 32);
  return dispatch(r);
}
Next leave(Regs& r) { return finish(r, Status::Success); }

// What a frame returns to that no code called: a word without gas, then the instruction.
const Word kChangeBack[] = {0, reinterpret_cast<Word>(handler<change_back>)};
const Word kLeave[] = {0, reinterpret_cast<Word>(handler<leave>)};

/// In another instance from here on; the frame, whose header is that of a call within one, will
/// change back.
void change_instance(Regs& r, Word* frame, const Function& f) {
  frame[kRealReturnIp] = frame[kReturnIp];
  frame[kRealCallerFp] = frame[kCallerFp];
  frame[kCallerInstance] = reinterpret_cast<Word>(r.activation->instance);
  frame[kReturnIp] = reinterpret_cast<Word>(kChangeBack + 1);
  frame[kCallerFp] = reinterpret_cast<Word>(frame);
  r.activation->instance = f.instance;
  load_memory(r);
}

/// Calls any function from a call instruction, whose last word follows the gas behind it.
Next call_function(Regs& r, const Function& f) {
  Word* frame = r.fp + half<2>(r);
  frame[kReturnIp] = reinterpret_cast<Word>(r.ip + 4);
  frame[kCallerFp] = reinterpret_cast<Word>(r.fp);
  r.fp = frame;
  return enter_function(r, f);
}

/// The frame makes room for another function's, whose arguments move to its bottom.
void replace_frame(Regs& r, size_t slots) {
  r.activation->depth_left += half<7>(r);
  std::memmove(r.fp, r.fp + half<2>(r), slots * sizeof(Word));
}
Next tail_call_function(Regs& r, const Function& f) {
  replace_frame(r, half<5>(r));
  return enter_in_place(r, f);
}

const runtime::Entry& entry_of(const Regs& r) {
  return *reinterpret_cast<const runtime::Entry*>(r.ip[2]);
}

Next call(Regs& r) {
  Word* frame = r.fp + half<2>(r);
  frame[kReturnIp] = reinterpret_cast<Word>(r.ip + 4);
  frame[kCallerFp] = reinterpret_cast<Word>(r.fp);
  const runtime::Entry& entry = entry_of(r);
  r.fp = frame;
  return enter_code(r, entry);
}
Next tail_call(Regs& r) {
  const runtime::Entry& entry = entry_of(r);
  replace_frame(r, half<6>(r));
  return enter_code(r, entry);
}

Next call_import(Regs& r) { return call_function(r, *r.activation->instance->imports[half<3>(r)]); }
Next tail_call_import(Regs& r) {
  return tail_call_function(r, *r.activation->instance->imports[half<3>(r)]);
}

/// The function that an indirect call is for. Null: the status says why there is none.
[[gnu::always_inline]] inline const Function* find_indirect(Regs& r, Status& status) {
  const Instance& instance = *r.activation->instance;
  const runtime::Table& table = *instance.tables[half<3>(r)];
  const uint64_t index = r.fp[half<4>(r)];
  if (index < table.size) {
    const Function* f = runtime::function_of(table.items[index]);
    if (f != nullptr && f->signature == instance.types[half<6>(r)])
      return f;
  }
  uint64_t callee = 0;
  status = invoke<Libcall::indirect_callee>(r, index, half<6>(r), half<3>(r), callee);
  return runtime::function_of(callee);
}
template <auto kCall>
Next call_indirect(Regs& r) {
  Status status = Status::Success;
  const Function* f = find_indirect(r, status);
  return f == nullptr ? finish(r, status) : kCall(r, *f);
}

Next return_from_host(Regs& r) {
  load_memory(r); // it may have grown
  r.acc = r.fp[0];
  return go_back(r);
}

/// Code relies on what is narrower than a slot being zero-extended, which who wrote the function
/// may not know.
void narrow_results(const runtime::Signature& signature, Word* slots) {
  using runtime::ValueType;
  for (const ValueType type : signature.results()) {
    if (type == ValueType::I32 || type == ValueType::F32)
      *slots = static_cast<uint32_t>(*slots);
    slots += runtime::slots_of(type);
  }
}

/// What a function of the embedder runs instead of code. Its arguments and results are at fp.
Next call_host(Regs& r) {
  Activation& a = *r.activation;
  if (r.gas < 0)
    return finish(r, Status::OutOfGas);
  const Function& f = *a.callee;
  // Calls that it makes take the stack above what it is given.
  Word* const stack = a.stack;
  a.stack = r.fp + std::max(f.signature->parameter_slots, f.signature->result_slots);
  a.gas = r.gas;
  const Status s = f.host(a, f.data, r.fp);
  a.stack = stack;
  r.gas = a.gas;
  if (s != Status::Success) {
    a.suspended = r.fp;
    return finish(r, s);
  }
  narrow_results(*f.signature, r.fp);
  return return_from_host(r);
}
const Word kHostCode[] = {reinterpret_cast<Word>(handler<call_host>)};
const runtime::Entry kHostEntry{kHostCode};

/// Stands for the code of a function that has not been called yet; word 1 is its index.
Next lower_first(Regs& r) {
  auto& code = *static_cast<Code*>(r.activation->instance->code);
  r.ip = static_cast<const Word*>(code.compile(static_cast<uint32_t>(r.ip[1])));
  return r.ip == nullptr ? finish(r, out_of_memory()) : dispatch(r);
}

Next trap_with(Regs& r) { return finish(r, static_cast<Status>(half<2>(r))); }

Handlers make_handlers() {
  Handlers h{};
  add_integer_handlers(h);
  add_memory_handlers(h);
  add_module_handlers(h);
  add_control_handlers(h);
  return h;
}

} // namespace

Next enter_function(Regs& r, const Function& f) {
  if (f.instance != r.activation->instance && f.instance != nullptr)
    change_instance(r, r.fp, f);
  r.activation->callee = &f;
  return enter_code(r, *f.entry);
}

Next enter_in_place(Regs& r, const Function& f) {
  if (f.instance != r.activation->instance && f.instance != nullptr &&
      r.fp[kReturnIp] == reinterpret_cast<Word>(kChangeBack + 1)) {
    r.activation->instance = f.instance;
    load_memory(r);
  }
  return enter_function(r, f);
}

/// At the head of a loop, whose values all are in their slots.
Next polled(Regs& r) {
  Activation& a = *r.activation;
  Status status = Status::Success;
  a.loop = r.ip;
  const bool goes_on = may_go_on(r, status);
  r.ip = static_cast<const Word*>(std::exchange(a.loop, nullptr));
  return goes_on ? dispatch(r) : finish(r, status);
}

Next finish(Regs& r, Status status) {
  if (r.gas < 0 && !is_host(status))
    status = Status::OutOfGas;
  r.activation->gas = kind(status) == StatusKind::Failure ? 0 : r.gas;
  r.activation->status = status;
  return leave_machine();
}

Handler lower_first_handler() { return handler<lower_first>; }

void add_control_handlers(Handlers& h) {
  h.move = straight<move>;
  h.move_vector = handler<move_vector>;
  h.move_acc = handler<move_acc>;
  h.load_acc = handler<load_acc>;
  h.move_number = handler<move_number>;
  h.move_word = handler<move_word>;
  h.move_words = handler<move_words>;
  h.move_many = handler<move_many>;
  h.select = handler<select<At::Slot>>;
  h.select_acc = handler<select<At::Acc>>;
  h.select_vector = handler<select_vector>;
  h.enter = handler<enter>;
  h.charge = straight<charge>;
  h.charge_units = handler<charge_units>;
  h.charge_words = handler<charge_words>;
  h.jump = handler<jump>;
  h.jump_polled = handler<jump_polled>;
  h.jump_table = handler<jump_table<At::Slot>>;
  h.jump_table_acc = handler<jump_table<At::Acc>>;
  h.return_0 = handler<return_0>;
  h.return_slot = handler<return_slot>;
  h.return_acc = handler<return_acc>;
  h.return_many = handler<return_many>;
  h.call = handler<call>;
  h.call_import = handler<call_import>;
  h.call_indirect = handler<call_indirect<call_function>>;
  h.tail_call = handler<tail_call>;
  h.tail_call_import = handler<tail_call_import>;
  h.tail_call_indirect = handler<call_indirect<tail_call_function>>;
  h.trap = handler<trap_with>;
}

const Handlers& handlers() {
  static const Handlers all = make_handlers();
  return all;
}

#if ZVM_THREADED

ZVM_PRESERVE_NONE void stop_running(const Word*, Word*, int64_t, Activation*, uint8_t*, uint64_t,
                                    uint8_t*, Word, Float) {}

namespace {
void run_from(Regs& r, Next next) {
  next(r.ip, r.fp, r.gas, r.activation, r.memory, r.memory_size, r.touched, r.acc, r.facc);
}
} // namespace

#else

namespace {
void run_from(Regs& r, Next next) {
  while (next.fn != nullptr)
    next = next.fn(r);
}
} // namespace

#endif

} // namespace zvm::backend::interp::word

namespace zvm::backend::interp {

static_assert(kFirstSlot == word::kHeader);

const runtime::Entry* host_entry() { return &word::kHostEntry; }

Status call(runtime::Activation& activation, const runtime::Function& function, uint64_t* slots) {
  const runtime::Signature& signature = *function.signature;
  if (activation.depth_left < runtime::kReentryCharge) {
    activation.gas = 0;
    return Status::StackExhausted;
  }
  activation.depth_left -= runtime::kReentryCharge;
  runtime::Instance* const before = activation.instance;
  activation.instance = function.instance;
  activation.callee = &function;
  const int64_t depth = activation.depth_left;
  uint64_t* const native_stack = activation.native_stack;
  word::Word* const frame = activation.stack + word::kHeader;
  frame[word::kReturnIp] = reinterpret_cast<word::Word>(word::kLeave + 1);
  frame[word::kCallerFp] = reinterpret_cast<word::Word>(frame);
  std::copy_n(slots, signature.parameter_slots, frame);
  word::Regs r{static_cast<const word::Word*>(function.entry->load(std::memory_order_acquire)),
               frame,
               activation.gas,
               &activation,
               nullptr,
               0,
               nullptr,
               0,
               word::Float{}};
  word::load_memory(r);
  const DefaultFloatEnvironment environment;
  word::run_from(r, word::dispatch(r));
  if (activation.status == Status::Suspended)
    return Status::Suspended;
  if (activation.status == Status::Success)
    std::copy_n(frame, signature.result_slots, slots);
  activation.depth_left = depth + runtime::kReentryCharge;
  activation.native_stack = native_stack;
  activation.instance = before;
  return activation.status;
}

Status resume(runtime::Activation& activation) {
  word::Regs r{nullptr, activation.suspended, activation.gas, &activation, nullptr, 0, nullptr,
               0,       word::Float{}};
  const DefaultFloatEnvironment environment;
  word::run_from(r, word::return_from_host(r));
  return activation.status;
}

} // namespace zvm::backend::interp
