// From IR to slot code: one snippet or one trace at a time.
//
// What it does beyond selecting handlers: it gives every value that must be kept a slot, at once
// the one where the trace's end wants it if that is free; keeps results that the next instruction
// consumes in the accumulator only; and fuses a memory touch with its load or store, a comparison
// with its branch. Cost is linear in the function, but for the moves of one exit, which are bounded
// by its stack.
#pragma once

#include "backend/interp/assembler.hpp"
#include "backend/interp/code.hpp"
#include "ir/function.hpp"
#include "ir/stack_walk.hpp"

namespace zvm::backend::interp {

/// Scratch memory is kept between functions; one translator per thread.
class SlotTranslator {
 public:
  /// `places`: the table that jumps go through; null for a snippet. False where the function is not
  /// of a form the interpreter takes, or memory ran out: assembler() is then of no use.
  [[nodiscard]] bool translate(const ir::Function& f, const Place* places);
  [[nodiscard]] Assembler& assembler() { return asm_; }

 private:
  static constexpr int32_t kNoSlot = INT32_MIN;

  /// What is known of a value while it is live.
  struct Home {
    Handler no_store;  ///< form of its producer that does not store it; null where there is none
    int32_t slot;      ///< position in items from the slot pointer; kNoSlot: none yet
    int32_t wanted;    ///< position at the end of the trace; kNoSlot: any
    uint32_t uses;     ///< still to come
    uint32_t root;     ///< the value it is another view of; itself mostly
    uint32_t producer; ///< instruction that stores it, while it may still become that form
    bool slot_read;    ///< something read it from its slot
    bool high_garbage; ///< narrower than what stands in its slot
  };
  /// A side exit, written behind the chain.
  struct Stub {
    uint32_t branch;       ///< the instruction to aim here
    ir::Op op;             ///< Leave, LeaveDynamic, Exit
    bool load_destination; ///< LeaveDynamic whose destination is not in the accumulator
    Operand destination;
    uint32_t record; ///< Exit
    uint32_t first_move, move_count;
    int32_t delta;
    uint32_t pc;
  };

  bool number_chain();
  bool count_uses();
  /// A value is used once by all the states one after another that have it at one place.
  [[nodiscard]] bool count_state(ir::StateId s, uint32_t position) {
    return s == ir::kNone || count_new_state(s, position);
  }
  [[nodiscard]] bool count_new_state(ir::StateId s, uint32_t position);
  void note_left(int32_t position, ir::ValueId value);
  [[nodiscard]] bool want_final_slots(ir::StateId s, uint32_t drop);
  void emit_inst(const ir::Inst& inst);

  // Values and their homes.
  [[nodiscard]] uint32_t root(ir::ValueId v) const { return homes_[v].root; }
  [[nodiscard]] Operand operand(ir::ValueId v);
  [[nodiscard]] Operand slot_operand(ir::ValueId v);
  /// The operand, in a slot if it is a constant that only the pool holds.
  [[nodiscard]] Operand short_operand(ir::ValueId v) {
    const Operand at = operand(v);
    return at.kind == Kind::Pool ? slot_operand(v) : at;
  }
  /// The handler that find() has for two operands, which are brought into slots as far as it has
  /// none.
  template <typename Find>
  [[nodiscard]] Handler fitting(Operand& a, ir::ValueId left, Operand& b, ir::ValueId right,
                                Find find) {
    Handler fn = find();
    if (fn == nullptr) {
      a = slot_operand(left);
      fn = find();
    }
    if (fn == nullptr && right != ir::kNone) {
      b = slot_operand(right);
      fn = find();
    }
    return fn;
  }
  void release(ir::ValueId v) {
    Home& home = homes_[root(v)];
    ZVM_ASSERT(home.uses > 0);
    if (--home.uses == 0 && home.slot != kNoSlot)
      end_life(root(v), home);
  }
  [[gnu::noinline]] void end_life(ir::ValueId v, Home& home);
  void release_all(const ir::Inst& inst);
  /// What states up to here have needed last.
  void release_states() {
    while (released_ < endings_.size() && endings_[released_].position <= position_)
      release(endings_[released_++].value);
  }
  [[nodiscard]] bool is_free(int32_t position) const;
  void free_slot(int32_t position);
  int32_t new_temporary();
  void drop_temporaries();
  void define(ir::ValueId v, Instr& producer, Handler no_store);
  void alias(ir::ValueId v, ir::ValueId of, bool high_garbage);
  [[nodiscard]] static int16_t offset(int32_t position) {
    return static_cast<int16_t>(position * 32);
  }

