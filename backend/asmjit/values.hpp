// Where values are while the code of a trace is written: in registers, limb by limb, or at their
// homes in the operand area.
//
// Where no register is free, the limb whose next use is farthest goes to its value's home. A home is
// an item of the operand area: that of the entry stack for a parameter, for others one above all that
// the trace puts there, held as long as the value lives. A limb that is known to be 0 stands
// nowhere, and neither do constants.
#pragma once

#include <optional>

#include "backend/asmjit/chain.hpp"
#include "backend/asmjit/exit.hpp"

namespace zvm::backend::asmjit {

/// Where a limb is.
struct Where {
  enum class In : uint8_t { Register, Memory, Constant } in = In::Constant;
  Reg reg = kNoReg;
  bool is_field = false; ///< Memory: of the frame, not of the operand area
  int32_t offset = 0;    ///< Memory: bytes
  uint64_t constant = 0;
};

/// What the allocation asks of whoever encodes instructions. None changes flags.
class Encoder {
 public:
  virtual void move(Reg to, const Where& from) = 0;
  virtual void store(const Where& to, Reg from) = 0;

 protected:
  ~Encoder() = default;
};

class Values {
 public:
  explicit Values(Encoder& encoder) : encoder_(encoder) {}

  /// False where memory ran out.
  [[nodiscard]] bool try_begin(const ir::Function& f);
  [[nodiscard]] bool failed() const { return failed_; }

  /// An instruction begins: its registers are anyone's again.
  void begin(const ir::Inst& inst, uint32_t position);
  /// It ends: what was used for the last time goes.
  void end(const ir::Inst& inst);

  [[nodiscard]] Where where(ir::ValueId v, unsigned limb) const;
  [[nodiscard]] bool is_zero(ir::ValueId v, unsigned limb) const {
    const Where at = where(v, limb);
    return at.in == Where::In::Constant && at.constant == 0;
  }
  /// A register that holds the limb, to be read only. It stays until it is dropped, or the
  /// instruction ends; so for all below.
  [[nodiscard]] Reg load(ir::ValueId v, unsigned limb);
  /// A register with the limb in it that may be changed. The limb may be nowhere else then.
  [[nodiscard]] Reg take(ir::ValueId v, unsigned limb);
  /// A register that holds nothing.
  [[nodiscard]] Reg fresh();
  /// Makes this one hold nothing.
  void claim(Reg r);
  /// Anyone may have the register of an operand again, or one that holds nothing.
  /// Until then nobody else takes this one.
  void keep(Reg r) { pinned_ |= static_cast<uint16_t>(1u << r); }
  void drop(Reg r) { pinned_ &= static_cast<uint16_t>(~(1u << r)); }
  /// One that holds nothing now, without any code; kNoReg: there is none.
  [[nodiscard]] Reg spare() const;

  void define(ir::ValueId v, unsigned limb, Reg r);
  /// The limbs from this one on are 0.
  void define_zeros(ir::ValueId v, unsigned from);
  void define_zero(ir::ValueId v, unsigned limb) {
    values_[v].zeros |= static_cast<uint8_t>(1u << limb);
  }
  /// The value stands in the frame, and stays there.
  void define_field(ir::ValueId v, int32_t offset);
  /// The value will be written to its home by others.
  void define_home(ir::ValueId v);

  /// All of the value, every limb, at its home. Not of constants.
  [[nodiscard]] Where home(ir::ValueId v);
  /// The same, of a value that has a home, in code that runs on one way only.
  void complete_home(ir::ValueId v) const;
  /// Its offset in the operand area, where a limb of the value stands there and in no register.
  [[nodiscard]] std::optional<int32_t> home_read(ir::ValueId v) const;
  /// What is used from here on, or by this instruction, leaves all registers.
  void spill_all();
  /// `count` items side by side that stay until the instruction ends.
  [[nodiscard]] int32_t run(uint32_t count);

  /// For a site: what the registers hold.
  [[nodiscard]] std::array<uint32_t, kRegisters> registers() const;
  /// For the exits of the whole function.
  [[nodiscard]] bool try_note(Vec<Place>& places) const;

  [[nodiscard]] Chain& chain() { return chain_; }
  /// An item that nothing else uses.
  [[nodiscard]] int32_t spare_home() const { return spare_home_; }

 private:
  struct Value {
    std::array<Reg, 4> regs;
    uint8_t at_home; ///< bit by limb: memory has it
    uint8_t zeros;   ///< bit by limb: it is 0
    uint8_t limbs;   ///< that its type has
    bool is_field;   ///< its home is in the frame
    bool is_constant;
    int32_t home; ///< bytes; kNowhere
  };
  static constexpr int32_t kNowhere = INT32_MIN;

  [[nodiscard]] static Where home_of(const Value& value, unsigned limb) {
    return {.in = Where::In::Memory,
            .is_field = value.is_field,
            .offset = value.home + static_cast<int32_t>(8 * limb)};
  }

  [[nodiscard]] bool dies(ir::ValueId v) const {
    return !is_shared_ && chain_.last(v) == position_;
  }
  void hold(Reg r, ir::ValueId v, unsigned limb);
  void give_home(Value& value);
  void free_home(int32_t offset);
  /// The limb goes to memory, and out of its register.
  void evict(Reg r);
  [[nodiscard]] Reg farthest();
  void release(ir::ValueId v);

  Encoder& encoder_;
  const ir::Function* f_ = nullptr;
  Chain chain_;
  Vec<Value> values_;
  std::array<uint32_t, kRegisters> held_{}; ///< value * 4 + limb, or kNone
  Vec<int32_t> free_homes_;
  Vec<int32_t> runs_;   ///< homes of runs of this instruction
  size_t next_end_ = 0; ///< in chain_.ends()
  uint32_t position_ = 0;
  int32_t next_home_ = 0;  ///< bytes
  int32_t spare_home_ = 0; ///< bytes
  uint16_t pinned_ = 0;
  bool is_shared_ = false; ///< two operands of the instruction are the same value
  bool failed_ = false;
};

} // namespace zvm::backend::asmjit
