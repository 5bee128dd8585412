// Constant expressions: what globals begin with, where segments go, and the references in element
// segments.
#pragma once

#include "engine/wasm/instance.hpp"
#include "frontend/wasm/instruction.hpp"

namespace zvm::engine::wasm {

struct Constant {
  uint64_t slots[2] = {0, 0};
};

/// Evaluates valid expressions of one instance's module, one after the other. Those cannot trap.
/// WebAssembly core specification 3.0, "Constant Expressions" (the supported ones).
class ConstantEvaluator {
 public:
  explicit ConstantEvaluator(const Instance& instance) : instance_(instance) {}

  /// Globals that it reads are in place. After a failure, for want of memory, it is 0.
  [[nodiscard]] Constant evaluate(frontend::wasm::Range expression);
  [[nodiscard]] uint64_t evaluate_slot(frontend::wasm::Range expression) {
    return evaluate(expression).slots[0];
  }
  [[nodiscard]] bool has_failed() const { return has_failed_; }

 private:
  void step(const frontend::wasm::Instruction& in);
  void push(uint64_t low, uint64_t high = 0) { has_failed_ |= !stack_.try_push({{low, high}}); }
  [[nodiscard]] uint64_t pop();

  const Instance& instance_;
  Vec<Constant> stack_;
  bool has_failed_ = false;
};

} // namespace zvm::engine::wasm
