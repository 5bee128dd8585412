#include "backend/asmjit/emitter.hpp"

#include <algorithm>
#include <cstring>

#include "base/plant.hpp"

namespace zvm::backend::asmjit {

using ir::kNone;
using ir::Op;

namespace {

constexpr bool fits_i32(uint64_t v) {
  return static_cast<int64_t>(v) == static_cast<int32_t>(static_cast<uint32_t>(v));
}

} // namespace

// --- units ---

bool FunctionEmitter::begin(Exits& exits, const gas::Schedule* schedule, Lister* lister) {
  exits_ = &exits;
  module_ = nullptr;
  schedule_ = schedule;
  most_bytes_ = SIZE_MAX;
  has_growth_ = false;
  chance_ = Chance::begin();
  tells_ = observes_states();
  refused_ = false;
  refused_op_.reset();
  number_ = 0;
  limbs_.clear();
  words_.clear();
  entry_points_.clear();
  callees_.clear();
  holder_.reset();
  errors_.has_any = false;
  const auto make = [&](::asmjit::Section*& section, const char* name) {
    return holder_.newSection(&section, name, SIZE_MAX, ::asmjit::SectionFlags::kExecutable, 8) ==
           ::asmjit::kErrorOk;
  };
  if (holder_.init(::asmjit::Environment::host()) != ::asmjit::kErrorOk || !make(cold_, ".cold") ||
      !make(rare_, ".rare") || holder_.attach(&a_) != ::asmjit::kErrorOk)
    return false;
  holder_.setErrorHandler(&errors_);
  lister_ = lister;
  if (lister != nullptr) {
    lister->begin(a_);
    holder_.setLogger(lister);
  }
  for (Label* label : {&place_, &leave_, &done_, &exits_cell_, &growth_, &failed_})
    *label = a_.newLabel();
  traps_.fill(kNone);
  return true;
}

bool FunctionEmitter::add(const ir::Function& trace) { return emit(trace); }

bool FunctionEmitter::add(const ir::Function& function, const ModuleUnit& module) {
  module_ = &module;
  return !chance_.takes(Perturb::Functions, 3) && emit(function) && fits_stack();
}

bool FunctionEmitter::add(const ir::Module& program, size_t most_bytes) {
  most_bytes_ = most_bytes;
  for (const ir::Function& f : program.body_list()) {
    Callee callee{a_.newLabel().id(), f.stack_need, kNever};
    for (const ir::BlockId b : layout(f)) {
      const Inst& last = f.insts[f.blocks[b].last];
      if (last.op == Op::ReturnLabel)
        callee.returns_at = f.states[last.state].height;
    }
    if (!callees_.try_push(callee))
      return false;
  }
  for (const ir::Function& f : program.body_list()) {
    if (!emit(f))
      return false;
    ++number_;
  }
  return true;
}

bool FunctionEmitter::finish(RunnableCode& code) {
  emit_constants();
  const bool done = !errors_.has_any && !refused_ && try_publish(holder_, code);
  if (done && lister_ != nullptr)
    lister_->finish(holder_, code.begin());
  return done;
}

// --- functions ---

bool FunctionEmitter::emit(const ir::Function& f) {
  f_ = &f;
  compared_ = kNone;
  table_edges_.clear();
  table_ = 0;
  shown_.clear();
  reaches_.clear();
  if (module_ != nullptr &&
      (!table_edges_.try_resize(f.blocks.size()) || !reaches_.try_resize(f.values.size())))
    return false;
  blocks_.clear();
  heads_.clear();
  follows_.clear();
  frame_sizes_.clear();
  entry_states_.clear();
  for (const ir::BlockId entry : f.entries) {
    if (!entry_states_.try_push(f.blocks[entry].state))
      return false;
  }
  std::ranges::sort(entry_states_);
  const auto need = static_cast<uint64_t>(f.stack_need) + f.stack_growth;
  if (need > runtime::kStackLimit || f.has_states != (module_ == nullptr) ||
      !values_.try_begin(f) || !stack_.try_begin(f) || !follows_.try_resize(f.blocks.size()))
    return false;
  ir::BlockId after[2] = {kNone, kNone}; // in the section of the hot, and of the cold
  for (ir::BlockId b = f.last_block(); b != kNone; b = f.blocks[b].prev) {
    ir::BlockId& next = after[f.blocks[b].cold ? 1 : 0];
    follows_[b] = next;
    next = b;
  }
  for (size_t b = 0; b < f.blocks.size(); ++b) {
    if (!blocks_.try_push(a_.newLabel().id()))
      return false;
  }
  if (module_ != nullptr && !label_heads())
    return false;
  body_ = a_.newLabel();
  for (const ir::BlockId b : layout(f)) {
    if (refused_ || values_.failed())
      return false;
    if (f.blocks[b].cold) {
      const Cold cold{*this, cold_};
      emit_block(b);
    } else {
      emit_block(b);
    }
  }
  // The return address and the frame together keep the stack aligned, where that is the host's.
  const uint32_t size = values_.frame_bytes() + (module_ == nullptr ? 8 : 0);
  for (const FrameSize& at : frame_sizes_) {
    std::memcpy(holder_.sectionById(at.section)->data() + at.offset, &size, sizeof size);
    if (lister_ != nullptr)
      lister_->set_frame_size(at.section, at.offset, size);
  }
  if (lister_ != nullptr)
    name_labels();
  return !refused_ && !values_.failed();
}

/// How code of messages is left.
void FunctionEmitter::emit_ways_out() {
  a_.bind(place_);
  answer(Answer::Place);
  if (has_growth_)
    emit_growth();
  a_.align(::asmjit::AlignMode::kData, 8);
  a_.bind(leave_);
  a_.embedUInt64(linkage_.leave());
  a_.bind(done_);
  a_.embedUInt64(linkage_.done());
  a_.bind(exits_cell_);
  a_.embedUInt64(reinterpret_cast<uint64_t>(exits_));
}

void FunctionEmitter::emit_constants() {
  a_.section(rare_);
  if (lister_ != nullptr)
    lister_->at(0, kNone, kNone);
  if (module_ != nullptr) {
    emit_traps();
    a_.align(::asmjit::AlignMode::kData, 8);
  } else {
    emit_ways_out();
  }
  for (const auto& limb : limbs_) {
    if (lister_ != nullptr)
      lister_->name_constant(limb.value, limb.key, linkage_);
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
  const Gp base = at.in == Where::In::Operands ? kOperands
                  : at.in == Where::In::Native ? x86::rsp
                                               : kContext;
  return x86::qword_ptr(base, at.offset);
}

/// What goes from memory to memory goes through a register that holds no values, 64 bits at once: a
/// load of more would wait for the stores of limbs.
void FunctionEmitter::copy(const Where& to, const Where& from) {
  if (to.in == Where::In::Register && is_vector(to.reg))
    return load_vector(xmm(to.reg), from);
  const bool to_register = to.in == Where::In::Register;
  switch (from.in) {
  case Where::In::Register:
    if (to_register)
      a_.mov(gp(to.reg), gp(from.reg));
    else if (is_vector(from.reg))
      store_vector(to, xmm(from.reg), from.is_vector);
    else
      a_.mov(memory(to), gp(from.reg));
    break;
  case Where::In::Constant:
    if (to_register)
      load_constant(gp(to.reg), from.constant);
    else
      store_constant(memory(to), from.constant);
    if (from.is_vector)
      store_constant(memory(to).cloneAdjusted(8), from.upper);
    break;
  case Where::In::Saved:
    if (to_register)
      a_.vmovq(gp(to.reg), x86::xmm1);
    else
      store_vector(to, x86::xmm1, to.is_vector);
    break;
  default:
    if (to_register) {
      a_.mov(gp(to.reg), memory(from));
    } else {
      load_vector(x86::xmm0, from);
      store_vector(to, x86::xmm0, from.is_vector);
    }
    break;
  }
}

void FunctionEmitter::save(const Where& from) {
  if (from.in == Where::In::Register && !is_vector(from.reg))
    a_.vmovq(x86::xmm1, gp(from.reg));
  else
    load_vector(x86::xmm1, from);
}

void FunctionEmitter::load_vector(const x86::Xmm& to, const Where& from) {
  switch (from.in) {
  case Where::In::Register:
    a_.vmovaps(to, xmm(from.reg));
    break;
  case Where::In::Saved:
    a_.vmovaps(to, x86::xmm1);
    break;
  case Where::In::Constant:
    if (from.constant == 0 && from.upper == 0)
      a_.vxorps(to, to, to);
    else if (from.is_vector)
      a_.vmovups(to, constant(U256{from.constant, from.upper, 0, 0}));
    else
      a_.vmovq(to, constant(from.constant));
    break;
  default:
    if (from.is_vector)
      a_.vmovups(to, memory(from));
    else
      a_.vmovq(to, memory(from));
    break;
  }
}

void FunctionEmitter::store_vector(const Where& to, const x86::Xmm& from, bool all) {
  if (all)
    a_.vmovups(memory(to), from);
  else
    a_.vmovq(memory(to), from);
}

void FunctionEmitter::load_constant(Gp to, uint64_t constant) {
  if (constant <= UINT32_MAX)
    a_.mov(to.r32(), static_cast<uint32_t>(constant));
  else
    a_.mov(to, constant);
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
  return at.is_memory() ? memory(at) : constant(at.constant);
}

::asmjit::Operand FunctionEmitter::vector_location(ValueId v) {
  const Where at = values_.where(v, 0);
  if (at.in == Where::In::Register)
    return xmm(at.reg);
  if (!at.is_memory())
    return at.is_vector ? constant(U256{at.constant, at.upper, 0, 0}) : scalar(at.constant);
  x86::Mem mem = memory(at);
  mem.setSize(0);
  return mem;
}

x86::Mem FunctionEmitter::scalar(uint64_t bits) {
  x86::Mem mem = constant(bits);
  mem.setSize(0);
  return mem;
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

void FunctionEmitter::copy_word(ValueId v, const x86::Mem& to) {
  for (unsigned limb = 0; limb < 4; ++limb) {
    x86::Mem limb_to = to.cloneAdjusted(8 * limb);
    limb_to.setSize(8);
    const Where at = values_.where(v, limb);
    if (at.in == Where::In::Constant) {
      store_constant(limb_to, at.constant);
    } else if (at.in == Where::In::Register) {
      a_.mov(limb_to, gp(at.reg));
    } else {
      a_.movq(x86::xmm0, memory(at));
      a_.movq(limb_to, x86::xmm0);
    }
  }
}

std::optional<uint64_t> FunctionEmitter::small_constant(ValueId v) const {
  if (!f_->is_constant(v) || !f_->constant(v).fits_u64())
    return std::nullopt;
  return f_->constant(v).low64();
}

// --- leaving ---

void FunctionEmitter::site(Site::Why why, ir::StateId s, Status status) {
  if (module_ != nullptr)
    return static_cast<void>(a_.jmp(why == Site::Why::Trap ? trap(status) : failed_));
  const uint32_t number = note_site(why, s, status);
  a_.push(static_cast<int32_t>(number));
  a_.push(x86::qword_ptr(exits_cell_));
  a_.jmp(x86::qword_ptr(leave_));
}

uint32_t FunctionEmitter::note_site(Site::Why why, ir::StateId s, Status status) {
  const auto number = static_cast<uint32_t>(exits_->sites.size());
  Site site{
      .why = why, .status = status, .first_item = static_cast<uint32_t>(exits_->items.size())};
  if (s != kNone && why != Site::Why::Trap && why != Site::Why::Final) {
    const ir::FrameState& state = f_->states[s];
    site.has_state = true;
    site.pc = state.pc;
    site.height = state.height;
    site.unused = is_planted(Plant::ExitGas) ? 0 : state.unused;
    refused_ |= !stack_.try_seek(s);
    for (int32_t p = stack_.low(); p < state.height && !refused_; ++p) {
      const ValueId v = stack_[p];
      if (v != ir::StackWalk::kEntryItem && !values_.is_item(v, p))
        refused_ |= !exits_->items.try_push(exit_item(p, v));
    }
    site.items = static_cast<uint32_t>(exits_->items.size()) - site.first_item;
  }
  refused_ |= !exits_->sites.try_push(site);
  return number;
}

ExitItem FunctionEmitter::exit_item(int32_t position, ValueId v) {
  ExitItem item{.position = position, .limbs = {}};
  for (unsigned limb = 0; limb < 4; ++limb) {
    const Where at = values_.where(v, is_planted(Plant::ExitPlace) && limb == 1 ? 0 : limb);
    item.limbs[limb] = {.in = at.in, .reg = at.reg, .offset = at.offset};
    if (at.in != Where::In::Constant)
      continue;
    item.limbs[limb].offset = static_cast<int32_t>(exits_->constants.size());
    refused_ |= !exits_->constants.try_push(at.constant);
  }
  return item;
}

void FunctionEmitter::answer(Answer a) {
  a_.mov(x86::eax, static_cast<uint32_t>(a));
  a_.jmp(x86::qword_ptr(done_));
}

} // namespace zvm::backend::asmjit
