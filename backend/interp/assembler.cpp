#include "backend/interp/assembler.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace zvm::backend::interp {
namespace {

constexpr size_t record_size(size_t count) {
  return offsetof(ExitRecord, moves) + count * sizeof(ExitMove);
}

template <typename T>
void copy_bytes(uint8_t* to, std::span<const T> from) {
  if (!from.empty())
    std::memcpy(to, from.data(), from.size_bytes());
}

/// Makes a pointer of the place that stands in a field.
void make_pointer(uint8_t* field, const uint8_t* first, size_t size) {
  uint64_t place;
  std::memcpy(&place, field, sizeof place);
  const auto pointer = reinterpret_cast<uintptr_t>(first + place * size);
  std::memcpy(field, &pointer, sizeof pointer);
}

} // namespace

void Assembler::clear() {
  code_.clear();
  pool_.clear();
  records_.clear();
  pool_fields_.clear();
  record_fields_.clear();
  pool_fields_of_records_.clear();
  last_record_ = 0;
  failed_ = false;
}

Instr& Assembler::emit(Handler fn) {
  Instr* instr = fn == nullptr ? nullptr : code_.try_extend(1);
  if (instr == nullptr) {
    failed_ = true;
    instr = &scrap_;
  }
  *instr = {.fn = fn, .dst = 0, .a = 0, .b = 0, .c = 0, .imm = 0, .imm2 = 0, .aux = nullptr};
  return *instr;
}

void Assembler::note(Vec<uint32_t>& fields, size_t offset) {
  if (failed_)
    return;
  if (!fields.try_push(static_cast<uint32_t>((code_.size() - 1) * sizeof(Instr) + offset)))
    failed_ = true;
}

void Assembler::set_a(Instr& instr, const Operand& operand) {
  instr.a = operand.slot;
  if (operand.kind == Kind::Imm || operand.kind == Kind::Pool)
    instr.imm = operand.imm;
  if (operand.kind == Kind::Pool)
    note(pool_fields_, offsetof(Instr, imm));
}

void Assembler::set_b(Instr& instr, const Operand& operand) {
  instr.b = operand.slot;
  if (operand.kind == Kind::Imm || operand.kind == Kind::Pool)
    instr.imm2 = operand.imm;
  if (operand.kind == Kind::Pool)
    note(pool_fields_, offsetof(Instr, imm2));
}

void Assembler::set_record(Instr& instr, uint32_t record) {
  instr.aux = reinterpret_cast<const void*>(static_cast<uintptr_t>(record));
  note(record_fields_, offsetof(Instr, aux));
}

uint32_t Assembler::pool(const U256& value) {
  if (!pool_.try_push(value)) {
    failed_ = true;
    return 0;
  }
  return static_cast<uint32_t>(pool_.size() - 1);
}

uint32_t Assembler::record(uint32_t pc, int32_t delta, int64_t unused,
                           std::span<const Move> moves) {
  const auto place = static_cast<uint32_t>(records_.size());
  uint8_t* room = records_.try_extend(record_size(moves.size()));
  if (room == nullptr) {
    failed_ = true;
    return 0;
  }
  auto* record = reinterpret_cast<ExitRecord*>(room);
  record->pc = pc;
  record->delta = delta;
  record->unused = unused;
  record->before = place - last_record_;
  last_record_ = place;
  record->count = static_cast<uint32_t>(moves.size());
  for (size_t i = 0; i < moves.size(); ++i) {
    const Operand& src = moves[i].src;
    record->moves[i] = {moves[i].dst, src.kind, src.slot, src.imm};
    const size_t field = record_size(i) + offsetof(ExitMove, imm);
    if (src.kind == Kind::Pool)
      failed_ |= !pool_fields_of_records_.try_push(place + static_cast<uint32_t>(field));
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
  uint8_t* code = block + pool_bytes;
  uint8_t* records = code + code_bytes;
  copy_bytes(block, pool_.view());
  copy_bytes(code, code_.view());
  copy_bytes(records, records_.view());
  for (const uint32_t field : pool_fields_)
    make_pointer(code + field, block, sizeof(U256));
  for (const uint32_t field : pool_fields_of_records_)
    make_pointer(records + field, block, sizeof(U256));
  for (const uint32_t field : record_fields_)
    make_pointer(code + field, records, 1);
  entry = reinterpret_cast<const Instr*>(code);
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
