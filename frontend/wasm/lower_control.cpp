#include "frontend/wasm/lower_control.hpp"

#include "frontend/wasm/block_type.hpp"

namespace zvm::frontend::wasm {

using ir::BlockId;
using ir::kNone;
using ir::Type;
using ir::ValueId;

void ControlLowering::begin_body(Types results) {
  if (!controls_.try_push({.parameters = {}, .results = results}))
    f_.set_failed();
}

void ControlLowering::instruction(const Instruction& in) {
  switch (in.op) {
  case Op::Unreachable:
    b_.trap(Status::Unreachable);
    return leave();
  case Op::Block:
  case Op::Loop:
  case Op::If:
    return begin_block(in);
  case Op::Else:
    return else_();
  case Op::End:
    return end();
  case Op::Br:
    branch(in.index);
    return leave();
  case Op::BrIf:
    return branch_if(in.index);
  case Op::BrTable:
    branch_table(in);
    return leave();
  case Op::Return:
    l_.charge_moves(f_.results.size());
    return_();
    return leave();
  default:
    ZVM_UNREACHABLE();
  }
}

// --- blocks ---

void ControlLowering::begin_block(const Instruction& in) {
  const BlockSignature signature = signature_of(l_.module, in.block);
  Control c{.op = in.op, .parameters = signature.parameters, .results = signature.results};
  if (in.op == Op::If) {
    const ValueId condition = l_.pop();
    b_.br_if(condition, static_cast<BlockId>(f_.blocks.size()), 0);
    await(c.to_else, last_target(1));
    c.first_parameter = static_cast<uint32_t>(kept_.size());
    if (!kept_.try_append(l_.top(c.parameters.size())))
      f_.set_failed();
    l_.begin_region();
  }
  c.height = static_cast<uint32_t>(l_.stack.size() - c.parameters.size());
  if (in.op == Op::Loop) {
    l_.charge_moves(c.parameters.size());
    pass_values(c.parameters);
    l_.continue_region();
    if (f_.failed())
      return;
    l_.stack.truncate(c.height);
    c.head = b_.block();
    f_.blocks[c.head].poll = true;
    take_values(c.parameters);
    // The loop's own price is paid before it, not each time round.
  }
  if (!controls_.try_push(c))
    f_.set_failed();
}

/// Ends the first part of an if. The code before was live.
void ControlLowering::else_() {
  Control& c = controls_.back();
  l_.charge_moves(c.results.size());
  pass_values(c.results);
  b_.br(0);
  await(c.to_end, last_target(0));
  begin_else(c);
}

/// The second part of an if, with the operands that the first began with.
void ControlLowering::begin_else(Control& c) {
  l_.begin_region();
  if (f_.failed())
    return;
  resolve(c.to_else, b_.block());
  c.to_else = kNone;
  l_.stack.truncate(c.height);
  for (uint32_t i = 0; i < c.parameters.size(); ++i)
    l_.push(kept_[c.first_parameter + i]);
}

/// Ends a block whose code before was live.
void ControlLowering::end() {
  if (f_.failed())
    return;
  Control& c = controls_.back();
  // Whether or not a branch leads here: prices know nothing of blocks of the IR.
  l_.charge_moves(c.results.size());
  if (controls_.size() == 1) {
    return_();
    if (c.to_end != kNone) {
      begin_end(c);
      return_();
    }
    return leave_block();
  }
  const bool has_no_else = c.op == Op::If && c.to_else != kNone;
  if (c.to_end != kNone || has_no_else) {
    pass_values(c.results);
    if (has_no_else && !c.results.empty()) { // the results are the parameters
      b_.br(0);
      await(c.to_end, last_target(0));
      begin_else(c);
      l_.note_step();
      l_.charge_moves(c.results.size());
      pass_values(c.results);
    }
    b_.br(static_cast<BlockId>(f_.blocks.size()));
    begin_end(c);
  }
  leave_block();
}

void ControlLowering::skip(const Instruction& in) {
  if (in.op == Op::Block || in.op == Op::Loop || in.op == Op::If) {
    ++dead_blocks_;
  } else if (in.op == Op::Else && dead_blocks_ == 0) {
    is_dead_ = false;
    begin_else(controls_.back());
  } else if (in.op == Op::End) {
    if (dead_blocks_ == 0)
      end_dead();
    else
      --dead_blocks_;
  }
}

/// Ends a block whose code before was dead.
void ControlLowering::end_dead() {
  Control& c = controls_.back();
  const bool is_body = controls_.size() == 1;
  l_.stack.truncate(c.height);
  if (c.op == Op::If && c.to_else != kNone) {
    is_dead_ = false;
    begin_else(c);
    l_.note_step();
    return end();
  }
  is_dead_ = c.to_end == kNone;
  if (!is_dead_)
    begin_end(c);
  if (!is_dead_ && is_body)
    return_();
  leave_block();
}

/// Where branches to the end of a block lead.
void ControlLowering::begin_end(Control& c) {
  l_.begin_region();
  if (f_.failed())
    return;
  resolve(c.to_end, b_.block());
  resolve(c.to_else, b_.block());
  l_.stack.truncate(c.height);
  take_values(c.results);
}

void ControlLowering::leave_block() {
  const Control& c = controls_.back();
  if (c.op == Op::If)
    kept_.truncate(c.first_parameter);
  controls_.pop();
}

// --- branches ---

void ControlLowering::branch(uint32_t depth) {
  Control& c = target(depth);
  l_.charge_moves(c.label().size());
  if (depth + 1 == controls_.size())
    return return_();
  pass_values(c.label());
  b_.br(c.op == Op::Loop ? c.head : 0);
  if (c.op != Op::Loop)
    await(c.to_end, last_target(0));
}

void ControlLowering::branch_if(uint32_t depth) {
  const ValueId condition = l_.pop();
  Control& c = target(depth);
  l_.charge_moves(c.label().size());
  pass_values(c.label());
  b_.br_if(condition, c.op == Op::Loop ? c.head : 0, static_cast<BlockId>(f_.blocks.size()));
  if (c.op != Op::Loop)
    await(c.to_end, last_target(0));
  l_.begin_region();
}

void ControlLowering::branch_table(const Instruction& in) {
  const ValueId index = l_.pop();
  Reader labels{in.bytes};
  targets_.clear();
  uint32_t last = 0;
  for (uint32_t i = 0; i <= in.count; ++i) {
    last = labels.u32();
    const Control& c = target(last);
    if (!targets_.try_push({c.op == Op::Loop ? c.head : 0, {}}))
      return f_.set_failed();
  }
  // All labels have the same types.
  const Types types = target(last).label();
  l_.charge_moves(types.size());
  pass_values(types);
  b_.br_table(index, targets_.view());
  const uint32_t first = last_target(0);
  Reader again{in.bytes};
  for (uint32_t i = 0; i <= in.count && !f_.failed(); ++i) {
    Control& c = target(again.u32());
    if (c.op != Op::Loop)
      await(c.to_end, first + i);
  }
}

void ControlLowering::return_() {
  if (!f_.failed())
    b_.return_(l_.top(f_.results.size()));
}

void ControlLowering::await(uint32_t& list, uint32_t target) {
  if (!pending_.try_push({target, list}))
    f_.set_failed();
  list = static_cast<uint32_t>(pending_.size() - 1);
}

void ControlLowering::resolve(uint32_t list, BlockId block) {
  for (; list != kNone && !f_.failed(); list = pending_[list].before)
    f_.targets[pending_[list].target].block = block;
}

// --- values that branches take along ---

/// The variable in which the value in that place of a label's types goes from a branch to where it
/// leads.
uint32_t ControlLowering::transfer(uint32_t place, Type type) {
  constexpr size_t kTypes = 8;
  const size_t at = place * kTypes + static_cast<size_t>(type);
  if (at >= transfers_.size() && !transfers_.try_resize((place + 1) * kTypes)) {
    f_.set_failed();
    return 0;
  }
  if (transfers_[at] == 0) {
    if (!f_.variables.try_push(type)) {
      f_.set_failed();
      return 0;
    }
    transfers_[at] = static_cast<uint32_t>(f_.variables.size());
  }
  return transfers_[at] - 1;
}

/// The top operands into their variables; they stay on the stack.
void ControlLowering::pass_values(Types types) {
  if (f_.failed())
    return;
  const auto values = l_.top(types.size());
  for (uint32_t i = 0; i < types.size(); ++i) {
    const Type type = ir_type(types[i]);
    b_.emit(ir::Op::VarSet, type, {values[i]}, transfer(i, type));
  }
}

void ControlLowering::take_values(Types types) {
  for (uint32_t i = 0; i < types.size() && !f_.failed(); ++i) {
    const Type type = ir_type(types[i]);
    l_.emit_push(ir::Op::VarGet, type, {}, transfer(i, type));
  }
}

} // namespace zvm::frontend::wasm
