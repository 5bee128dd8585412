// Lowering: the symbolic operand stack and the emission of IR for one instruction after another.
//
// A guest's per-opcode function pops operands, emits ops, pushes results; it does not know whether
// it writes a snippet (one opcode, operands are parameters, failing is final) or part of a trace
// (constants known, ops that may leave carry a frame state). Operands are i256.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>

#include "frontend/guest.hpp"
#include "frontend/known_stacks.hpp"
#include "ir/builder.hpp"

namespace zvm::frontend {

class Lowering {
 public:
  Lowering(const gas::Schedule& schedule, ir::Function& out);

  // --- for guests ---
  [[nodiscard]] const gas::Schedule& schedule() const { return schedule_; }
  /// Operands are popped before results are pushed; between the two, state() is still that before
  /// the instruction.
  ir::ValueId pop() {
    deepen(1);
    const ir::ValueId v = items_[--high_];
    return known_.empty() ? v : known_or(v);
  }
  void push(ir::ValueId word) {
    // What takes no operands pushes the same whenever it is run, if it is a constant.
    push(word, info_->pops == 0 ? stretch_ : 0);
  }
  void dup(unsigned n) {
    deepen(n);
    push(items_[high_ - n], stretches_[high_ - n]);
  }
  void swap(unsigned n) { exchange(0, n); }
  /// Whether a trace that has popped so much can name an item so deep.
  [[nodiscard]] bool reaches(unsigned n) const { return n <= high_; }
  /// Of items that stand so far below the top.
  void exchange(unsigned upper, unsigned lower);
  /// The bytes behind the opcode as a word.
  [[nodiscard]] ir::ValueId immediate();
  /// The byte behind the opcode, where the code is known: not in snippets.
  [[nodiscard]] std::optional<uint8_t> immediate_byte() const;
  /// Offset of the opcode in the code.
  [[nodiscard]] ir::ValueId pc();
  ir::ValueId word(const U256& value) { return ir_.word(value); }
  /// Emits an op on i256; ops that may leave get the state before this instruction.
  ir::ValueId op(ir::Op op, std::initializer_list<ir::ValueId> args, uint64_t attribute = 0) {
    return op_n(op, {args.begin(), args.size()}, attribute);
  }
  /// The same for any number of operands.
  ir::ValueId op_n(ir::Op op, std::span<const ir::ValueId> args, uint64_t attribute = 0);
  /// A comparison's boolean as the guest's word.
  ir::ValueId boolean(ir::ValueId flag);
  /// Checks, pays for, and grows to a memory range; its address.
  ir::ValueId touch(ir::ValueId offset, ir::ValueId length);

  void jump(ir::ValueId destination);
  void jump_if(ir::ValueId destination, ir::ValueId condition);
  void stop();
  void finish(ir::ValueId address, ir::ValueId length, bool revert);
  void trap(Status status);
  /// Leaves a trace for step form, which finds out how the instruction fails.
  void exit_before();
  void self_destruct(ir::ValueId beneficiary);
  /// The operands must have been popped; the driver loop takes them from the stack itself.
  void message_call(CallKind kind);

  // --- for programs ---

  /// Where straight code goes on.
  enum class End : uint8_t {
    Falls, ///< behind its last instruction; a message call has set the block it goes on in
    Jumps, ///< to destination()
    Forks, ///< to destination() where condition() is not zero, else behind it
    Ends,  ///< nowhere: it has a terminator
  };
  /// Straight code of a function whose places are variables: item `height` of the function's stack,
  /// counted from its entry, is the first above what stands when the block begins. What may be
  /// another value than at the function's entry are items from `changed_from` on, which states list.
  void begin_straight(const Source& source, uint32_t pc, ir::BlockId block, int32_t height,
                      uint32_t need, int32_t changed_from);
  [[nodiscard]] End end() const { return end_; }
  [[nodiscard]] ir::ValueId destination() const { return destination_; }
  [[nodiscard]] ir::ValueId condition() const { return condition_; }
  /// Items that the jump takes off the stack: its condition, too, where that is known.
  [[nodiscard]] unsigned jump_takes() const { return info_->pops; }
  /// Items of the stack from the entry on, from the deepest that has been looked at to the top.
  [[nodiscard]] int32_t lowest() const { return position(low_); }
  [[nodiscard]] int32_t top() const { return position(high_); }
  [[nodiscard]] ir::ValueId item(int32_t position) const {
    return items_[static_cast<uint32_t>(position - height_ + static_cast<int32_t>(kOrigin))];
  }
  [[nodiscard]] int32_t peak() const { return position(peak_); }
  /// The stack ends there; what is new is to be put.
  void set_top(int32_t position);
  void put(int32_t position, ir::ValueId value);
  /// Looks at all from there on.
  void reach(int32_t position);
  /// The state at a place that the code leads to, with the stack as it is.
  [[nodiscard]] ir::StateId state_there(uint32_t pc) { return state_at(pc, high_, 0); }
  /// The state before the last instruction.
  [[nodiscard]] ir::StateId state_before();
  /// Writes what has changed to its places, before the block ends.
  void store_places();
  void close_straight() { close_block(ir_.block()); }
  [[nodiscard]] ir::Builder& builder() { return ir_; }

