// Statements: blocks, loops that count down, branches, calls, and what leaves the function.
#include "tests/fuzz/generators/wasm/function_writer.hpp"

#include "tests/fuzz/generators/wasm/encoding.hpp"

namespace zvm::fuzz::wasm {

void FunctionWriter::statements(unsigned depth) {
  for (unsigned n = 1 + c_.below(depth > 1 ? 8 : 4); n > 0 && budget_ > 0; --n)
    statement(depth);
}

void FunctionWriter::statement(unsigned depth) {
  --budget_;
  if (own() > most_operands_)
    sink();
  constexpr uint16_t kWeights[] = {40, 8, 10, 8, 4, 6, 2};
  switch (c_.weighted(kWeights)) {
  case 0:
    (void)operation(c_.pick_of(producers_.all), ValType::Unknown, 2);
    break;
  case 1:
    if (own() > 0)
      sink();
    else
      value(any_type(), 3);
    break;
  case 2:
    if (depth > 0)
      block(few_types(2), few_types(c_.one_in(40) ? 20 : 2), depth - 1);
    break;
  case 3:
    branch(depth);
    break;
  case 4:
    leave_function();
    break;
  case 5: {
    const uint32_t callee = find_callee([](const Signature&) { return true; });
    if (callee != UINT32_MAX)
      call(callee, 1, true);
    break;
  }
  default:
    // The same value twice, the first from before the variable changes.
    if (usable_ != 0) {
      const uint32_t at = c_.below(static_cast<uint32_t>(usable_));
      local(Op::LocalGet, at);
      push(locals_[at]);
      value(locals_[at], 2);
      const bool is_set = c_.one_in(2);
      local(is_set ? Op::LocalSet : Op::LocalTee, at);
      pop(is_set ? 1 : 0);
    }
  }
}

void FunctionWriter::call(uint32_t callee, unsigned depth, bool may_reuse) {
  const Signature signature = w_.types[w_.functions[callee]];
  if (may_reuse)
    supply(signature.parameters, depth);
  else
    values(signature.parameters, depth);
  call_behind(callee, depth, Op::Call, Op::CallIndirect);
  pop(signature.parameters.size());
  stack_.insert(stack_.end(), signature.results.begin(), signature.results.end());
}

/// Directly, or through the table where it is there.
void FunctionWriter::call_behind(uint32_t callee, unsigned depth, Op direct, Op indirect) {
  const uint32_t slot = find(w_.slots, [&](uint32_t f) { return f == callee; });
  if (slot == UINT32_MAX || c_.one_in(2))
    return op(direct, callee);
  const bool is_64 = w_.tables[0].is_64;
  if (c_.one_in(8)) {
    index(is_64, kItems - 1, depth);
    pop();
  } else if (is_64) {
    i64(slot);
  } else {
    i32(static_cast<int32_t>(slot));
  }
  op(indirect, w_.functions[callee]);
  append_number(code_, 0);
}

Types FunctionWriter::few_types(unsigned most) {
  Types types;
  for (unsigned n = c_.below(most + 1); n > 0; --n)
    types.push_back(any_type());
  return types;
}

void FunctionWriter::block_type(const Signature& signature) {
  if (signature.parameters.empty() && signature.results.size() <= 1 && !c_.one_in(8)) {
    code_.push_back(signature.results.empty() ? uint8_t{0x40}
                                              : static_cast<uint8_t>(signature.results[0]));
    return;
  }
  append_signed(code_, w_.type_index(signature));
}

/// Block, loop or if; its operands are there.
void FunctionWriter::block(const Types& parameters, const Types& results, unsigned depth) {
  constexpr uint16_t kWeights[] = {3, 4, 5};
  const unsigned kind = c_.weighted(kWeights);
  supply(parameters, depth);
  uint32_t counter = 0;
  if (kind == 1) {
    counter = extra_local(ValType::I32);
    i32(1 + static_cast<int32_t>(c_.below(6)));
    local(Op::LocalSet, counter);
  }
  if (kind == 2) {
    value(ValType::I32, depth);
    pop();
  }
  op(kind == 0 ? Op::Block : kind == 1 ? Op::Loop : Op::If);
  block_type({parameters, results});
  pop(parameters.size());
  const size_t height = stack_.size();
  labels_.push_back({kind == 1 ? parameters : results, height, kind == 1, counter});
  stack_.insert(stack_.end(), parameters.begin(), parameters.end());
  statements(depth);
  if (kind == 1) {
    settle(parameters);
    again(labels_.back());
    op(Op::BrIf, 0);
  }
  settle(results);
  if (kind == 2 && (parameters != results || !c_.one_in(3))) {
    op(Op::Else);
    stack_.resize(height);
    stack_.insert(stack_.end(), parameters.begin(), parameters.end());
    statements(depth);
    settle(results);
  }
  op(Op::End);
  labels_.pop_back();
  stack_.resize(height);
  stack_.insert(stack_.end(), results.begin(), results.end());
}

/// Whether the loop goes round again: what a branch to it asks.
void FunctionWriter::again(const Label& loop) {
  if (c_.one_in(200))
    return i32(1); // for ever
  local(Op::LocalGet, loop.counter);
  i32(1);
  op(Op::I32Sub);
  local(Op::LocalTee, loop.counter);
  i32(0);
  op(Op::I32GtS);
}

void FunctionWriter::branch(unsigned depth) {
  const uint32_t label = c_.below(static_cast<uint32_t>(labels_.size()));
  const Label to = labels_[labels_.size() - 1 - label];
  supply(to.types, depth > 0 ? 1 : 0);
  if (to.is_loop) {
    again(to);
    return op(Op::BrIf, label);
  }
  value(ValType::I32, depth > 0 ? 1 : 0);
  pop();
  const unsigned kind = c_.below(4);
  if (kind > 1)
    return op(Op::BrIf, label);
  // In an if, so that code goes on behind it with the same values.
  op(Op::If);
  block_type({to.types, to.types});
  labels_.push_back({to.types, stack_.size() - to.types.size(), false, 0});
  if (kind == 0)
    op(Op::Br, label + 1);
  else
    branch_table(to.types);
  dead_code();
  stack_.resize(labels_.back().height);
  stack_.insert(stack_.end(), to.types.begin(), to.types.end());
  labels_.pop_back();
  op(Op::End);
}

/// To any labels that take these types along.
void FunctionWriter::branch_table(const Types& types) {
  value(ValType::I32, 1);
  pop();
  std::vector<uint32_t> targets;
  for (uint32_t i = 0; i < labels_.size(); ++i) {
    const Label& other = labels_[labels_.size() - 1 - i];
    if (!other.is_loop && other.types == types)
      targets.push_back(i);
  }
  const unsigned count = c_.one_in(30) ? c_.below(300) : c_.below(6);
  op(Op::BrTable, count);
  for (unsigned i = 0; i <= count; ++i)
    append_number(code_, c_.pick_of(targets));
}

/// Behind what does not come back: operands are of any type there.
void FunctionWriter::dead_code() {
  if (!c_.one_in(6))
    return;
  switch (c_.below(4)) {
  case 0:
    return op(Op::Unreachable);
  case 1:
    op(Op::I32Add);
    return op(Op::Drop);
  case 2:
    i32(1);
    op(Op::If);
    code_.push_back(0x40);
    op(Op::Else);
    return op(Op::End);
  default:
    op(Op::Block);
    code_.push_back(0x40);
    op(Op::Br, 0);
    return op(Op::End);
  }
}

void FunctionWriter::leave_function() {
  value(ValType::I32, 1);
  pop();
  op(Op::If);
  code_.push_back(0x40);
  labels_.push_back({{}, stack_.size(), false, 0});
  const unsigned kind = c_.below(12);
  if (kind == 0) {
    op(Op::Unreachable);
  } else if (kind < 6) {
    values(signature_.results, 1);
    op(Op::Return);
  } else {
    const uint32_t callee =
        find_callee([&](const Signature& s) { return s.results == signature_.results; });
    if (callee == UINT32_MAX) {
      op(Op::Nop);
    } else {
      values(Types{w_.types[w_.functions[callee]].parameters}, 1);
      call_behind(callee, 0, Op::ReturnCall, Op::ReturnCallIndirect);
    }
  }
  if (kind < 6)
    dead_code();
  stack_.resize(labels_.back().height);
  labels_.pop_back();
  op(Op::End);
}

} // namespace zvm::fuzz::wasm
