// Where values are while the code of a function is written: in registers, limb by limb, or at their
// homes in memory. A float or a vector is one limb, in a vector register.
//
// Where no register is free, the limb whose next use is farthest goes to its value's home: the item
// of the guest's stack that it is, or will be, if nothing else is there, or else a word of the
// function's own frame. A limb that is known to be 0 stands nowhere, and neither do constants.
//
// Where a block begins its *shape* says where all is that lives there. The first edge that is
// written decides it, so that it costs least; later ones bring everything to where the shape has it.
// At the head of a loop, what the loop does not use is in memory.
#pragma once

#include <optional>

#include "backend/asmjit/exit.hpp"
#include "backend/asmjit/flow.hpp"
#include "backend/asmjit/moves.hpp"
#include "backend/asmjit/perturb.hpp"

namespace zvm::backend::asmjit {

class Values {
 public:
  explicit Values(Encoder& encoder) : encoder_(encoder) {}

  // --- functions and blocks ---

  /// False where memory ran out, or the function is too large for what it is.
  [[nodiscard]] bool try_begin(const ir::Function& f);
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const Flow& flow() const { return flow_; }
  /// Bytes of the function's own frame.
  [[nodiscard]] uint32_t frame_bytes() const {
    return static_cast<uint32_t>(slot_users_.size()) * static_cast<uint32_t>(slot_bytes_);
  }

  /// All is where the block's shape has it.
  void begin_block(ir::BlockId b);
  /// Of a root: its parameters are on the guest's stack, from this item on.
  void begin_root(ir::BlockId b, int32_t first_item);
  /// Adds what brings everything to where the target wants it. Changes nothing here.
  void add_edge(const ir::Target& target, ParallelMoves& moves);

  // --- instructions ---

  /// An instruction begins: its registers are anyone's again.
  void begin(const ir::Inst& inst, uint32_t position);
  /// It ends: what was used for the last time goes.
  void end(const ir::Inst& inst);

  [[nodiscard]] Where where(ir::ValueId v, unsigned limb) const;
  [[nodiscard]] bool is_zero(ir::ValueId v, unsigned limb) const {
    const Where at = where(v, limb);
    return at.in == Where::In::Constant && at.constant == 0;
  }
  /// Whether the instruction is the last that takes it, and takes it once.
  [[nodiscard]] bool dies(ir::ValueId v) const { return !is_shared_ && !lives_on(v); }
  /// Whether take() gives the register that the limb stands in.
  [[nodiscard]] bool gives(ir::ValueId v, unsigned limb) const {
    return where(v, limb).in == Where::In::Register && dies(v);
  }
  /// A register that holds the limb, to be read only. It stays until it is dropped, or the
  /// instruction ends; so for all below.
  [[nodiscard]] Reg load(ir::ValueId v, unsigned limb);
  /// A register with the limb in it that may be changed. The limb may be nowhere else then.
  [[nodiscard]] Reg take(ir::ValueId v, unsigned limb);
  /// A register that holds nothing.
  [[nodiscard]] Reg fresh() { return fresh(false); }
  [[nodiscard]] Reg fresh_vector() { return fresh(true); }
  /// Makes this one hold nothing.
  void claim(Reg r);
  /// Whoever has asked for it needs it no more.
  void drop(Reg r) { pinned_ &= ~(1u << r); }

  void define(ir::ValueId v, unsigned limb, Reg r);
  void define_zero(ir::ValueId v, unsigned limb) { zeros_[v] |= static_cast<uint8_t>(1u << limb); }
  /// The limbs from this one on are 0.
  void define_zeros(ir::ValueId v, unsigned from) {
    zeros_[v] |= static_cast<uint8_t>(0xf << from & 0xf);
  }
  /// The value stands in the message's frame, and stays there.
  void define_field(ir::ValueId v, int32_t offset);
  /// The value will be written to its home by others.
  void define_home(ir::ValueId v);
  /// It is an item of the guest's stack, in memory; of a function of a module, a slot of its frame.
  void define_item(ir::ValueId v, int32_t item);

  /// Whether it is a float or a vector.
  [[nodiscard]] bool is_vector(ir::ValueId v) const { return f_->type(v) >= ir::Type::F32; }
  [[nodiscard]] Where in_register(ir::ValueId v, Reg r) const {
    return {.in = Where::In::Register, .reg = r, .is_vector = f_->type(v) == ir::Type::V128};
  }
  /// All of the value, every limb, at its home. Not of constants.
  [[nodiscard]] Where home(ir::ValueId v);
  /// Whether the value, as a word, is that item of the guest's stack in memory.
  [[nodiscard]] bool is_item(ir::ValueId v, int32_t item) const;
  /// What is used from here on, or by this instruction, leaves all registers.
  void spill_all();

  /// The guest's stack goes to memory, and what else lives on behind this instruction goes to where
  /// no callee is: it has its stack from item `kept` on. Nothing is in a register then.
  void add_call(const ir::StackWalk& stack, int32_t kept, ParallelMoves& moves);
  /// The moves have been written.
  void finish_call();
  /// What lives on behind this instruction goes to memory, too.
  void save_living();
  /// Nothing is in a register.
  void forget_registers();

