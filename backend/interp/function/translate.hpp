// From a function of a module, as IR, to word code.
//
// One pass over the instructions in their order. Most get their place without being told: a
// variable has a fixed slot, and reading it is no instruction but an alias of that slot; the result
// of an instruction stays in the accumulator, unless something else than the next instruction reads
// it, for which the instruction is changed to its storing form; a comparison that is only branched
// on becomes part of the branch. Gas is charged on edges, so that a region without a head of its
// own costs no instruction.
#pragma once

#include "backend/interp/function/code.hpp"
#include "backend/interp/function/handlers.hpp"
#include "backend/interp/function/loop_head.hpp"
#include "base/vec.hpp"
#include "ir/access.hpp"
#include "ir/call.hpp"

namespace zvm::backend::interp::word {

[[nodiscard]] constexpr bool is_float(ir::Type type) {
  return type == ir::Type::F32 || type == ir::Type::F64;
}

// Fields of code, by bytes.
template <typename T>
void write_at(Vec<Word>& code, uint32_t byte, T value) {
  if (byte + sizeof value <= code.size() * sizeof(Word))
    std::memcpy(reinterpret_cast<uint8_t*>(code.data()) + byte, &value, sizeof value);
}
template <typename T>
T read_at(std::span<const Word> code, uint32_t byte) {
  T value{};
  std::memcpy(&value, reinterpret_cast<const uint8_t*>(code.data()) + byte, sizeof value);
  return value;
}

class WordTranslator {
 public:
  /// False where memory ran out.
  [[nodiscard]] bool translate(const ir::Function& function, const ModuleSource& module,
                               const runtime::Entry* entries);
  /// The same, to find the head of a loop whose code begins at this word. False also where there is
  /// none.
  [[nodiscard]] bool find_loop(const ir::Function& function, const ModuleSource& module,
                               const runtime::Entry* entries, uint32_t place, LoopHead& head);
  [[nodiscard]] std::span<const Word> code() const { return code_.view(); }
  /// Where its instructions begin.
  [[nodiscard]] std::span<const uint32_t> starts() const { return starts_.view(); }

 private:
  using ValueId = ir::ValueId;
  using BlockId = ir::BlockId;

  /// Where a value can be found, beside an accumulator.
  enum class Home : uint8_t {
    None,     ///< not yet, or nowhere: a constant, or only in an accumulator
    Temp,     ///< a slot of its own, given back after its last use
    Variable, ///< the slot of a variable, until that is set
    Outgoing, ///< where the callee's frame begins, until the next call; counted from there
  };
  struct Operand {
    At at = At::Slot;
    uint32_t slot = 0; ///< Outgoing ones have kOutgoing set
    int32_t number = 0;
  };
  static constexpr uint32_t kOutgoing = 1u << 31;
  static constexpr uint32_t kNoSlot = ~0u;

  enum class Accumulator : uint8_t { None, Integer, Float };
  [[nodiscard]] static constexpr Accumulator accumulator_of(ir::Type type) {
    return type == ir::Type::V128 ? Accumulator::None
           : is_float(type)       ? Accumulator::Float
                                  : Accumulator::Integer;
  }
  /// The last instruction, as long as its result has no slot.
  struct Pending {
    ValueId value = ir::kNone; ///< kNone: there is none
    uint32_t at = 0;           ///< in code_
    Handler store = nullptr;   ///< the form that stores; null: it does so anyway, to the spare slot
    Accumulator in = Accumulator::None;
    // A comparison, for a branch to take over:
    bool compares = false;
    Compare compare = Compare::Eq;
    ir::Type type = ir::Type::None;
    Operand a, b;
  };

  // Before the first instruction.
  [[nodiscard]] bool prepare();
  [[nodiscard]] bool fits_stack() const;
  void place_variables();
  void survey();
  void place_arguments_early(ir::InstId call, ir::InstId behind);
  [[nodiscard]] uint32_t gas_at_edge(BlockId to) const;

