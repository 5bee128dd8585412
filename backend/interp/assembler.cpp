#include "backend/interp/assembler.hpp"

#include <algorithm>

namespace zvm::backend::interp {
namespace {

constexpr size_t record_size(size_t count) {
  return sizeof(ExitRecord) + (count > 1 ? count - 1 : 0) * sizeof(ExitMove);
}

} // namespace

void Assembler::clear() {
  code_.clear();
  fixes_.clear();
  pool_.clear();
  records_.clear();
  record_places_.clear();
  failed_ = false;
}

Instr& Assembler::emit(Handler fn) {
  Instr instr{};
  instr.fn = fn;
  if (fn == nullptr || !code_.try_push(instr)) {
    failed_ = true;
    return scrap_;
  }
  if (!fixes_.try_push(0)) {
    failed_ = true;
    code_.pop();
    return scrap_;
  }
  return code_.back();
}

void Assembler::set_a(Instr& instr, const Operand& operand) {
  instr.a = operand.slot;
  if (operand.kind == Kind::Imm || operand.kind == Kind::Pool)
    instr.imm = operand.imm;
  if (operand.kind == Kind::Pool && !failed_)
    fixes_.back() |= kPoolA;
}

void Assembler::set_b(Instr& instr, const Operand& operand) {
  instr.b = operand.slot;
  if (operand.kind == Kind::Imm || operand.kind == Kind::Pool)
    instr.imm2 = operand.imm;
  if (operand.kind == Kind::Pool && !failed_)
    fixes_.back() |= kPoolB;
}

void Assembler::set_record(Instr& instr, uint32_t record) {
  instr.aux = reinterpret_cast<const void*>(static_cast<uintptr_t>(record));
  if (!failed_)
    fixes_.back() |= kRecord;
}

uint32_t Assembler::pool(const U256& value) {
  if (!pool_.try_push(value)) {
    failed_ = true;
    return 0;
  }
  return static_cast<uint32_t>(pool_.size() - 1);
}

uint32_t Assembler::record(uint32_t pc, int32_t delta, int64_t unused, const Vec<Move>& moves) {
  const auto place = static_cast<uint32_t>(records_.size());
  if (!record_places_.try_push(place) || !records_.try_resize(place + record_size(moves.size()))) {
    failed_ = true;
    return 0;
  }
  auto* record = reinterpret_cast<ExitRecord*>(records_.data() + place);
  record->pc = pc;
  record->delta = delta;
  record->unused = unused;
  record->count = static_cast<uint32_t>(moves.size());
  for (size_t i = 0; i < moves.size(); ++i) {
    const Operand& src = moves[i].src;
    // A place in the pool becomes a pointer at the end.
    record->moves[i] = {moves[i].dst, src.kind, src.slot, src.imm};
  }
  return place;
}

bool Assembler::finish(CodeMemory& memory, const Instr*& entry, size_t& size) {
  if (failed_)
    return false;
  const size_t pool_bytes = pool_.size() * sizeof(U256);
  const size_t code_bytes = code_.size() * sizeof(Instr);
  size = pool_bytes + code_bytes + records_.size();
  auto* block = static_cast<uint8_t*>(memory.try_add(size));
  if (block == nullptr)
    return false;
  auto* pool = reinterpret_cast<U256*>(block);
  auto* code = reinterpret_cast<Instr*>(block + pool_bytes);
  uint8_t* records = block + pool_bytes + code_bytes;
  std::copy(pool_.begin(), pool_.end(), pool);
  std::copy(code_.begin(), code_.end(), code);
  std::copy(records_.begin(), records_.end(), records);
  for (size_t i = 0; i < code_.size(); ++i) {
    if ((fixes_[i] & kPoolA) != 0)
      code[i].imm = reinterpret_cast<uint64_t>(pool + code[i].imm);
    if ((fixes_[i] & kPoolB) != 0)
      code[i].imm2 = reinterpret_cast<uint64_t>(pool + code[i].imm2);
    if ((fixes_[i] & kRecord) != 0) {
      code[i].aux = records + reinterpret_cast<uintptr_t>(code[i].aux);
    }
  }
  for (const uint32_t place : record_places_) {
    auto* record = reinterpret_cast<ExitRecord*>(records + place);
    for (uint32_t i = 0; i < record->count; ++i) {
      ExitMove& move = record->moves[i];
      if (move.kind == Kind::Pool)
        move.imm = reinterpret_cast<uint64_t>(pool + move.imm);
    }
  }
  entry = code;
  return true;
}

bool MoveOrder::run(Vec<Move>& moves, int16_t spare) {
  pending_.clear();
  bool has_conflicts = false;
  for (const Move& m : moves) {
    if (m.src.kind == Kind::Slot && m.src.slot == m.dst)
      continue;
    if (!pending_.try_push(m))
      return false;
    of(m.dst).writer = static_cast<uint16_t>(pending_.size());
    if (m.src.kind == Kind::Slot)
      ++of(m.src.slot).readers;
  }
  for (const Move& m : pending_)
    has_conflicts |= of(m.dst).readers != 0;
  moves.clear();
  const bool done = has_conflicts ? order(moves, spare) : moves.try_append(pending_.view());
  for (const Move& m : pending_) {
    of(m.dst) = {};
    if (m.src.kind == Kind::Slot)
      of(m.src.slot) = {};
  }
  return done;
}

/// What overwrites nothing that is still needed goes first; each move that goes may free the next.
/// What remains is cycles.
bool MoveOrder::order(Vec<Move>& moves, int16_t spare) {
  for (uint32_t i = 0; i < pending_.size(); ++i) {
    if (of(pending_[i].dst).readers == 0 && !follow(moves, i, spare, spare))
      return false;
  }
  for (uint32_t i = 0; i < pending_.size(); ++i) {
    const int16_t dst = pending_[i].dst;
    if (of(dst).writer == 0)
      continue; // gone
    if (!moves.try_push({spare, {Kind::Slot, dst, 0}}))
      return false;
    --of(dst).readers;
    if (!follow(moves, i, dst, spare))
      return false;
  }
  return true;
}

/// Writes the move, and those that it and each other have kept waiting. Who reads `saved` finds it
/// in `spare`.
bool MoveOrder::follow(Vec<Move>& moves, uint32_t first, int16_t saved, int16_t spare) {
  for (uint32_t i = first;;) {
    Move m = pending_[i];
    if (of(m.dst).writer == 0)
      return true;
    of(m.dst).writer = 0;
    const bool reads_slot = m.src.kind == Kind::Slot;
    const int16_t source = m.src.slot;
    if (reads_slot && source == saved)
      m.src.slot = spare;
    if (!moves.try_push(m))
      return false;
    if (!reads_slot || source == saved || --of(source).readers != 0 || of(source).writer == 0)
      return true;
    i = of(source).writer - 1u;
  }
}

} // namespace zvm::backend::interp
