// Type checking of one expression: a function's body, or a constant expression. The validation
// algorithm of the specification's appendix, with a stack of operand types and a stack of blocks.
#pragma once

#include <span>

#include "frontend/wasm/block_type.hpp"
#include "frontend/wasm/locals.hpp"
#include "frontend/wasm/module.hpp"
#include "frontend/wasm/validate.hpp"

namespace zvm::frontend::wasm {

using Types = std::span<const ValType>;

/// Checks expressions of one module, one after the other. Refusals go to the reader it was given.
class ExpressionChecker {
 public:
  ExpressionChecker(const Module& module, const Profile& profile, Reader& reader)
      : module_(module), profile_(profile), reader_(reader) {}

  /// `declared` has a bit for each function that ref.func may name.
  void check_body(const FunctionType& type, Range body, std::span<const uint64_t> declared,
                  FunctionFacts& facts);

  /// A constant of this type; it may read the first `globals` globals, if they are immutable, and
  /// sets the bits of the functions that it refers to.
  void check_constant(Range expression, ValType type, uint32_t globals,
                      std::span<uint64_t> declared);

 private:
  /// A block that has begun and not ended.
  struct Block {
    Op op = Op::Block;
    bool is_unreachable = false; ///< behind a branch: the stack below holds any types
    uint32_t height = 0;         ///< operands below it
    Types parameters;
    Types results;

    /// What a branch to it takes along.
    [[nodiscard]] Types label() const { return op == Op::Loop ? parameters : results; }
  };
  void check(Types results);
  void check_instruction();
  void check_special();
  void check_immediates();
  void check_memory(uint32_t index, ValType& address);
  void check_table(uint32_t index, ValType& address);
  void check_element(uint32_t index);
  void check_data(uint32_t index);
  void check_access();
  void check_lane(uint32_t lane, uint32_t lanes);
  void check_global();
  void check_reference();
  void check_constness();
  void check_select();
  void check_else();
  void check_end();
  void check_branch_table();
  void check_call(const FunctionType& type, bool is_tail);
  void check_call_indirect(bool is_tail);
  void apply_signature();

  [[nodiscard]] ValType resolve(Operand operand) const;
  [[nodiscard]] BlockSignature block_signature();
  /// The types that label `index` takes; nothing where it is refused.
  [[nodiscard]] Types label(uint32_t index);
  [[nodiscard]] Types function_results() const { return blocks_[0].results; }

  void push(ValType type) { keep(operands_.try_push(type)); }
  void push(Types types) {
    moved_values_ += types.size();
    keep(operands_.try_append(types));
  }
  ValType pop(ValType expected = ValType::Unknown);
  void pop(Types types);
  /// As pop, and leaves them where they are.
  void peek(Types types);
  void begin_block(Op op, Types parameters, Types results);
  void set_unreachable();

  void refuse(std::string text);
  void refuse_index(std::string_view what, uint32_t index);
  void refuse_type(ValType expected, ValType found);
  void refuse_nothing(ValType expected);
  void keep(bool fitted);

  const Module& module_;
  const Profile& profile_;
  Reader& reader_;
  Instruction in_; ///< the one being checked
  Locals locals_;
  Vec<ValType> operands_;
  Vec<Block> blocks_;
  size_t max_operands_ = 0;
  uint64_t moved_values_ = 0; ///< in all bodies
  size_t max_nesting_ = 0;

  // Of constant expressions.
  bool is_constant_ = false;
  uint32_t visible_globals_ = 0;
  std::span<uint64_t> mentioned_;
  std::span<const uint64_t> declared_;

  // What the immediates of the instruction name.
  ValType address_{}, second_address_{}, item_{}, variable_{};
};

} // namespace zvm::frontend::wasm
