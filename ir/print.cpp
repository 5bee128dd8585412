#include "ir/print.hpp"

#include <algorithm>
#include <vector>

#include "base/status.hpp"
#include "base/uint256_text.hpp"
#include "ir/attribute.hpp"
#include "ir/signature.hpp"
#include "ir/stack_walk.hpp"

namespace zvm::ir {
namespace {

class Printer {
 public:
  explicit Printer(const Function& f) : f_(f), value_(f.values.size(), kNone), block_(numbers()) {
    for (const BlockId b : f.entries) {
      if (b < block_.size())
        is_entry_.resize(block_.size()), is_entry_[b] = true;
    }
  }

  std::string run() {
    has_stack_ = begin_stack();
    print_header();
    for (const BlockId b : layout(f_))
      print_block(b);
    return std::move(out_);
  }

 private:
  /// By layout. Blocks that are gone have no number.
  [[nodiscard]] std::vector<uint32_t> numbers() const {
    std::vector<uint32_t> numbers(f_.blocks.size(), kNone);
    uint32_t next = 0;
    for (const BlockId b : layout(f_))
      numbers[b] = next++;
    return numbers;
  }

  /// Functions that are not right are printed, too. False where memory ran out, or a state names
  /// what does not exist.
  [[nodiscard]] bool begin_stack() {
    int32_t low = -static_cast<int32_t>(std::min(f_.stack_need, kMostStack));
    int32_t high = static_cast<int32_t>(std::min(f_.stack_growth, kMostStack));
    for (const FrameState& s : f_.states) {
      low = std::min(low, s.height);
      high = std::max(high, s.height);
      if (s.items.begin > f_.stack_items.size() ||
          s.items.count > f_.stack_items.size() - s.items.begin)
        return false;
    }
    for (const StackItem& item : f_.stack_items) {
      low = std::min(low, item.position);
      high = std::max(high, item.position + 1);
    }
    return stack_.try_begin(f_, static_cast<uint32_t>(-low), static_cast<uint32_t>(high));
  }

  void print_header() {
    out_ = f_.has_states ? "function" : "function final";
    if (f_.is_snippet())
      out_ += " pc next";
    else
      print_number(" pc ", f_.entry_pc);
    print_number(" need ", f_.stack_need);
    print_number(" growth ", f_.stack_growth);
    if (f_.depth != 0)
      out_ += " depth " + std::to_string(f_.depth);
    print_types(" vars ", f_.variables);
    print_types(" -> ", f_.results);
    out_ += '\n';
  }

  /// Of code of byte-coded guests, which have frame states or begin somewhere.
  void print_number(std::string_view before, uint32_t number) {
    if (f_.has_states || number != 0)
      (out_ += before) += std::to_string(number);
  }

  void print_types(std::string_view before, const Vec<Type>& types) {
    for (const Type t : types) {
      out_ += before;
      out_ += name(t);
      before = ", ";
    }
  }

  void print_block(BlockId id) {
    const Block& block = f_.blocks[id];
    block_name(id);
    if (block.params.count != 0) {
      out_ += '(';
      const auto params = f_.values_of(block.params);
      for (size_t i = 0; i < params.size(); ++i) {
        if (i != 0)
          out_ += ", ";
        define(params[i]);
        out_ += ": ";
        out_ += name(f_.type(params[i]));
      }
      out_ += ')';
    }
    out_ += ": pc " + std::to_string(block.pc);
    if (block.gas != 0)
      out_ += " gas " + std::to_string(block.gas);
    if (block.poll)
      out_ += " poll";
    if (block.cold)
      out_ += " cold";
    if (!is_entry_.empty() && is_entry_[id])
      out_ += " entry";
    if (block.is_final)
      out_ += " final";
    if (block.state != kNone) {
      out_ += " state";
      print_state(block.state);
    }
    out_ += '\n';
    for (const InstId i : body(f_, id))
      print_inst(f_.insts[i]);
  }

