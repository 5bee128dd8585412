// Straight code: from a place to the next jump, or place where one may land, and what it does to
// the stack, whatever stood there before.
#pragma once

#include "base/hash_number.hpp"
#include "frontend/lowering.hpp"

namespace zvm::frontend {

/// What is known of an item of the stack.
struct Known {
  enum class Kind : uint8_t {
    Any,
    Destination, ///< the constant `value`, where a jump may go
    Place,       ///< what stood at position `value` before
  };
  Kind kind = Kind::Any;
  int32_t value = 0;

  [[nodiscard]] static Known place(int32_t position) { return {Kind::Place, position}; }
  [[nodiscard]] bool is_destination() const { return kind == Kind::Destination; }
  [[nodiscard]] bool is_place() const { return kind == Kind::Place; }
  friend bool operator==(const Known&, const Known&) = default;
};

/// Positions count from the top of the stack where the code begins.
struct Straight {
  Lowering::End end = Lowering::End::Ends;
  Known destination;       ///< of a jump
  bool is_invalid = false; ///< it jumps where no jump may go
  bool is_message = false; ///< it ends in a message call, and falls on behind it
  bool succeeds = false;   ///< the message ends here, and does not fail
  uint32_t next = 0;       ///< the place behind it
  uint32_t instructions = 0;
  int32_t lowest = 0; ///< the deepest item that it looks at
  int32_t top = 0;    ///< where the stack ends behind it
  ir::Range items;    ///< from lowest to top, in StraightCode
};

/// Straight code is longer nowhere: what follows is straight code of its own.
inline constexpr uint32_t kMostStraight = 128;

/// Whether a block of a program has to end behind it: it may fail otherwise than by its price, or
/// others see that it has been done, so that whoever is short of gas must be short before it.
[[nodiscard]] bool ends_block(const ir::Inst& inst);

/// Lowers straight code into the current block, which `begin_straight` has opened, and blocks
/// behind it: each instruction that may fail otherwise than by its price, or that others see, ends
/// one. False where it ends in an undefined opcode.
[[nodiscard]] bool lower_straight(const Guest& guest, const Source& source, uint32_t pc,
                                  Lowering& lowering, Straight& out);

/// What is found of each place, once.
class StraightCode {
 public:
  StraightCode(const Guest& guest, const Source& source) : guest_(guest), source_(source) {}

  /// Null where memory ran out.
  [[nodiscard]] const Straight* at(uint32_t pc);
  /// What is known behind it of a position from lowest to top.
  [[nodiscard]] Known item(const Straight& s, int32_t position) const {
    return items_[s.items.begin + static_cast<uint32_t>(position - s.lowest)];
  }
  [[nodiscard]] size_t size() const { return found_.size(); }
  [[nodiscard]] const Guest& guest() const { return guest_; }
  [[nodiscard]] const Source& source() const { return source_; }

 private:
  [[nodiscard]] bool find(uint32_t pc, Straight& out);
  [[nodiscard]] Known known(ir::ValueId v) const;

  const Guest& guest_;
  const Source& source_;
  ir::Function scratch_;
  FlatMap<uint32_t, Straight, HashNumber> found_;
  Vec<Known> items_;
};

} // namespace zvm::frontend
