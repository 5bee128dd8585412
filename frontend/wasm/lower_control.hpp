// Blocks and branches: the blocks of the source that have not ended, and the values that branches
// take along.
#pragma once

#include <span>

#include "frontend/wasm/lowering.hpp"

namespace zvm::frontend::wasm {

/// Writes what structured control becomes. Values that a branch takes along go in variables, one
/// for each place and type.
class ControlLowering {
 public:
  explicit ControlLowering(FunctionLowering& lowering)
      : l_(lowering), f_(lowering.f), b_(lowering.b) {}

  /// The body of a function with these results; its first region has begun.
  void begin_body(std::span<const ValType> results);
  /// False behind the end of the body.
  [[nodiscard]] bool is_open() const { return !controls_.empty(); }
  /// unreachable to return; calls are not among them.
  void instruction(const Instruction& in);
  /// The instruction before was the last of its block that can be reached.
  void leave() { is_dead_ = true; }

  /// Whether what follows cannot be reached. It is left out, and so are the blocks that end in it,
  /// up to what can be.
  [[nodiscard]] bool is_dead() const { return is_dead_; }
  /// What comes next, as long as is_dead().
  void skip(const Instruction& in);

 private:
  using Types = std::span<const ValType>;

  /// A block of the source that has not ended.
  struct Control {
    Op op = Op::Block;
    uint32_t height = 0; ///< operands below its own
    Types parameters;
    Types results;
    ir::BlockId head = ir::kNone; ///< of a loop
    uint32_t to_end = ir::kNone;  ///< newest branch to its end, by its place in pending_
    uint32_t to_else = ir::kNone;
    uint32_t first_parameter = 0; ///< in kept_: parameters of an if, for its else
    [[nodiscard]] Types label() const { return op == Op::Loop ? parameters : results; }
  };
  /// A target that waits for the block it is to lead to.
  struct PendingTarget {
    uint32_t target; ///< in the function's targets
    uint32_t before; ///< the next older of the same label
  };

  void begin_block(const Instruction& in);
  void else_();
  void begin_else(Control& c);
  void end();
  void end_dead();
  void begin_end(Control& c);
  void leave_block();

  [[nodiscard]] Control& target(uint32_t depth) { return controls_[controls_.size() - 1 - depth]; }
  void branch(uint32_t depth);
  void branch_if(uint32_t depth);
  void branch_table(const Instruction& in);
  void return_();
  void await(uint32_t& list, uint32_t target);
  void resolve(uint32_t list, ir::BlockId block);
  /// Of the terminator that ended the region before this one, or ends it.
  [[nodiscard]] uint32_t last_target(uint32_t which) const {
    return f_.failed() ? 0 : f_.insts[f_.blocks[b_.block()].last].targets.begin + which;
  }

  uint32_t transfer(uint32_t place, ir::Type type);
  void pass_values(Types types);
  void take_values(Types types);

  FunctionLowering& l_;
  ir::Function& f_;
  ir::Builder& b_;
  Vec<Control> controls_;
  Vec<PendingTarget> pending_;
  Vec<ir::ValueId> kept_;
  Vec<uint32_t> transfers_; ///< variable + 1, by place and type
  Vec<ir::Target> targets_;
  bool is_dead_ = false;
  uint32_t dead_blocks_ = 0; ///< that began in dead code and have not ended
};

} // namespace zvm::frontend::wasm