  /// An item as a word of memory.
  [[nodiscard]] static Where item(int32_t position, unsigned limb = 0) {
    return {.in = Where::In::Operands, .offset = 32 * position + static_cast<int32_t>(8 * limb)};
  }

 private:
  struct Home {
    Where::In in = Where::In::Constant; ///< Constant: there is none
    int32_t offset = 0;
    friend bool operator==(const Home&, const Home&) = default;
  };
  struct Binding {
    std::array<Reg, 4> regs{kNoReg, kNoReg, kNoReg, kNoReg};
    uint8_t at_home = 0; ///< bit by limb: memory has it
    Home home;
  };
  struct Bound {
    ir::ValueId value;
    Binding binding;
  };
  /// What a shape that is being made has taken.
  struct Taken {
    Registers registers = 0;
    uint32_t serial = 0;
  };

  [[nodiscard]] static Where limb_of(const Home& home, unsigned limb) {
    return {.in = home.in, .offset = home.offset + static_cast<int32_t>(8 * limb)};
  }
  [[nodiscard]] uint8_t limbs_of(ir::ValueId v) const;
  /// The same limb, with what else it says of the value.
  [[nodiscard]] Where place_of(ir::ValueId v, const Home& home, unsigned limb) const;
  /// Once in so many times, where tests want that.
  [[nodiscard]] bool by_chance(uint32_t times) { return chance_.takes(Perturb::Registers, times); }
  void perturb();
  [[nodiscard]] bool lives_on(ir::ValueId v) const;
  /// Until it is dropped nobody else takes this one.
  void keep(Reg r) { pinned_ |= 1u << r; }
  [[nodiscard]] Reg fresh(bool vector);
  /// One that holds nothing now, without any code; kNoReg: there is none.
  [[nodiscard]] Reg spare(bool vector) const;
  void hold(Reg r, ir::ValueId v, unsigned limb);
  void bind(ir::ValueId v);
  void set_home(ir::ValueId v, const Home& home);
  [[nodiscard]] uint16_t* users(const Home& home);
  [[nodiscard]] Home choose_home(ir::ValueId v);
  [[nodiscard]] Home free_slot();
  void give_home(ir::ValueId v);
  /// The limb goes to memory, too.
  void save(Reg r);
  /// And out of its register.
  void evict(Reg r);
  [[nodiscard]] Reg farthest(bool vectors);
  void release(ir::ValueId v);
  void forget_all();

  // Shapes (shapes.cpp).
  void make_shape(const ir::Target& target);
  void take_over(Bound& bound, ir::ValueId from, Taken& taken);
  void place_parameter(Bound& bound, ir::BlockId b, Taken& taken);
  void settle_loop(ir::BlockId head, std::span<Bound> all, Taken& taken);
  void leave_registers(ir::BlockId head, std::span<Bound> all, bool vectors, unsigned most,
                       Taken& taken);
  [[nodiscard]] static unsigned registers_of(const Bound& bound);
  void to_memory(Bound& bound, Taken& taken);
  [[nodiscard]] bool is_taken(const Home& home, const Taken& taken);
  void note_taken(const Binding& binding, Taken& taken);
  [[nodiscard]] Home untaken_home(ir::ValueId v, Taken& taken);

  Encoder& encoder_;
  const ir::Function* f_ = nullptr;
  Flow flow_;
  Vec<Binding> values_;
  Vec<uint8_t> zeros_;     ///< by value, bit by limb: it is 0, wherever the value is
  Vec<uint8_t> is_bound_;  ///< by value
  Vec<ir::ValueId> bound_; ///< those that have a binding
  std::array<uint32_t, kAllRegisters> held_{}; ///< value * 4 + limb, or kNone
  Vec<uint16_t> item_users_, slot_users_;      ///< values whose home it is
  Vec<uint32_t> item_taken_, slot_taken_;      ///< the shape that has taken it last
  Vec<uint32_t> noted_;    ///< by block: the one, + 1, that has noted what lives there
  Vec<uint32_t> live_out_; ///< by value: the block, + 1, that it leaves alive
  Vec<uint32_t> claimed_;  ///< by value: the shape that has taken it over
  Vec<Bound> bounds_;      ///< of all shapes
  Vec<ir::Range> shapes_;  ///< by block
  Vec<uint8_t> has_shape_;
  Vec<Bound> behind_call_;
  uint32_t serial_ = 0; ///< of the newest shape
  ir::BlockId block_ = 0;
  uint32_t position_ = 0, block_end_ = 0;
  int32_t need_ = 0;
  int32_t item_bytes_ = 0, slot_bytes_ = 0;
  size_t most_slots_ = 0;
  unsigned limbs_ = 0;
  Registers pinned_ = 0;
  Chance chance_;
  bool is_shared_ = false; ///< two operands of the instruction are the same value
  bool failed_ = false;
};

} // namespace zvm::backend::asmjit