  void block(BlockId b);
  void note_loop(BlockId b);
  void instruction(const ir::Inst& inst);
  // How ops are written; which of these does it is said in a table by op.
  struct Rows;
  void refuse(const ir::Inst& inst);
  void binary(const ir::Inst& inst);
  void binary_of(const ir::Inst& inst, ValueId a, ValueId b);
  void exchanged(const ir::Inst& inst);
  void total_shift(const ir::Inst& inst);
  void comparison(const ir::Inst& inst);
  void is_zero(const ir::Inst& inst);
  void unary(const ir::Inst& inst);
  void sign_extension(const ir::Inst& inst);
  void float_binary(const ir::Inst& inst);
  void float_unary(const ir::Inst& inst);
  void vector(const ir::Inst& inst);
  void wide(const ir::Inst& inst);
  void select(const ir::Inst& inst);
  void load(const ir::Inst& inst);
  void store(const ir::Inst& inst);
  void get_variable(const ir::Inst& inst);
  void set_variable(const ir::Inst& inst);
  void simple(const ir::Inst& inst);
  struct CallHandlers {
    Handler direct, import, indirect;
  };
  uint32_t begin_call(const ir::Inst& inst, const CallHandlers& h, uint32_t& slots);
  void call(const ir::Inst& inst);
  void tail_call(const ir::Inst& inst);
  void return_(const ir::Inst& inst);
  void jump(const ir::Inst& inst);
  void branch(const ir::Inst& inst);
  void branch_table(const ir::Inst& inst);
  void jump_to(BlockId target, bool is_paid = false);

  // Operands.
  /// Stores the pending result unless these operands use it up from its accumulator.
  void settle(std::span<const ValueId> operands, bool from_accumulator = true);
  void flush();
  [[nodiscard]] Operand operand(ValueId v, bool may_accumulate);
  [[nodiscard]] Operand slot_operand(ValueId v) { return operand(v, false); }
  [[nodiscard]] bool fits_number(ValueId v) const;
  [[nodiscard]] Operand number_operand(ValueId v) const;
  struct Operands {
    Operand a, b;
  };
  /// Where handlers of one operand, or two, have them. They are used up.
  [[nodiscard]] Operand take_one(ValueId v);
  [[nodiscard]] Operands take_two(ValueId a, ValueId b);
  [[nodiscard]] bool is_in_accumulator(ValueId v) const;
  void release(ValueId v);
  void release_all(std::span<const ValueId> values);
  void constant_to(ValueId v, uint32_t slot);
  void move_to(ValueId v, uint32_t slot);

  // Aliases.
  void add_alias(ValueId v, uint32_t variable);
  void save_aliases_of(uint32_t variable);
  [[nodiscard]] bool leave_aliases_of(uint32_t variable);
  void save_before_pending(ValueId v);
  void save_outgoing(std::span<const ValueId> arguments);
  void save_all_aliases();
  void save(ValueId v);
  /// Values where a callee expects its arguments, or return_many its results.
  uint32_t place_outgoing(std::span<const ValueId> values);

