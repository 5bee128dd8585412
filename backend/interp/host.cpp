// Handlers that go through the host table, and those that read the message's surroundings.
#include "backend/interp/handlers_internal.hpp"
#include "backend/interp/libcall.hpp"

namespace zvm::backend::interp {
namespace {

// Handlers of what takes words side by side.

/// Address a, length b, topics from slot c on, imm of them.
Next log(Regs& r) {
  const Instr& i = *r.ip;
  const Status s =
      invoke<Libcall::log>(r, slot(r, i.a).low64(), slot(r, i.b).low64(), &slot(r, i.c), i.imm);
  return s == Status::Success ? next(r) : leave_after<Libcall::log>(r, s);
}

Next ext(Regs& r) {
  const Instr& i = *r.ip;
  U256 result;
  const Status s = invoke<Libcall::ext>(r, i.imm, &slot(r, i.a), i.imm2, result);
  if (s != Status::Success)
    return leave_after<Libcall::ext>(r, s);
  write<true>(r, result);
  return next(r);
}

// Handlers of what ends the message, or leaves it for another.

Next self_destruct(Regs& r) {
  const Status s = invoke<Libcall::self_destruct>(r, slot(r, r.ip->a));
  return leave_after<Libcall::self_destruct>(r, s);
}

Next call(Regs& r) {
  r.slots += static_cast<int64_t>(r.ip->imm2);
  Frame& f = *r.frame;
  // In step form frame.pc has gone past the opcode already.
  const uint64_t next_pc = r.ip->imm != UINT64_MAX ? r.ip->imm : f.pc;
  const Status s = invoke<Libcall::message_call>(r, static_cast<uint64_t>(r.ip->a),
                                                 reinterpret_cast<const U256*>(r.slots), next_pc);
  if (s != Status::Success)
    return leave_after<Libcall::message_call>(r, s);
  f.step_mark = f.step_mark - r.gas;
  return leave_machine();
}

Next context_message(Regs& r) {
  write<true>(r, r.frame->message_words[r.ip->imm]);
  return next(r);
}

Next context_outer(Regs& r) {
  write<true>(r, r.frame->transaction_words[r.ip->imm]);
  return next(r);
}

} // namespace

void add_host_handlers(Handlers& h) {
  h.log = handler<log>;
  h.ext = handler<ext>;
  h.self_destruct = handler<self_destruct>;
  h.call = handler<call>;
  h.context_message = handler<context_message>;
  h.context_outer = handler<context_outer>;
}

} // namespace zvm::backend::interp
