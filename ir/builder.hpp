// Builder: appends instructions to one block of a function, with the result types its op implies.
//
// Costs nothing beyond the function's own arrays. Where memory ran out, function().failed() is true
// and the ids that were returned mean nothing: look at it before reading through them.
#pragma once

#include <initializer_list>
#include <span>

#include "base/guest.hpp"
#include "base/status.hpp"
#include "ir/function.hpp"
#include "ir/signature.hpp"

namespace zvm::ir {

class Builder {
 public:
  using Values = std::span<const ValueId>;
  using List = std::initializer_list<ValueId>;

  explicit Builder(Function& function) : f_(function) {}

  [[nodiscard]] Function& function() { return f_; }
  [[nodiscard]] const Function& function() const { return f_; }
  [[nodiscard]] BlockId block() const { return block_; }
  void set_block(BlockId block) { block_ = block; }
  /// A new block, which becomes the current one.
  BlockId begin_block(uint32_t pc) {
    block_ = f_.make_block();
    if (!f_.failed())
      f_.blocks[block_].pc = pc;
    return block_;
  }

  [[nodiscard]] ValueId constant(Type type, const U256& value) {
    return f_.make_constant(type, value);
  }
  /// An i256 constant.
  [[nodiscard]] ValueId word(const U256& value) { return f_.make_constant(Type::I256, value); }

  /// Appends an op; its first result, or kNone for an op without results. `type` is the T of the
  /// op's signature. Ops with any number of results go through call().
  ValueId emit(Op op, Type type, Values args, uint64_t attribute = 0, StateId state = kNone) {
    return emit_here(op, type, args, attribute, state);
  }
  /// The same as part of the caller, for where most instructions are made.
  [[gnu::always_inline]] ValueId emit_here(Op op, Type type, Values args, uint64_t attribute,
                                           StateId state) {
    ZVM_ASSERT(signature(op).results.repeated == '\0' && signature(op).results.count <= 1);
    const Type result = result_type(op, type);
    const auto value = static_cast<ValueId>(f_.values.size());
    const InstId id = f_.append_inst(block_, op, type, args, attribute, state, result);
    if (result == Type::None)
      return kNone;
    return id == kNone ? 0 : value;
  }
  ValueId emit(Op op, Type type, List args, uint64_t attribute = 0, StateId state = kNone) {
    return emit(op, type, Values{args.begin(), args.size()}, attribute, state);
  }
  /// The same for ops whose signature names no T.
  ValueId emit(Op op, Values args, uint64_t attribute = 0, StateId state = kNone) {
    ZVM_ASSERT(signature(op).generic == '\0');
    return emit(op, Type::None, args, attribute, state);
  }
  ValueId emit(Op op, List args, uint64_t attribute = 0, StateId state = kNone) {
    return emit(op, Values{args.begin(), args.size()}, attribute, state);
  }
  /// A generic op at i256.
  ValueId emit_word(Op op, List args) { return emit(op, Type::I256, args); }

  /// An op with any number of results, of these types; the first of them, which have consecutive
  /// ids.
  ValueId call(Op op, uint64_t attribute, Values args, std::span<const Type> results) {
    const InstId id = f_.make_inst(op, Type::None, args, attribute, results);
    if (id == kNone)
      return results.empty() ? kNone : 0;
    f_.append(block_, id);
    return f_.insts[id].result;
  }

  /// A frame state: `pop` items of the entry stack are gone and `stack`, deepest first, stands
  /// there. kNone: what stood there when the function was entered.
  [[nodiscard]] StateId make_state(uint32_t pc, uint32_t pop, Values stack, int64_t unused) {
    const auto first = static_cast<uint32_t>(f_.stack_items.size());
    const int32_t bottom = -static_cast<int32_t>(pop);
    int32_t position = bottom;
    for (const ValueId v : stack) {
      if (v != kNone && !f_.stack_items.try_push({position, v}))
        f_.set_failed();
      ++position;
    }
    return make_state({.pc = pc,
                       .items = {first, static_cast<uint32_t>(f_.stack_items.size()) - first},
                       .height = position,
                       .unused = unused});
  }
  [[nodiscard]] StateId make_state(const FrameState& state) {
    const auto id = static_cast<StateId>(f_.states.size());
    if (!f_.states.try_push(state))
      f_.set_failed();
    return id;
  }

  // Terminators.
  void br(BlockId target, Values args = {}) {
    const Target to{target, f_.make_range(args)};
    terminate(Op::Br, {}, {&to, 1});
  }
  void br_if(ValueId condition, BlockId then_block, BlockId else_block, Values then_args = {},
             Values else_args = {}) {
    const Target to[] = {{then_block, f_.make_range(then_args)},
                         {else_block, f_.make_range(else_args)}};
    terminate(Op::BrIf, {&condition, 1}, to);
  }
  /// The last target is where an index without a target of its own goes.
  void br_table(ValueId index, std::span<const Target> targets) {
    terminate(Op::BrTable, {&index, 1}, targets);
  }
  void return_(Values results) { terminate(Op::Return, results, {}); }
  /// The label first, then the results.
  void return_label(Values label_and_results, StateId state) {
    emit(Op::ReturnLabel, label_and_results, 0, state);
  }
  void leave(StateId state) { emit(Op::Leave, List{}, 0, state); }
  void leave_dynamic(ValueId pc, unsigned count, StateId state) {
    emit(Op::LeaveDynamic, {pc}, count, state);
  }
  void stop() { emit(Op::Stop, List{}); }
  void finish(ValueId address, ValueId length) { emit(Op::Finish, {address, length}); }
  void revert(ValueId address, ValueId length) { emit(Op::Revert, {address, length}); }
  void trap(Status status) { emit(Op::Trap, List{}, static_cast<uint64_t>(status)); }
  /// The block that it goes on at gets the result as its parameter.
  void message_call(CallKind kind, Values operands, BlockId resume, StateId state) {
    const auto id = static_cast<InstId>(f_.insts.size());
    const ValueId result = emit(Op::MessageCall, operands, static_cast<uint64_t>(kind), state);
    const Target to{resume, f_.make_range({&result, 1})};
    set_targets(id, {&to, 1});
  }

 private:
  void terminate(Op op, Values args, std::span<const Target> targets) {
    const InstId id = f_.make_inst(op, Type::None, args, 0, {});
    set_targets(id, targets);
    f_.append(block_, id);
  }
  void set_targets(InstId id, std::span<const Target> targets) {
    const auto begin = static_cast<uint32_t>(f_.targets.size());
    if (!f_.targets.try_append(targets))
      f_.set_failed();
    if (!f_.failed())
      f_.insts[id].targets = {begin, static_cast<uint32_t>(targets.size())};
  }

  Function& f_;
  BlockId block_ = 0;
};

} // namespace zvm::ir
