#include "backend/asmjit/emitter.hpp"

namespace zvm::backend::asmjit {

using ir::kNone;
using ir::Op;

namespace {

constexpr bool fits_i32(uint64_t v) {
  return static_cast<int64_t>(v) == static_cast<int32_t>(static_cast<uint32_t>(v));
}

} // namespace

bool FunctionEmitter::emit(const ir::Function& f, RunnableCode& code, Exits& exits,
                           ::asmjit::String* listing) {
  if (!begin(f, exits, listing))
    return false;
  emit_body();
  if (refused_ || values_.failed() || !values_.try_note(exits.places))
    return false;
  const bool is_kept = exits.states.try_append(f.states.view()) &&
                       exits.items.try_append(f.stack_items.view()) &&
                       exits.constants.try_append(f.constants.view());
  const bool done = is_kept && finish(code);
  if (done && listing != nullptr)
    (void)listing->assign(logger_.content());
  return done;
}

bool FunctionEmitter::begin(const ir::Function& f, Exits& exits, ::asmjit::String* listing) {
  f_ = &f;
  exits_ = &exits;
  refused_ = false;
  compared_ = kNone;
  limbs_.clear();
  words_.clear();
  const auto need = static_cast<uint64_t>(f.stack_need) + f.stack_growth;
  if (need > runtime::kStackLimit || !f.entries.empty() || !f.has_states || !values_.try_begin(f) ||
      !stack_.try_begin(f))
    return false;
  holder_.reset();
  errors_.has_any = false;
  if (holder_.init(::asmjit::Environment::host()) != ::asmjit::kErrorOk ||
      holder_.newSection(&cold_, ".cold", SIZE_MAX, ::asmjit::SectionFlags::kExecutable, 8) !=
          ::asmjit::kErrorOk ||
      holder_.attach(&a_) != ::asmjit::kErrorOk)
    return false;
  holder_.setErrorHandler(&errors_);
  if (listing != nullptr) {
    logger_.clear();
    holder_.setLogger(&logger_);
  }
  entry_ = a_.newLabel();
  place_ = a_.newLabel();
  leave_ = a_.newLabel();
  exits_cell_ = a_.newLabel();
  return true;
}

bool FunctionEmitter::finish(RunnableCode& code) {
  emit_constants();
  return !errors_.has_any && try_publish(holder_, code);
}

void FunctionEmitter::emit_constants() {
  a_.section(cold_);
  a_.bind(place_);
  answer(Answer::Place);
  a_.align(::asmjit::AlignMode::kData, 8);
  a_.bind(leave_);
  a_.embedUInt64(linkage_.leave());
  a_.bind(exits_cell_);
  a_.embedUInt64(reinterpret_cast<uint64_t>(exits_));
  for (const auto& limb : limbs_) {
    a_.bind(Label{limb.value});
    a_.embedUInt64(limb.key);
  }
  for (const Constant& word : words_) {
    a_.bind(Label{word.label});
    for (unsigned limb = 0; limb < 4; ++limb)
      a_.embedUInt64(word.word.limb(limb));
  }
}

// --- moves ---

x86::Mem FunctionEmitter::memory(const Where& at) {
  return x86::qword_ptr(at.is_field ? kContext : kOperands, at.offset);
}

void FunctionEmitter::move(Reg to, const Where& from) {
  switch (from.in) {
  case Where::In::Register:
    a_.mov(gp(to), gp(from.reg));
    break;
  case Where::In::Memory:
    a_.mov(gp(to), memory(from));
    break;
  case Where::In::Constant:
    load_constant(gp(to), from.constant);
    break;
  }
}

void FunctionEmitter::load_constant(Gp to, uint64_t constant) {
  if (constant <= UINT32_MAX)
    a_.mov(to.r32(), static_cast<uint32_t>(constant));
  else
    a_.mov(to, constant);
}

void FunctionEmitter::store(const Where& to, Reg from) {
  if (from == kNoReg)
    a_.mov(memory(to), 0);
  else
    a_.mov(memory(to), gp(from));
}

void FunctionEmitter::store_constant(const x86::Mem& to, uint64_t constant) {
  if (fits_i32(constant)) {
    a_.mov(to, static_cast<int32_t>(static_cast<uint32_t>(constant)));
    return;
  }
  x86::Mem half = to;
  half.setSize(4);
  a_.mov(half, static_cast<uint32_t>(constant));
  half.addOffset(4);
  a_.mov(half, static_cast<uint32_t>(constant >> 32));
}

x86::Mem FunctionEmitter::constant(uint64_t limb) {
  const auto [label, is_new] = limbs_.try_insert(limb, 0);
  if (label == nullptr) {
    refused_ = true;
    return x86::qword_ptr(place_);
  }
  if (is_new)
    *label = a_.newLabel().id();
  return x86::qword_ptr(Label{*label});
}

x86::Mem FunctionEmitter::constant(const U256& word) {
  const Label label = a_.newLabel();
  refused_ |= !words_.try_push({word, label.id()});
  return x86::ptr(label);
}

::asmjit::Operand FunctionEmitter::location(ValueId v, unsigned limb) {
  const Where at = values_.where(v, limb);
  if (at.in == Where::In::Register)
    return gp(at.reg);
  return at.in == Where::In::Memory ? memory(at) : constant(at.constant);
}

::asmjit::Operand FunctionEmitter::source(ValueId v, unsigned limb) {
  const Where at = values_.where(v, limb);
  if (at.in == Where::In::Constant && fits_i32(at.constant))
    return ::asmjit::Imm{static_cast<int64_t>(at.constant)};
  return location(v, limb);
}

::asmjit::Operand FunctionEmitter::narrow_location(ValueId v, ir::Type type) {
  ::asmjit::Operand at = location(v, 0);
  if (ir::bits(type) == 64)
    return at;
  if (at.isReg())
    return at.as<Gp>().r32();
  at.as<x86::Mem>().setSize(4);
  return at;
}

::asmjit::Operand FunctionEmitter::narrow_source(ValueId v, ir::Type type) {
  const Where at = values_.where(v, 0);
  if (at.in == Where::In::Constant && ir::bits(type) == 32)
    return ::asmjit::Imm{static_cast<int32_t>(static_cast<uint32_t>(at.constant))};
  if (at.in == Where::In::Constant && fits_i32(at.constant))
    return ::asmjit::Imm{static_cast<int64_t>(at.constant)};
  return narrow_location(v, type);
}

void FunctionEmitter::copy_limb(const x86::Mem& to, const x86::Mem& from) {
  a_.movq(x86::xmm0, from);
  a_.movq(to, x86::xmm0);
}

void FunctionEmitter::copy_word(ValueId v, const x86::Mem& to) {
  for (unsigned limb = 0; limb < 4; ++limb) {
    x86::Mem limb_to = to.cloneAdjusted(8 * limb);
    limb_to.setSize(8);
    const Where at = values_.where(v, limb);
    if (at.in == Where::In::Constant)
      store_constant(limb_to, at.constant);
    else if (at.in == Where::In::Register)
      a_.mov(limb_to, gp(at.reg));
    else
      copy_limb(limb_to, memory(at));
  }
}

std::optional<uint64_t> FunctionEmitter::small_constant(ValueId v) const {
  if (!f_->is_constant(v) || !f_->constant(v).fits_u64())
    return std::nullopt;
  return f_->constant(v).low64();
}

// --- leaving ---

void FunctionEmitter::site(Site::Why why, ir::StateId state, Status status) {
  const auto number = static_cast<uint32_t>(exits_->sites.size());
  refused_ |= !exits_->sites.try_push({why, status, state, values_.registers()});
  a_.push(static_cast<int32_t>(number));
  a_.push(x86::qword_ptr(exits_cell_));
  a_.jmp(x86::qword_ptr(leave_));
}

void FunctionEmitter::answer(Answer a) {
  a_.mov(x86::eax, static_cast<uint32_t>(a));
  a_.ret();
}

} // namespace zvm::backend::asmjit
