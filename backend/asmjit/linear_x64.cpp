// Accesses of linear memories.
#include "backend/asmjit/emitter.hpp"
#include "base/plant.hpp"
#include "ir/access.hpp"

namespace zvm::backend::asmjit {

using ir::Access;
using ir::Type;

namespace {

/// Displacements that the machine has.
constexpr uint64_t kMostDisplacement = INT32_MAX - 64;

/// How many blocks above one are looked at for what they have shown.
constexpr unsigned kMostAbove = 8;

} // namespace

/// A block that is left by one edge only, which leads here, has been executed as a whole, and the
/// address is the same. Memories do not shrink, and what is noted stays noted while code runs.
FunctionEmitter::Reach& FunctionEmitter::reach(ValueId address) {
  Reach& known = reaches_[address];
  ir::BlockId b = block_;
  for (unsigned i = 0; known.block != 0 && b + 1 != known.block; ++i) {
    b = i == kMostAbove ? ir::kNone : values_.flow().above(b);
    if (b == ir::kNone)
      known = {};
  }
  return known;
}

/// Where the access is, compared with the memory's size unless what is beyond it faults. `at` gets
/// its first byte where that is asked for (`wants_at`) or what it takes.
x86::Mem FunctionEmitter::linear_access(const Access& access, ValueId address, Reg at, Reg base,
                                        bool wants_at) {
  const bool is_32 = f_->type(address) == Type::I32;
  const bool is_guarded = access.memory == 0 && is_32 &&
                          module_->bounds == runtime::Bounds::Guard &&
                          access.offset <= runtime::kGuardedOffset;
  x86::Mem size = field(frame::kMemorySize);
  Gp from = kMemory;
  if (access.memory != 0) {
    from = gp(base);
    load_instance_item(from, instance::kMemories, access.memory);
    size = x86::qword_ptr(from, linear::kSize);
  }
  const unsigned width = is_planted(Plant::NativeBounds) ? 1 : access.width;
  const bool is_near = is_32 && access.offset <= kMostDisplacement;
  if (is_near && f_->is_constant(address) &&
      f_->constant(address).limb(0) + access.offset <= kMostDisplacement) {
    const auto place = static_cast<int32_t>(f_->constant(address).limb(0) + access.offset);
    if (!is_guarded || place > static_cast<int32_t>(runtime::kGuardedOffset)) {
      a_.cmp(size, place + width);
      trap_if(CondCode::kB, Status::MemoryViolation);
    }
    if (access.memory != 0)
      a_.mov(from, x86::qword_ptr(from, linear::kBase));
    if (wants_at)
      a_.mov(gp(at).r32(), place);
    return x86::ptr(from, place);
  }
  if (is_near) {
    const auto offset = static_cast<int32_t>(access.offset);
    const Gp index = gp(values_.load(address, 0));
    const uint64_t end = access.offset + width;
    Reach* const known = access.memory == 0 ? &reach(address) : nullptr;
    if (!is_guarded && (known == nullptr || known->inside < end)) {
      a_.lea(gp(at), x86::ptr(index, offset + width));
      a_.cmp(gp(at), size);
      trap_if(CondCode::kA, Status::MemoryViolation);
      if (known != nullptr) {
        known->inside = end;
        known->block = block_ + 1;
      }
    }
    if (access.memory != 0)
      a_.mov(from, x86::qword_ptr(from, linear::kBase));
    if (wants_at && offset != 0)
      a_.lea(gp(at), x86::ptr(index, offset));
    else if (wants_at)
      a_.mov(gp(at), index);
    return x86::ptr(from, index, 0, offset);
  }
  const Label wraps = trap(Status::MemoryViolation);
  load_constant(gp(at), access.offset);
  alu(x86::Inst::kIdAdd, at, source(address, 0));
  a_.jc(wraps);
  a_.add(gp(at), width);
  a_.jc(wraps);
  a_.cmp(gp(at), size);
  a_.ja(wraps);
  a_.sub(gp(at), width);
  if (access.memory != 0)
    a_.mov(from, x86::qword_ptr(from, linear::kBase));
  return x86::ptr(from, gp(at));
}

void FunctionEmitter::emit_linear_load(const Inst& inst) {
  const Access access = ir::decode_access(inst.attribute);
  if (access.is_touched || access.is_big_endian)
    return refuse(inst);
  const Reg at = values_.fresh(), base = access.memory == 0 ? kNoReg : values_.fresh();
  const bool vector = values_.is_vector(inst.result);
  const Reg d = vector ? values_.fresh_vector() : at;
  x86::Mem from = linear_access(access, f_->args(inst)[0], at, base, false);
  from.setSize(vector ? 0 : access.width);
  const bool is_64 = inst.type == Type::I64;
  if (inst.type == Type::F32) {
    a_.vmovss(xmm(d), from);
  } else if (inst.type == Type::F64) {
    a_.vmovsd(xmm(d), from);
  } else if (inst.type == Type::V128) {
    a_.vmovups(xmm(d), from);
  } else if (access.width == 8) {
    a_.mov(gp(d), from);
  } else if (access.width == 4 && !(is_64 && access.is_signed)) {
    a_.mov(gp(d).r32(), from);
  } else if (access.width == 4) {
    a_.movsxd(gp(d), from);
  } else if (access.is_signed) {
    a_.movsx(gp(d, inst.type), from);
  } else {
    a_.movzx(gp(d).r32(), from);
  }
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_linear_store(const Inst& inst) {
  const Access access = ir::decode_access(inst.attribute);
  if (access.is_touched || access.is_big_endian)
    return refuse(inst);
  const auto args = f_->args(inst);
  const ValueId v = args[1];
  const bool notes = !is_noted(access, args[0]);
  const Reg at = values_.fresh(), t = values_.fresh();
  const Where where = values_.where(v, 0);
  const bool is_number = where.in == Where::In::Constant && !where.is_vector && access.width <= 8;
  const Reg value = is_number ? kNoReg : values_.load(v, 0);
  x86::Mem to = linear_access(access, args[0], at, t, notes);
  const unsigned width = access.width;
  to.setSize(is_number || !values_.is_vector(v) ? width : 0);
  if (is_number && width == 8)
    store_constant(to, where.constant);
  else if (is_number && width == 4)
    a_.mov(to, static_cast<int32_t>(static_cast<uint32_t>(where.constant)));
  else if (is_number && width == 2)
    a_.mov(to, static_cast<int16_t>(static_cast<uint16_t>(where.constant)));
  else if (is_number)
    a_.mov(to, static_cast<int8_t>(static_cast<uint8_t>(where.constant)));
  else if (width == 16)
    a_.vmovups(to, xmm(value));
  else if (values_.is_vector(v) && width == 8)
    a_.vmovsd(to, xmm(value));
  else if (values_.is_vector(v))
    a_.vmovss(to, xmm(value));
  else if (width == 8)
    a_.mov(to, gp(value));
  else if (width == 4)
    a_.mov(to, gp(value).r32());
  else if (width == 2)
    a_.mov(to, gp(value).r16());
  else
    a_.mov(to, gp(value).r8());
  if (notes)
    touch_linear(access, args[0], at, t);
}

/// Whether a store before this one has noted what this one writes. If not, this one will.
bool FunctionEmitter::is_noted(const Access& access, ValueId address) {
  if (access.memory != 0 || f_->type(address) != Type::I32)
    return false;
  Reach& known = reach(address);
  const uint64_t noted = known.noted - 1;
  if (known.noted != 0 && access.offset + access.width <= noted + runtime::kTouchReach &&
      access.offset + runtime::kTouchReach >= noted)
    return true;
  known.noted = access.offset + 1;
  known.block = block_ + 1;
  return false;
}

/// Notes that code has written there. It has not faulted. `at` is its first byte.
void FunctionEmitter::touch_linear(const Access& access, ValueId address, Reg at, Reg temporary) {
  a_.shr(gp(at), runtime::kTouchShift);
  if (access.memory == 0 && f_->type(address) == Type::I32) {
    constexpr auto kAhead = static_cast<int32_t>(runtime::kTouchedAhead);
    a_.mov(x86::byte_ptr(kMemory, gp(at), 0, -kAhead), 1);
    return;
  }
  if (access.memory == 0) {
    a_.mov(gp(temporary), field(activation::kTouched));
  } else {
    load_instance_item(gp(temporary), instance::kMemories, access.memory);
    a_.mov(gp(temporary), x86::qword_ptr(gp(temporary), linear::kTouched));
  }
  a_.mov(x86::byte_ptr(gp(temporary), gp(at)), 1);
}

} // namespace zvm::backend::asmjit