  // Code.
  /// An instruction of two to four words, or more; all but the first are 0. Its place in code_.
  uint32_t emit(Handler handler, unsigned words) {
    const auto at = static_cast<uint32_t>(code_.size());
    gas_after_call_ = 0;
    if (handler == nullptr || code_.capacity() - at < words || starts_.capacity() == starts_.size())
        [[unlikely]]
      return emit_growing(handler, words);
    *starts_.try_extend(1) = at;
    Word* word = code_.try_extend(words);
    word[0] = reinterpret_cast<Word>(handler);
    for (unsigned i = 1; i < words; ++i)
      word[i] = 0;
    return at;
  }
  uint32_t emit_growing(Handler handler, unsigned words);
  uint32_t emit_slots(Handler handler, unsigned words, std::span<const ValueId> values,
                      const uint8_t (&fields)[4]);
  template <typename Find>
  void emit_forms(const ir::Inst& inst, const Operands& operands, Find form);
  void compare(const ir::Inst& inst, Compare compare, ir::Type type, const Operands& operands);
  // Accesses of memory.
  [[nodiscard]] bool is_short(const ir::Access& access, ValueId address) const;
  [[nodiscard]] Operand address_of(ValueId address, uint64_t& offset);
  [[nodiscard]] runtime::Bounds bounds_at(uint64_t offset) const;
  void set_access(uint32_t at, const Operand& address, uint64_t offset);
  void emit_any(const ir::Inst& inst, const ir::Access& access, Handler handler);
  void set_field(uint32_t at, unsigned field, uint32_t slot);
  void set_half(uint32_t at, unsigned half, uint32_t value);
  void set_operand(uint32_t at, unsigned field, const Operand& from);
  /// The instruction at `at` has this result, and these forms without and with a store.
  void result(const ir::Inst& inst, uint32_t at, Handler store, Accumulator in);
  void outgoing_base(uint32_t at, unsigned half);
  void edge(uint32_t at, unsigned half, uint32_t from, BlockId target);
  [[nodiscard]] bool polls(BlockId target) const {
    return f_->blocks[target].poll && layout_[target] <= layout_[block_];
  }
  [[nodiscard]] uint32_t take_slots(unsigned count);
  void give_slots(uint32_t slot, unsigned count);
  [[nodiscard]] unsigned slots_of(ValueId v) const { return ir::slots_of(f_->type(v)); }
  void fuse();
  void fuse_ways_back();
  bool finish();

  const ir::Function* f_ = nullptr;
  const ModuleSource* module_ = nullptr;
  const runtime::Entry* entries_ = nullptr;
  BlockId block_ = 0;
  bool failed_ = false;
  LoopHead* wanted_ = nullptr; ///< what find_loop() is to find, …
  uint32_t wanted_at_ = 0;     ///< … where

  Vec<Word> code_;
  Vec<uint32_t> starts_; ///< of the instructions in it
  struct WayBack {
    uint32_t row;  ///< its place in code_
    uint32_t jump; ///< that of the jump it ends with
  };
  [[nodiscard]] Handler carried_way(Handler both, const WayBack& way, uint32_t head) const;
  Vec<WayBack> ways_back_;
  Pending pending_;
  ValueId acc_ = ir::kNone, facc_ = ir::kNone; ///< what the accumulators hold
  /// The value that was last written to a variable by who computed it: while it is in an
  /// accumulator, so is the variable.
  struct {
    ValueId value = ir::kNone;
    uint32_t variable = 0;
  } written_;
  uint32_t gas_after_call_ = 0; ///< place of the last call, if it is the last instruction

  // By value.
  Vec<uint32_t> uses_;
  Vec<Home> homes_;
  Vec<uint32_t> slots_;
  Vec<uint32_t> early_; ///< outgoing slot + 1 that a value used once may be computed into

  // By variable.
  Vec<uint32_t> variables_;   ///< slot
  Vec<ValueId> aliases_;      ///< last alias
  Vec<ValueId> alias_before_; ///< by value
  struct Alias {
    ValueId value;
    uint32_t variable;
  };
  Vec<Alias> block_aliases_;
  Vec<ValueId> outgoing_aliases_;

  // By block.
  Vec<uint32_t> layout_; ///< place in it
  Vec<uint32_t> labels_;

  struct Fix {
    uint32_t at;   ///< byte in code_
    uint32_t from; ///< place that the target counts from
    BlockId target;
  };
  Vec<Fix> fixes_;
  struct OutgoingFix {
    uint32_t at;  ///< byte in code_
    bool is_half; ///< 32 bits, else 16
  };
  Vec<OutgoingFix> outgoing_fixes_;

  uint32_t parameter_slots_ = 0, variable_slots_ = 0;
  uint32_t spare_ = 0; ///< a slot for results that nobody reads
  uint32_t top_ = 0;   ///< slots in use at most
  Vec<uint32_t> free_[2];
  Vec<uint32_t> borrowed_; ///< slots of constants, given back behind the instruction
};

} // namespace zvm::backend::interp::word
