// Where the translator writes slot code: instructions, a pool of constants and exit records, put
// together into one block of memory at the end.
#pragma once

#include <array>
#include <span>

#include "backend/interp/code_memory.hpp"
#include "backend/interp/machine.hpp"
#include "base/vec.hpp"

namespace zvm::backend::interp {

/// An operand as handlers take it. For Imm and Pool `slot` means nothing.
struct Operand {
  Kind kind = Kind::Slot;
  int16_t slot = 0; ///< byte offset
  uint64_t imm = 0; ///< Imm: the value. Pool: its place in the pool
};

struct Move {
  int16_t dst;
  Operand src;
};

class Assembler {
 public:
  void clear();
  [[nodiscard]] bool failed() const { return failed_; }
  void set_failed() { failed_ = true; }

  /// Place of the next instruction.
  [[nodiscard]] uint32_t here() const { return static_cast<uint32_t>(code_.size()); }
  [[nodiscard]] Instr& at(uint32_t place) { return code_[place]; }

  /// Appends an instruction without operands; they are set in the result, which is good until the
  /// next.
  Instr& emit(Handler fn);
  /// Operand A in slot a or imm, operand B in slot b or imm2.
  void set_a(Instr& instr, const Operand& operand);
  void set_b(Instr& instr, const Operand& operand);
  void set_record(Instr& instr, uint32_t record);

  uint32_t pool(const U256& value);
  /// A record of these moves, beside those of the records before it.
  uint32_t record(uint32_t pc, int32_t delta, int64_t unused, std::span<const Move> moves);

  /// All of it in one block of that memory, of `size` bytes. False where memory ran out.
  [[nodiscard]] bool finish(CodeMemory& memory, const Instr*& entry, size_t& size);

 private:
  /// Notes that a field holds a place that becomes a pointer at the end: `offset` of the newest
  /// instruction.
  void note(Vec<uint32_t>& fields, size_t offset);

  Vec<Instr> code_;
  Vec<U256> pool_;
  Buffer records_;
  uint32_t last_record_ = 0; ///< place of the newest
  // Fields that hold places yet, by their offset in the code or the records.
  Vec<uint32_t> pool_fields_;
  Vec<uint32_t> record_fields_;
  Vec<uint32_t> pool_fields_of_records_;
  Instr scrap_{};
  bool failed_ = false;
};

/// Brings parallel moves into an order in which none destroys a source of a later one, in time
/// linear in their number. Cycles go through `spare`, a slot nothing else uses. Moves of a slot to
/// itself vanish.
class MoveOrder {
 public:
  [[nodiscard]] bool run(Vec<Move>& moves, int16_t spare);

 private:
  /// What the moves that have not been written do to a slot.
  struct Slot {
    uint16_t readers = 0;
    uint16_t writer = 0; ///< place in pending_ + 1
  };
  static constexpr unsigned kSlots = 1 << 11; ///< as many as an int16 byte offset tells apart

  [[nodiscard]] Slot& of(int16_t offset) {
    return slots_[static_cast<uint16_t>(offset) / sizeof(U256)];
  }
  [[nodiscard]] bool order(Vec<Move>& moves, int16_t spare);
  [[nodiscard]] bool follow(Vec<Move>& moves, uint32_t first, int16_t saved, int16_t spare);

  Vec<Move> pending_;
  std::array<Slot, kSlots> slots_{}; ///< all as at first between two runs
};

} // namespace zvm::backend::interp
