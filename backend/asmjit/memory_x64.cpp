// Expanding memory, read-only data, gas by length, the message's surroundings.
#include <bit>

#include "backend/asmjit/emitter.hpp"
#include "backend/lowering.hpp"
#include "ir/access.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;

namespace {

/// Sizes that are added without a look at the carry: no memory is that large.
constexpr uint64_t kMostKnown = uint64_t{1} << 30;

/// Growth to less than so many bits is priced in 64 of them.
constexpr unsigned kShortBits = 32;
constexpr uint64_t kMostShortPrice = INT32_MAX;

} // namespace

void FunctionEmitter::jump_if_wide(ValueId v, Reg temporary, const Label& to, unsigned first) {
  bool is_first = true;
  for (unsigned limb = first; limb < 4; ++limb) {
    if (values_.is_zero(v, limb))
      continue;
    if (is_first)
      move(temporary, values_.where(v, limb));
    else
      alu(x86::Inst::kIdOr, temporary, source(v, limb));
    is_first = false;
  }
  if (is_first)
    return;
  a_.test(gp(temporary), gp(temporary));
  a_.jnz(to);
}

// --- touch ---

/// Memory that is large enough is seen at once; the libcall does the rest. Outside of loops growth is
/// likely, so its call stands in line and is jumped over where it is not needed. In a loop, and at
/// constant places, it is the exception and stands apart.
void FunctionEmitter::emit_touch(const Inst& inst) {
  const auto args = f_->args(inst);
  const ValueId offset = args[0], length = args[1];
  const auto known_offset = small_constant(offset), known_length = small_constant(length);
  const bool is_known =
      known_offset && known_length && *known_offset < kMostKnown && *known_length < kMostKnown;
  // No gas pays for what is out of the reach of 64 bits.
  const bool is_hopeless = inst.is_final != 0 && known_length && *known_length != 0;
  const bool may_grow = !is_known && !values_.flow().is_in_loop(inst.block);
  const Label slow = a_.newLabel(), grow = a_.newLabel(), back = a_.newLabel(),
              fails = a_.newLabel();
  const Reg t = values_.fresh();
  const uint64_t known_end = is_known ? *known_offset + *known_length : 0;
  const auto call_growth = [&] {
    if (is_known)
      a_.mov(scratch(0), static_cast<uint32_t>(known_end));
    else
      a_.mov(scratch(0), gp(t));
    a_.call(growth_);
    has_growth_ = true;
  };
  if (is_known) {
    if (*known_length != 0) {
      a_.cmp(field(frame::kMemorySize), static_cast<uint32_t>(known_end));
      a_.jb(grow);
    }
  } else {
    jump_if_wide(offset, t, slow);
    jump_if_wide(length, t, slow);
    if (!known_length || *known_length == 0) {
      move(t, values_.where(length, 0));
      a_.test(gp(t), gp(t));
      a_.jz(slow);
    }
    move(t, values_.where(offset, 0));
    alu(x86::Inst::kIdAdd, t, source(length, 0));
    a_.jc(slow);
    a_.cmp(gp(t), field(frame::kMemorySize));
    if (may_grow)
      a_.jbe(back);
    else
      a_.ja(grow);
  }
  if (may_grow) {
    call_growth();
    a_.jnz(fails);
  }
  a_.bind(back);
  {
    const Cold cold{*this};
    if (!may_grow) {
      a_.bind(grow);
      call_growth();
      a_.jz(back);
    }
    if (!is_known && !is_hopeless) {
      if (!may_grow)
        a_.jmp(fails);
      a_.bind(slow);
      copy_word(offset, scratch(0));
      copy_word(length, scratch(1));
      a_.call(constant(linkage_.keeping(runtime::Libcall::touch)));
      a_.jz(back);
    }
    a_.bind(fails);
    site(why(inst, Site::Why::Before), inst.state);
    if (!is_known && is_hopeless) {
      a_.bind(slow);
      site(Site::Why::Trap, ir::kNone, Status::OutOfGas);
    }
  }
  values_.drop(t);
  if (values_.flow().uses(inst.result) != 0 || values_.flow().last_state(inst.result) != 0)
    values_.define(inst.result, 0, values_.take(offset, 0));
}