  void print_inst(const Inst& inst) {
    const OpInfo& op = info(inst.op);
    const Signature& s = signature(inst.op);
    out_ += "  ";
    for (uint32_t i = 0; i < inst.result_count; ++i) {
      if (i != 0)
        out_ += ", ";
      define(inst.result + i);
      if (s.results.repeated != '\0') {
        out_ += ": ";
        out_ += inst.result + i < f_.values.size() ? name(f_.type(inst.result + i)) : "?";
      }
    }
    if (inst.result_count != 0)
      out_ += " = ";
    out_ += op.text;
    if (s.generic) {
      out_ += '.';
      out_ += name(inst.type);
    }
    if (op.attribute != Attribute::None) {
      out_ += '[';
      out_ += attribute_text(op.attribute, inst.attribute);
      out_ += ']';
    }
    std::string_view separator = " ";
    const auto args = f_.args(inst);
    for (size_t i = 0; i < args.size(); ++i) {
      out_ += separator;
      operand(args[i], type_of(s.operand(static_cast<unsigned>(i)), inst.type));
      separator = ", ";
    }
    for (uint32_t i = 0; i < inst.targets.count; ++i) {
      out_ += separator;
      print_target(f_.targets[inst.targets.begin + i]);
      separator = ", ";
    }
    if (inst.is_final != 0)
      out_ += " final";
    if (inst.state != kNone)
      print_state(inst.state);
    out_ += '\n';
  }

  void print_target(const Target& target) {
    block_name(target.block);
    if (target.args.count != 0)
      print_arguments(target);
    if (target.paid)
      out_ += " paid";
    if (target.polls)
      out_ += " polls";
  }

  void print_arguments(const Target& target) {
    out_ += '(';
    bool first = true;
    for (const ValueId v : f_.values_of(target.args)) {
      if (!first)
        out_ += ", ";
      operand(v, Type::None);
      first = false;
    }
    out_ += ')';
  }

  void print_state(StateId id) {
    if (id >= f_.states.size() || !has_stack_ || !stack_.try_seek(id)) {
      out_ += " {?}";
      return;
    }
    const FrameState& state = f_.states[id];
    out_ += " {pc ";
    out_ += state.pc == kNextPc ? "next" : std::to_string(state.pc);
    const int32_t bottom = std::min(stack_.low(), 0);
    out_ += " pop " + std::to_string(-bottom) + " [";
    for (int32_t position = bottom; position < stack_.height(); ++position) {
      if (position != bottom)
        out_ += ", ";
      print_item(position);
    }
    out_ += "] unused " + std::to_string(state.unused) + "}";
  }

  /// What stood there when the function was entered is its parameter, or, where it may have been
  /// entered elsewhere, has no name.
  void print_item(int32_t position) {
    if (!is_entry_.empty() && stack_[position] == StackWalk::kEntryItem)
      out_ += '_';
    else
      operand(stack_.value(position), Type::I256);
  }

  void block_name(BlockId id) {
    out_ += "block";
    out_ += id < block_.size() && block_[id] != kNone ? std::to_string(block_[id]) : "?";
  }

  void define(ValueId v) {
    if (v < value_.size())
      value_[v] = next_value_++;
    value_name(v);
  }

  void value_name(ValueId v) {
    out_ += 'v';
    out_ += v < value_.size() && value_[v] != kNone ? std::to_string(value_[v]) : "?";
  }

  /// A constant stands in place of the operand, with its type where the place does not imply it.
  void operand(ValueId v, Type implied) {
    if (v >= f_.values.size() || !f_.is_constant(v)) {
      value_name(v);
      return;
    }
    out_ += to_hex(f_.constant(v));
    if (f_.type(v) != implied) {
      out_ += ':';
      out_ += name(f_.type(v));
    }
  }

  const Function& f_;
  StackWalk stack_;
  bool has_stack_ = false; ///< false where memory ran out
  std::string out_;
  std::vector<uint32_t> value_; ///< number by value, given where it is defined
  std::vector<uint32_t> block_;
  std::vector<bool> is_entry_; ///< by block; empty where there is none but block 0
  uint32_t next_value_ = 0;
};

} // namespace

std::string print(const Function& function) { return Printer{function}.run(); }

} // namespace zvm::ir
