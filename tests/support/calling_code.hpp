// Byte code whose functions call each other with labels, loop, branch and send messages: what
// programs are made of.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "frontend/evm/opcodes.hpp"
#include "tests/support/ir/random_function.hpp"

namespace zvm::test {

using namespace frontend::evm;

/// Functions that are called with a label, in the ways of compilers, with loops and branches.
class CallingCode {
 public:
  explicit CallingCode(Choices& c) : c_(c), functions_(1 + c.below(4)) {}

  std::vector<uint8_t> run() {
    starts_.resize(functions_);
    for (unsigned i = 0; i < 3; ++i)
      push(c_.below(300));
    depth_ = 3;
    statements(4 + c_.below(6), 2);
    op(c_.one_in(2) ? OP_STOP : OP_JUMP);
    for (unsigned f = 0; f < functions_; ++f)
      function(f);
    for (const auto& [at, f] : calls_)
      patch(at, starts_[f]);
    patch_all(tails_);
    for (const uint8_t o : {OP_MUL, OP_SWAP1, OP_JUMP})
      op(o);
    patch_all(ends_);
    op(OP_STOP);
    return std::move(code_);
  }

 private:
  void op(uint8_t o) { code_.push_back(o); }
  void push(uint32_t n) {
    if (n < 256) {
      op(OP_PUSH1);
    } else {
      op(OP_PUSH1 + 1);
      op(static_cast<uint8_t>(n >> 8));
    }
    op(static_cast<uint8_t>(n));
  }
  /// A place that is known later.
  size_t push_later() {
    op(OP_PUSH1 + 1);
    code_.resize(code_.size() + 2);
    return code_.size() - 2;
  }
  void patch(size_t at, size_t to) {
    code_[at] = static_cast<uint8_t>(to >> 8);
    code_[at + 1] = static_cast<uint8_t>(to);
  }
  size_t label() {
    op(OP_JUMPDEST);
    return code_.size() - 1;
  }

  void patch_all(const std::vector<size_t>& places) {
    const size_t here = label();
    for (const size_t at : places)
      patch(at, here);
  }

  /// Label below its arguments, of which there are two; leaves one result.
  void function(unsigned f) {
    starts_[f] = label();
    depth_ = 2;
    statements(c_.below(6), 1);
    for (; depth_ > 1; --depth_)
      op(f % 2 == 0 && c_.one_in(2) ? OP_ADD : OP_POP);
    op(OP_SWAP1);
    op(OP_JUMP);
  }

  void statements(unsigned count, unsigned nesting) {
    for (unsigned i = 0; i < count; ++i)
      statement(nesting);
  }
  void statement(unsigned nesting) {
    switch (c_.below(14)) {
    case 0:
    case 1:
      return call();
    case 12:
      return share_tail();
    case 13:
      return share_end();
    case 2:
      if (nesting != 0)
        return branch(nesting);
      [[fallthrough]];
    case 3:
      if (nesting != 0)
        return loop(nesting);
      [[fallthrough]];
    case 4:
      push(c_.below(3) * 32);
      op(OP_MLOAD);
      ++depth_;
      return;
    case 5:
      op(OP_DUP1);
      push(c_.below(100));
      op(OP_MSTORE);
      return;
    case 6:
      op(OP_DUP1);
      op(OP_SLOAD);
      ++depth_;
      return;
    case 7:
      op(OP_DUP1);
      push(c_.below(9));
      op(OP_SSTORE);
      return;
    case 8:
      return message();
    case 9:
      op(c_.one_in(2) ? OP_GAS : OP_RETURNDATASIZE);
      ++depth_;
      return;
    default:
      return compute();
    }
  }
  void compute() {
    constexpr uint8_t kOps[] = {OP_ADD, OP_MUL, OP_SUB, OP_DIV, OP_LT, OP_XOR, OP_AND, OP_EQ};
    if (depth_ < 2 || c_.one_in(3)) {
      push(c_.below(1000));
      ++depth_;
    }
    if (c_.one_in(3) && depth_ > 1)
      op(OP_SWAP1);
    if (depth_ < 2) {
      op(OP_DUP1);
      ++depth_;
    }
    op(kOps[c_.below(std::size(kOps))]);
    --depth_;
  }
  void call() {
    const size_t back = push_later();
    call_with_label();
    patch(back, label());
    ++depth_;
  }
  void call_with_label() {
    push(c_.below(50));
    op(OP_DUP1 + 2);
    calls_.emplace_back(push_later(), c_.below(functions_));
    if (c_.one_in(4)) { // as for a pointer to a function
      push(0xffff);
      op(OP_AND);
    }
    op(OP_JUMP);
  }
  /// What follows two calls alike is in the code once, for stacks of any height.
  void share_tail() {
    const size_t back = push_later();
    push(c_.below(50));
    tails_.push_back(push_later());
    call_with_label();
    patch(back, label());
    ++depth_;
  }
  /// The end of the message, with a label that is never returned to.
  void share_end() {
    op(OP_DUP1);
    push(c_.below(50));
    op(OP_LT);
    const size_t past = push_later();
    op(OP_JUMPI);
    const size_t back = push_later();
    ends_.push_back(push_later());
    op(OP_JUMP);
    patch(past, label());
    patch(back, code_.size() - 1);
  }
  void message() {
    for (unsigned i = 0; i < 3; ++i)
      push(c_.below(40));
    op(OP_CREATE);
    ++depth_;
  }
  void branch(unsigned nesting) {
    op(OP_DUP1);
    const size_t to = push_later();
    op(OP_JUMPI);
    const unsigned depth = depth_;
    statements(c_.below(3), nesting - 1);
    while (depth_ > depth) {
      op(OP_POP);
      --depth_;
    }
    while (depth_ < depth) {
      push(1);
      ++depth_;
    }
    patch(to, label());
  }
  /// Counts down from a small number.
  void loop(unsigned nesting) {
    push(1 + c_.below(3));
    const size_t head = label();
    const unsigned depth = ++depth_;
    op(OP_DUP1);
    ++depth_;
    statements(c_.below(3), nesting - 1);
    while (depth_ > depth) {
      op(OP_POP);
      --depth_;
    }
    while (depth_ < depth) {
      push(1);
      ++depth_;
    }
    push(1);
    op(OP_SWAP1);
    op(OP_SUB);
    op(OP_DUP1);
    push(static_cast<uint32_t>(head));
    op(OP_JUMPI);
  }

  Choices& c_;
  unsigned functions_;
  unsigned depth_ = 0;
  std::vector<uint8_t> code_;
  std::vector<size_t> starts_;
  std::vector<std::pair<size_t, unsigned>> calls_;
  std::vector<size_t> tails_, ends_; ///< places in the code that name them
};

} // namespace zvm::test
