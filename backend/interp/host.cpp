// Handlers that go through the host table, and those that read the message's surroundings.
#include "backend/interp/handlers_internal.hpp"

namespace zvm::backend::interp {
namespace {

using runtime::HostTable;

/// What follows a host function: its gas, and where it failed, the end of the message. A pending read
/// has had no effect, so the instruction is left before it.
template <typename Then>
[[gnu::always_inline]] inline Next after(Regs& r, Status status, Then then) {
  r.gas = r.frame->gas;
  if (status != Status::Success) [[unlikely]] {
    return status == Status::Suspended ? fail_before(r, status) : finish_message(r, status);
  }
  then();
  return next(r);
}

/// The same behind dynamic gas of its own instruction, which an exit before it would have paid twice: a
/// pending read ends the message here.
template <typename Then>
[[gnu::always_inline]] inline Next after_charge(Regs& r, Status status, Then then) {
  r.gas = r.frame->gas;
  if (status != Status::Success) [[unlikely]]
    return finish_message(r, status);
  then();
  return next(r);
}

/// One operand in, one result out.
template <auto kMember>
Next unary(Regs& r) {
  r.frame->gas = r.gas;
  U256 result;
  const Status s = (r.frame->host->*kMember)(*r.frame, slot(r, r.ip->a), result);
  return after(r, s, [&] { write<true>(r, result); });
}

/// Two operands in.
template <auto kMember>
Next store(Regs& r) {
  r.frame->gas = r.gas;
  const Status s = (r.frame->host->*kMember)(*r.frame, slot(r, r.ip->a), slot(r, r.ip->b));
  return after(r, s, [] {});
}

Next self_balance(Regs& r) {
  r.frame->gas = r.gas;
  U256 wei;
  const Status s = r.frame->host->self_balance(*r.frame, wei);
  return after(r, s, [&] { write<true>(r, wei); });
}

/// Account a, address b, offset c, length in slot imm.
Next code_copy(Regs& r) {
  r.frame->gas = r.gas;
  const uint64_t length = slot(r, static_cast<int16_t>(r.ip->imm)).low64();
  const Status s = r.frame->host->code_copy(
      *r.frame, slot(r, r.ip->a), range(r, slot(r, r.ip->b), length), slot(r, r.ip->c), length);
  return after_charge(r, s, [] {});
}

Next log(Regs& r) {
  r.frame->gas = r.gas;
  const std::span<const U256> topics{&slot(r, r.ip->c), r.ip->imm};
  const uint64_t size = slot(r, r.ip->b).low64();
  const Status s = r.frame->host->log(*r.frame, range(r, slot(r, r.ip->a), size), size, topics);
  return after_charge(r, s, [] {});
}

Next defer_hash(Regs& r) {
  r.frame->gas = r.gas;
  const uint64_t size = slot(r, r.ip->b).low64();
  U256 handle;
  const Status s = r.frame->host->defer_hash(*r.frame, slot(r, r.ip->c),
                                             range(r, slot(r, r.ip->a), size), size, handle);
  return after_charge(r, s, [&] { write<true>(r, handle); });
}

Next ext(Regs& r) {
  r.frame->gas = r.gas;
  U256 result;
  const std::span<const U256> operands{&slot(r, r.ip->a), r.ip->imm2};
  const Status s = r.frame->host->ext(*r.frame, static_cast<uint32_t>(r.ip->imm), operands, result);
  r.memory_size = r.frame->memory_size;
  return after_charge(r, s, [&] { write<true>(r, result); });
}

Next self_destruct(Regs& r) {
  r.frame->gas = r.gas;
  const Status s = r.frame->host->self_destruct(*r.frame, slot(r, r.ip->a));
  r.gas = r.frame->gas;
  if (s == Status::Suspended)
    return fail_before(r, s);
  r.frame->output_size = 0;
  return finish_message(r, s);
}

/// A memory range's place. Its length has been touched, or is zero.
void set_range(uint64_t& offset, uint64_t& size, const U256& offset_word, const U256& size_word) {
  size = size_word.low64();
  offset = size == 0 ? 0 : offset_word.low64();
}

Next call(Regs& r) {
  r.slots += static_cast<int64_t>(r.ip->imm2);
  Frame& f = *r.frame;
  const auto kind = static_cast<CallKind>(r.ip->a);
  const U256* top = reinterpret_cast<const U256*>(r.slots);
  runtime::CallArguments& call = f.request;
  call = {};
  call.kind = kind;
  if (is_create(kind)) {
    call.value = top[-1];
    set_range(call.input_offset, call.input_size, top[-2], top[-3]);
    if (kind == CallKind::Create2)
      call.salt = top[-4];
  } else {
    call.gas = top[-1];
    call.address = top[-2];
    const bool has_value = kind == CallKind::Call || kind == CallKind::CallCode;
    const U256* range = top - (has_value ? 4 : 3);
    if (has_value)
      call.value = top[-3];
    set_range(call.input_offset, call.input_size, range[0], range[-1]);
    set_range(call.output_offset, call.output_size, range[-2], range[-3]);
  }
  // In step form frame.pc has gone past the opcode already.
  if (r.ip->imm != UINT64_MAX)
    f.pc = r.ip->imm;
  f.gas = r.gas;
  const Status s = f.host->prepare_call(f, call);
  r.gas = f.gas;
  if (s != Status::Success) {
    if (s == Status::Suspended)
      f.pc -= 1;
    return finish_message(r, s);
  }
  f.step_mark = f.step_mark - r.gas;
  f.exit = runtime::Exit::Call;
  f.top = reinterpret_cast<U256*>(r.slots) - operand_count(kind);
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
  h.sload = handler<unary<&HostTable::sload>>;
  h.tload = handler<unary<&HostTable::tload>>;
  h.balance = handler<unary<&HostTable::balance>>;
  h.code_size = handler<unary<&HostTable::code_size>>;
  h.code_hash = handler<unary<&HostTable::code_hash>>;
  h.block_hash = handler<unary<&HostTable::block_hash>>;
  h.blob_hash = handler<unary<&HostTable::blob_hash>>;
  h.sstore = handler<store<&HostTable::sstore>>;
  h.tstore = handler<store<&HostTable::tstore>>;
  h.self_balance = handler<self_balance>;
  h.code_copy = handler<code_copy>;
  h.log = handler<log>;
  h.defer_hash = handler<defer_hash>;
  h.ext = handler<ext>;
  h.self_destruct = handler<self_destruct>;
  h.call = handler<call>;
  h.context_message = handler<context_message>;
  h.context_outer = handler<context_outer>;
}

} // namespace zvm::backend::interp