/// Called with the end of a range in scratch word 0: as the libcall, in place of which it does what
/// is frequent, with the schedule's prices. Keeps all registers.
void FunctionEmitter::emit_growth() {
  const Label slow = a_.newLabel();
  a_.bind(growth_);
  const auto price_of = [&](gas::Cost cost) {
    return schedule_ == nullptr ? 0 : static_cast<uint64_t>((*schedule_)[cost]);
  };
  const uint64_t price = price_of(gas::Cost::MemoryWord);
  const uint64_t divisor = price_of(gas::Cost::MemoryQuadDivisor);
  const uint64_t most = price_of(gas::Cost::MaxMemory);
  const bool is_short = std::has_single_bit(divisor) && price <= kMostShortPrice;
  constexpr x86::Gp end = x86::rax, size = x86::rcx, had = x86::rdx, cost = x86::rsi;
  constexpr x86::Gp kSaved[] = {end, size, had, cost};
  if (is_short) {
    for (const x86::Gp& r : kSaved)
      a_.push(r);
    a_.mov(end, scratch(0));
    a_.mov(size, end);
    a_.shr(size, kShortBits);
    a_.jnz(slow);
    a_.add(end, 31);
    a_.shr(end, 5); // words from here on
    a_.mov(size, end);
    a_.shl(size, 5);
    a_.cmp(size, field(frame::kMemoryReady));
    a_.ja(slow);
    if (most < (uint64_t{1} << (kShortBits + 1))) {
      a_.cmp(size, constant(most));
      a_.ja(slow);
    }
    a_.mov(had, field(frame::kMemorySize));
    a_.shr(had, 5);
    a_.mov(cost, end);
    a_.sub(cost, had);
    a_.imul(cost, cost, static_cast<int32_t>(price));
    const auto shift = static_cast<uint32_t>(std::countr_zero(divisor));
    for (const x86::Gp& words : {end, had}) {
      a_.imul(words, words);
      a_.shr(words, shift);
    }
    a_.add(cost, end);
    a_.sub(cost, had);
    a_.cmp(kGas, cost);
    a_.jl(slow);
    a_.sub(kGas, cost);
    a_.mov(field(frame::kMemorySize), size);
    a_.cmp(size, size); // done
    for (size_t i = std::size(kSaved); i-- > 0;)
      a_.pop(kSaved[i]);
    a_.ret();
    a_.bind(slow);
    for (size_t i = std::size(kSaved); i-- > 0;)
      a_.pop(kSaved[i]);
  }
  a_.jmp(constant(linkage_.keeping(runtime::Libcall::grow)));
}

x86::Mem FunctionEmitter::touched(ValueId address, unsigned disp) {
  const auto displacement = static_cast<int32_t>(disp);
  if (const auto known = small_constant(address); known && *known < kMostKnown)
    return x86::qword_ptr(kMemory, static_cast<int32_t>(*known) + displacement);
  return x86::qword_ptr(kMemory, gp(values_.load(address, 0)), 0, displacement);
}

void FunctionEmitter::emit_load(const Inst& inst) {
  if (module_ != nullptr)
    return emit_linear_load(inst);
  if (inst.attribute != ir::kTouchedWord)
    return refuse(inst);
  const x86::Mem from = touched(f_->args(inst)[0], 0);
  for (unsigned limb = 0; limb < 4; ++limb) {
    const Reg d = values_.fresh();
    a_.movbe(gp(d), from.cloneAdjusted(8 * (3 - limb)));
    values_.define(inst.result, limb, d);
  }
}

void FunctionEmitter::emit_store(const Inst& inst) {
  const auto args = f_->args(inst);
  if (module_ != nullptr)
    return emit_linear_store(inst);
  if (inst.attribute != ir::kTouchedWord && inst.attribute != ir::kTouchedByte)
    return refuse(inst);
  x86::Mem to = touched(args[0], 0);
  if (inst.attribute == ir::kTouchedByte) {
    to.setSize(1);
    if (const Where at = values_.where(args[1], 0); at.in == Where::In::Constant)
      a_.mov(to, static_cast<int8_t>(static_cast<uint8_t>(at.constant)));
    else
      a_.mov(to, gp(values_.load(args[1], 0)).r8());
    return;
  }
  for (unsigned limb = 0; limb < 4; ++limb) {
    const x86::Mem limb_to = to.cloneAdjusted(8 * (3 - limb));
    if (const Where at = values_.where(args[1], limb); at.in == Where::In::Constant) {
      store_constant(limb_to, __builtin_bswap64(at.constant));
      continue;
    }
    const Reg r = values_.load(args[1], limb);
    a_.movbe(limb_to, gp(r));
    values_.drop(r);
  }
}

void FunctionEmitter::emit_memory_size(const Inst& inst) {
  const Reg d = values_.fresh();
  a_.mov(gp(d), field(frame::kMemorySize));
  define_number(inst, d);
}

// --- read-only data ---