  // Frame states.
  [[nodiscard]] bool seek(ir::StateId s);
  [[nodiscard]] ir::ValueId& item(int32_t position) { return items_[place(position)]; }
  bool state_moves(ir::StateId s, uint32_t drop);
  [[nodiscard]] static int32_t delta(const ir::FrameState& s, uint32_t drop);
  void attach_record(Instr& instr, ir::StateId s) {
    if (s != ir::kNone)
      asm_.set_record(instr, make_record(s));
  }
  uint32_t make_record(ir::StateId s);
  [[nodiscard]] bool is_exchange(std::span<const Move> moves) const;
  void emit_moves(const Move* moves, size_t count);
  void emit_stack(ir::StateId s, uint32_t drop);

  // How ops are written; which of these does it is said in a table by op.
  struct Rows;
  void emit_head(ir::BlockId b);
  void emit_nothing(const ir::Inst& inst);
  void emit_refusal(const ir::Inst& inst);
  void emit_comparison(const ir::Inst& inst);
  void emit_binary(const ir::Inst& inst);
  void emit_unary(const ir::Inst& inst);
  void emit_ternary(const ir::Inst& inst);
  void emit_conversion(const ir::Inst& inst);
  void emit_shift_by_constant(const ir::Inst& inst);
  void emit_touch(const ir::Inst& inst);
  void emit_load(const ir::Inst& inst);
  void emit_store(const ir::Inst& inst);
  void emit_gas(const ir::Inst& inst);
  void emit_slots(const ir::Inst& inst, Handler fn, Handler no_store = nullptr);
  void emit_simple(const ir::Inst& inst);
  void emit_data(const ir::Inst& inst);
  void emit_context(const ir::Inst& inst);
  void emit_libcall(const ir::Inst& inst);
  void emit_log(const ir::Inst& inst);
  void emit_ext(const ir::Inst& inst);
  int16_t emit_run(std::span<const ir::ValueId> values);
  void emit_branch(const ir::Inst& inst);
  void add_stub(uint32_t branch, const ir::Inst& side);
  void emit_jump(ir::Op op, uint32_t pc, int32_t by);
  void emit_leave(const ir::Inst& inst);
  void emit_leave_dynamic(const ir::Inst& inst);
  void emit_message_call(const ir::Inst& inst);
  void emit_exit(const ir::Inst& inst);
  void emit_stubs();

  const ir::Function* f_ = nullptr;
  const Place* places_ = nullptr;
  Assembler asm_;
  MoveOrder order_;
  Vec<Home> homes_;
  Vec<ir::InstId> chain_;   ///< instructions in order
  Vec<ir::BlockId> starts_; ///< block that begins at this position of the chain, or kNone
  Vec<uint32_t>
      entry_live_; ///< by depth: last position at which the entry item must be intact, + 1
  ir::StackWalk stack_;
  /// What count_uses() has found to change on the stack, from state to state in the order of the
  /// chain.
  struct Change {
    int32_t position;
    ir::ValueId value;
  };
  struct Visit {
    ir::StateId state;
    uint32_t end; ///< of its changes
  };
  Vec<Change> changes_;
  Vec<Visit> visits_;
  uint32_t visit_ = 0, applied_ = 0; ///< of visits_ and changes_: how far emission has come
  Vec<ir::ValueId> items_;           ///< the stack there, by place
  int32_t low_ = 0;                  ///< everything below is what it was at function entry
  Vec<int32_t> changed_;       ///< positions of the stack that the last exit record does not tell
  uint32_t last_state_at_ = 0; ///< where the last state counted is
  /// A value that states need no more behind that position of the chain.
  struct Ending {
    uint32_t position;
    ir::ValueId value;
  };
  Vec<Ending> endings_;        ///< by position
  uint32_t released_ = 0;      ///< of endings_
  Vec<ir::ValueId> occupants_; ///< by position + need: value whose slot it is, or kNone
  Vec<int32_t> free_temps_;
  Vec<int32_t> held_temps_; ///< constants of the current instruction
  Vec<Move> moves_;         ///< what state_moves() found
  Vec<Move> stub_moves_;
  Vec<Stub> stubs_;
  Vec<uint32_t> pool_places_; ///< by constant: place in the pool + 1
  /// Of a stack position in lists that begin with the deepest.
  [[nodiscard]] uint32_t place(int32_t position) const {
    return static_cast<uint32_t>(position + need_);
  }

  int32_t need_ = 0, growth_ = 0; ///< items
  int32_t next_temp_ = 0;
  int32_t spare_ = 0;     ///< slot for cycles of moves
  uint32_t position_ = 0; ///< of the current instruction in the chain
  bool refused_ = false;
  ir::ValueId acc_ = ir::kNone; ///< root value in the accumulator
  ir::InstId pending_touch_ = ir::kNone;
  ir::InstId pending_test_ = ir::kNone;
};

} // namespace zvm::backend::interp
