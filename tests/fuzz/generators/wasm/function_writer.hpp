// The body of one function, written operand by operand. Its stack is known at each place, so what
// comes out is valid.
#pragma once

#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/generators/wasm/vocabulary.hpp"
#include "tests/fuzz/generators/wasm/world.hpp"

namespace zvm::fuzz::wasm {

class FunctionWriter {
 public:
  FunctionWriter(Choices& c, World& world, const Producers& producers, uint32_t index)
      : c_(c), w_(world), producers_(producers), index_(index),
        signature_(world.types[world.functions[index]]) {}

  Bytes body();
  /// Calls the function with constants and makes one i64 of its results, bit by bit.
  Bytes wrapper(uint32_t callee);

 private:
  struct Label {
    Types types; ///< that a branch takes along
    size_t height;
    bool is_loop;
    uint32_t counter; ///< local of a loop
  };
  /// Immediates of an instruction, and the types that follow from them.
  struct Binding {
    ValType address = ValType::I32, second_address = ValType::I32;
    ValType item = ValType::FuncRef;    ///< of the table
    ValType variable = ValType::I32;    ///< of the local or global
    ValType written = ValType::FuncRef; ///< in the immediate
    ValType reference = ValType::FuncRef;
    uint32_t memory = UINT32_MAX; ///< whose addresses it takes; none: UINT32_MAX
    uint64_t offset = 0;          ///< added to the address
    Bytes immediate;
  };

  Bytes finish();
  void fold(ValType type);
  void op(Op o);
  void op(Op o, uint64_t immediate);
  void local(Op o, uint32_t index) { op(o, index); }
  void i32(int32_t value);
  void i64(int64_t value);
  void push(ValType type) { stack_.push_back(type); }
  void pop(size_t count = 1) { stack_.resize(stack_.size() - count); }
  [[nodiscard]] size_t own() const { return stack_.size() - labels_.back().height; }

  ValType any_type();
  uint32_t extra_local(ValType type);
  uint32_t find_local(ValType type);

  // values.cpp
  void constant(ValType type);
  bool read_variable(ValType type);
  void value(ValType type, unsigned depth);
  void values(const Types& types, unsigned depth);
  void supply(const Types& types, unsigned depth);
  void index(bool is_64, uint32_t mask, unsigned depth);
  void sink();
  void settle(const Types& results);

  // immediates.cpp
  uint32_t any_memory(ValType wanted_address);
  void access(const OpInfo& row, Binding& b);
  bool bind(const OpInfo& row, ValType wanted, Binding& b);

  // operations.cpp
  static ValType resolve(Operand letter, const Binding& b);
  bool operation(Op o, ValType wanted, unsigned depth);
  void operand(Op o, unsigned place, const Binding& b, unsigned depth);
  void near_end(const Binding& b);
  void make_canonical(const OpInfo& row);

  // control.cpp
  void statements(unsigned depth);
  void statement(unsigned depth);
  void call(uint32_t callee, unsigned depth, bool may_reuse);
  void call_behind(uint32_t callee, unsigned depth, Op direct, Op indirect);
  Types few_types(unsigned most);
  void block_type(const Signature& signature);
  void block(const Types& parameters, const Types& results, unsigned depth);
  void again(const Label& loop);
  void branch(unsigned depth);
  void branch_table(const Types& types);
  void dead_code();
  void leave_function();

  template <typename List, typename Fits>
  uint32_t find(const List& list, Fits fits) {
    if (list.empty())
      return UINT32_MAX;
    const uint32_t from = c_.below(static_cast<uint32_t>(list.size()));
    for (uint32_t i = 0; i < list.size(); ++i) {
      const auto at = static_cast<uint32_t>((from + i) % list.size());
      if (fits(list[at]))
        return at;
    }
    return UINT32_MAX;
  }
  template <typename Fits>
  uint32_t find_callee(Fits fits) {
    const auto count = static_cast<uint32_t>(w_.functions.size());
    const bool is_any = c_.one_in(12);
    const uint32_t from = c_.below(count);
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t at = (from + i) % count;
      // Mostly functions behind this one, so that calls end.
      if ((at > index_ || at < w_.imports || is_any) && fits(w_.types[w_.functions[at]]))
        return at;
    }
    return UINT32_MAX;
  }

  Choices& c_;
  World& w_;
  const Producers& producers_;
  uint32_t index_;
  Signature signature_;
  Types locals_;
  size_t usable_ = 0; ///< locals that code may name; behind them counters and the like
  std::array<uint32_t, kTypeCount> temporaries_{}; ///< locals + 1
  std::vector<Label> labels_;
  Types stack_;
  Bytes code_;
  int budget_ = 0;
  size_t most_operands_ = 0; ///< of a block, before some are taken off
};

} // namespace zvm::fuzz::wasm
