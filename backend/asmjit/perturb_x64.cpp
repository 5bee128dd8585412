// What is written for tests alone, and what decides about it.
#include "backend/asmjit/perturb.hpp"

#include <atomic>

#include "backend/asmjit/emitter.hpp"
#include "backend/asmjit/exit.hpp"

namespace zvm::backend::asmjit {
namespace {

constexpr int32_t kFirst = 7;

std::atomic<uint64_t> s_seed{0};

} // namespace

int32_t perturbed_countdown = kFirst;

void perturb(uint64_t seed) {
  s_seed.store(seed, std::memory_order_relaxed);
  perturbed_countdown = kFirst;
}

Chance Chance::begin() {
  Chance made;
  made.state_ = s_seed.load(std::memory_order_relaxed);
  made.kinds_ = static_cast<uint8_t>(made.state_ * 0x9e3779b97f4a7c15 >> 56);
  return made;
}

/// Changes the flags, and nothing else.
void FunctionEmitter::jump_by_chance(const Label& to) {
  a_.push(x86::rax);
  a_.mov(x86::rax, reinterpret_cast<uint64_t>(&perturbed_countdown));
  a_.dec(x86::dword_ptr(x86::rax));
  a_.pop(x86::rax);
  a_.jle(to);
}

void FunctionEmitter::count_anew() {
  a_.push(x86::rax);
  a_.mov(x86::rax, reinterpret_cast<uint64_t>(&perturbed_countdown));
  a_.mov(x86::dword_ptr(x86::rax), chance_.countdown());
  a_.pop(x86::rax);
}

void FunctionEmitter::leave_by_chance(Site::Why why, ir::StateId state) {
  const Label leaves = a_.newLabel();
  jump_by_chance(leaves);
  const Cold cold{*this};
  a_.bind(leaves);
  count_anew();
  site(why, state);
}

/// Nothing stays on the stack.
void FunctionEmitter::tell(ir::StateId state) {
  const Label tells = a_.newLabel(), back = a_.newLabel();
  a_.jmp(tells);
  a_.bind(back);
  const Cold cold{*this};
  a_.bind(tells);
  const uint32_t number = note_site(Site::Why::State, state, Status::Success);
  for (size_t r = kRegisters; r-- > 0;)
    a_.push(kPool[r]);
  a_.mov(field(frame::kGasLeft), kGas);
  a_.mov(field(frame::kTop), kOperands);
  a_.mov(x86::rdi, kContext);
  a_.mov(x86::rsi, x86::qword_ptr(exits_cell_));
  a_.mov(x86::edx, number);
  a_.mov(x86::rcx, x86::rsp);
  a_.lea(x86::r8, x86::ptr(x86::rsp, 8 * kRegisters));
  a_.call(constant(reinterpret_cast<uint64_t>(&tell_at)));
  for (const x86::Gp& r : kPool)
    a_.pop(r);
  a_.jmp(back);
}

void FunctionEmitter::watch_head(ir::BlockId b) {
  const ir::Block& block = f_->blocks[b];
  if (!f_->has_states || block.is_final || block.state == ir::kNone)
    return;
  if (tells_)
    tell(block.state);
  if ((block.gas != 0 || block.poll) && chance_.takes(Perturb::Entries, 2))
    leave_by_chance(Site::Why::Elsewhere, block.state);
}

/// An instruction of the guest may be several here: it is left before the first, or what they have
/// charged would be charged again.
void FunctionEmitter::watch_instruction(const Inst& inst) {
  using ir::Op;
  if (!f_->has_states || inst.is_final != 0 || inst.state == ir::kNone ||
      ir::info(inst.op).has(ir::Terminator)) {
    has_charged_ |=
        inst.op == Op::GasWords || inst.op == Op::GasBytes || inst.op == Op::GasSigBytes;
    return;
  }
  const bool is_first = inst.state != newest_state_ && !has_charged_;
  newest_state_ = inst.state;
  has_charged_ = false;
  if (is_first && tells_)
    tell(inst.state);
  if (is_first && chance_.takes(Perturb::Exits, 2))
    leave_by_chance(Site::Why::State, inst.state);
}

/// `refuses` is where an entry goes whose check fails.
void FunctionEmitter::perturb_entry(const Label& refuses) {
  if (!chance_.takes(Perturb::Refusals, 2))
    return;
  const Label fails = a_.newLabel();
  jump_by_chance(fails);
  const Cold cold{*this};
  a_.bind(fails);
  count_anew();
  a_.jmp(refuses);
}

/// Whoever calls is called for the first time again.
void FunctionEmitter::perturb_depth(const Label& deep) {
  if (!chance_.takes(Perturb::Frames, 2))
    return;
  a_.lea(x86::rax, x86::ptr(kScratch, -kEntryBytes - 8));
  a_.cmp(x86::rsp, x86::rax);
  a_.jb(deep);
}

} // namespace zvm::backend::asmjit