/// All of the word is there, or the libcall sees to it.
void FunctionEmitter::emit_data_load(const Inst& inst) {
  const ValueId offset = f_->args(inst)[0];
  const bool is_code = inst.attribute == static_cast<uint64_t>(DataSpace::Code);
  const Label slow = a_.newLabel(), back = a_.newLabel();
  const Reg t = values_.fresh();
  const Word d = fresh_word();
  // The limb that is read last says where until then.
  const Gp base = gp(d.limbs[3]);
  jump_if_wide(offset, t, slow);
  if (is_code) {
    a_.mov(base, field(frame::kCode));
    a_.mov(gp(t), x86::qword_ptr(base, code_object::kSize));
    a_.mov(base, x86::qword_ptr(base, code_object::kBytes));
  } else {
    a_.mov(gp(t), field(frame::kCalldataSize));
    a_.mov(base, field(frame::kCalldata));
  }
  alu(x86::Inst::kIdSub, t, source(offset, 0));
  a_.jb(slow);
  a_.cmp(gp(t), 32);
  a_.jb(slow);
  alu(x86::Inst::kIdAdd, d.limbs[3], source(offset, 0));
  for (unsigned limb = 0; limb < 4; ++limb)
    a_.movbe(gp(d.limbs[limb]), x86::qword_ptr(base, static_cast<int32_t>(8 * (3 - limb))));
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(slow);
    copy_word(offset, scratch(0));
    a_.call(constant(linkage_.keeping(*lowering(inst.op).libcall(inst.type, inst.attribute))));
    for (unsigned limb = 0; limb < 4; ++limb)
      a_.mov(gp(d.limbs[limb]), scratch(kScratchWords - 1, limb));
    a_.jmp(back);
  }
  define_word(inst.result, d);
}

void FunctionEmitter::emit_data_size(const Inst& inst) {
  const Reg d = values_.fresh();
  switch (static_cast<DataSpace>(inst.attribute)) {
  case DataSpace::Calldata:
    a_.mov(gp(d), field(frame::kCalldataSize));
    break;
  case DataSpace::Code:
    a_.mov(gp(d), field(frame::kCode));
    a_.mov(gp(d), x86::qword_ptr(gp(d), code_object::kSize));
    break;
  case DataSpace::ReturnData:
    a_.mov(gp(d), field(frame::kReturnDataSize));
    break;
  }
  define_number(inst, d);
}

void FunctionEmitter::emit_context(const Inst& inst) {
  const auto number = static_cast<int32_t>(inst.attribute);
  if (inst.attribute < kMessageFields)
    return values_.define_field(inst.result, frame::kMessageWords + 32 * number);
  const Word d = fresh_word();
  const Gp words = gp(d.limbs[3]);
  a_.mov(words, field(frame::kTransactionWords));
  for (unsigned limb = 0; limb < 4; ++limb)
    a_.mov(gp(d.limbs[limb]), x86::qword_ptr(words, 32 * number + static_cast<int32_t>(8 * limb)));
  define_word(inst.result, d);
}

// --- gas ---

void FunctionEmitter::emit_gas_left(const Inst& inst) {
  const Reg d = values_.fresh();
  a_.mov(gp(d), kGas);
  define_number(inst, d);
}

void FunctionEmitter::emit_gas(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const uint64_t rate = inst.attribute;
  const Label fails = a_.newLabel();
  const Reg t = values_.fresh(), u = values_.fresh();
  if (inst.op == Op::GasSigBytes) {
    leading_zeros(v, u, t);
    a_.mov(gp(t).r32(), 263);
    a_.sub(gp(t), gp(u));
    a_.shr(gp(t), 3);
  } else {
    jump_if_wide(v, t, fails);
    move(t, values_.where(v, 0));
  }
  if (inst.op == Op::GasWords) {
    a_.mov(gp(u), gp(t));
    a_.and_(gp(u), 31);
    a_.shr(gp(t), 5);
    a_.neg(gp(u)); // carries where a word is begun
    a_.adc(gp(t), 0);
  }
  if (rate != 0) {
    if (inst.op == Op::GasBytes) {
      a_.test(gp(t), gp(t));
      a_.js(fails);
    }
    if (rate <= INT32_MAX)
      a_.imul(gp(t), gp(t), static_cast<int32_t>(rate));
    else
      a_.imul(gp(t), constant(rate));
    a_.jo(fails);
    a_.cmp(kGas, gp(t));
    a_.jl(fails);
    a_.sub(kGas, gp(t));
  }
  const Cold cold{*this};
  a_.bind(fails);
  if (inst.is_final != 0 || !f_->has_states)
    site(Site::Why::Trap, ir::kNone, Status::OutOfGas);
  else
    site(Site::Why::State, inst.state);
}

} // namespace zvm::backend::asmjit