  // --- for snippets and traces ---
  void begin_snippet(const OpcodeInfo& info);
  void end_snippet();
  /// `known`: what is known of the stack at pc; it must outlive the lowering.
  void begin_trace(const Source& source, uint32_t pc, std::span<const KnownItem> known);
  /// A jump may land here: nothing that was pushed before has to be there.
  void pass_destination() { ++stretch_; }
  void begin_instruction(uint32_t pc, const OpcodeInfo& info) {
    pc_ = pc;
    info_ = &info;
    next_pc_ = pc + 1 + info.immediate;
    jumped_ = false;
    height_before_ = high_;
    state_cache_ = ir::kNone;
    spent_before_ = spent_;
    spent_ += schedule_[info.cost];
    deepen(info.pops);
  }
  /// Starts a block whose gas is prepaid separately.
  void split_block(uint32_t pc);
  void leave(uint32_t pc);
  void exit(uint32_t pc);
  /// Writes what is known only at the end; the function is complete after it.
  void end_trace();
  [[nodiscard]] bool ended() const { return ended_; }
  /// Where the instruction just lowered goes on: behind it, or at the target of its constant jump.
  [[nodiscard]] uint32_t next_pc() const { return next_pc_; }
  [[nodiscard]] bool jumped() const { return jumped_; }
  /// The place behind a trace that ends in the midst of straight code; kNone for others.
  [[nodiscard]] uint32_t resumes_at() const { return resumes_at_; }
  /// What is known of the stack there, from the top; the number of items written.
  [[nodiscard]] size_t known_there(std::span<KnownItem> out) const;
  [[nodiscard]] bool failed() const { return ir_.function().failed(); }

 private:
  static constexpr uint32_t kOrigin = 1200; ///< the entry top; a trace moves by far less
  static constexpr uint32_t kCapacity = 2400;
  static constexpr uint32_t kFirstStretch = 1; ///< where the trace begins; 0: none

  enum class Mode : uint8_t { Snippet, Trace, Straight };
  struct SideExit {
    uint32_t target = 0; ///< place in Function::targets to patch
    ir::Op op = ir::Op::Leave;
    ir::StateId state = ir::kNone;
    ir::ValueId destination = ir::kNone;
  };

  /// As many items are on the symbolic stack at least.
  void deepen(uint32_t items) {
    if (high_ - low_ < items) [[unlikely]]
      take_entry_items(items);
  }
  void take_entry_items(uint32_t items);
  /// The result of an op on constants; kNone where it has to be written.
  [[nodiscard]] ir::ValueId try_fold(ir::Op op, ir::Type type, std::span<const ir::ValueId> args);
  void push(ir::ValueId word, uint32_t stretch) {
    ZVM_ASSERT(high_ < kCapacity);
    stretches_[high_] = stretch;
    note_change(high_);
    items_[high_++] = word;
    if (high_ > peak_)
      peak_ = high_;
    state_cache_ = ir::kNone;
  }
  [[nodiscard]] int32_t position(uint32_t item) const;
  [[nodiscard]] ir::ValueId make_item();
  /// Of a parameter: the item that is known of it; null.
  [[nodiscard]] const KnownItem* known(ir::ValueId v) const;
  /// The constant that is known of an operand, or the operand.
  [[nodiscard]] ir::ValueId known_or(ir::ValueId v);
  /// States are made one after the other, each told by what has changed since the last.
  [[nodiscard]] ir::StateId state_at(uint32_t pc, uint32_t height, int64_t unused);
  void note_change(uint32_t item) {
    if (item < changed_from_)
      changed_from_ = item;
  }
  /// The state before the current instruction; kNone in snippets.
  [[nodiscard]] ir::StateId state();
  void open_block(ir::BlockId block, uint32_t pc);
  void close_block(ir::BlockId block);
  void terminate(ir::Op op, std::initializer_list<ir::ValueId> args, uint64_t attribute,
                 ir::StateId state);
  void emit_branch(ir::ValueId condition, SideExit side);

  const gas::Schedule& schedule_;
  ir::Builder ir_;
  Mode mode_ = Mode::Snippet;
  Source source_;
  const OpcodeInfo* info_ = nullptr; ///< of the current instruction
  std::array<ir::ValueId, kCapacity> items_;
  std::array<ir::ValueId, kOrigin> entry_; ///< what items_ held at entry
  std::span<const KnownItem> known_;       ///< at entry
  /// Of items: the stretch of straight code whose every run has the same constant there, if it is
  /// one.
  std::array<uint32_t, kCapacity> stretches_;
  uint32_t stretch_ = kFirstStretch; ///< the current one
  uint32_t resumes_at_ = ir::kNone;
  uint32_t low_ = kOrigin, high_ = kOrigin, peak_ = kOrigin;
  uint32_t height_before_ = kOrigin; ///< high_ before the current instruction
  ir::StateId state_cache_ = ir::kNone;
  // The last state: its stack, up to its height; items from changed_from_ on may be others now.
  ir::StateId last_state_ = ir::kNone;
  std::array<ir::ValueId, kCapacity> last_items_;
  uint32_t last_height_ = kOrigin, changed_from_ = kOrigin;
  uint32_t pc_ = 0, next_pc_ = 0;
  int64_t spent_ = 0, spent_before_ = 0; ///< static gas of the current block, with and without pc_
  bool ended_ = false, jumped_ = false;
  Vec<ir::StateId> prepaid_; ///< states of the current block that give gas back
  Vec<SideExit> side_exits_;
  // Of straight code.
  End end_ = End::Falls;
  ir::ValueId destination_ = ir::kNone, condition_ = ir::kNone;
  int32_t height_ = 0; ///< of the stack where the block begins
  int32_t need_ = 0, changed_places_ = 0;
};

} // namespace zvm::frontend
