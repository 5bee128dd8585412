// What the rules of fold see: one instruction, and the function around it.
//
// A rule returns the value that replaces the result, or kChanged after it has rewritten the
// instruction in place, or kNone where it has nothing to say.
#pragma once

#include "ir/evaluate.hpp"
#include "ir/function.hpp"
#include "ir/passes/context.hpp"
#include "ir/passes/interval.hpp"
#include "ir/passes/traits.hpp"

namespace zvm::ir {

inline constexpr ValueId kChanged = kNone - 1;

class Folder {
 public:
  Folder(Function& f, PassContext& context)
      : f_(f), forward_(context.forward), width_(context.width) {}

  // --- the instruction ---
  void look_at(InstId inst) { inst_ = inst; }
  [[nodiscard]] Function& function() { return f_; }
  [[nodiscard]] InstId id() const { return inst_; }
  [[nodiscard]] const Inst& inst() const { return f_.insts[inst_]; }
  [[nodiscard]] Type type() const { return inst().type; }
  [[nodiscard]] ValueId arg(unsigned i) const { return f_.pool[inst().args.begin + i]; }
  /// Bits of its type.
  [[nodiscard]] unsigned bits_here() const { return bits(type()); }

  // --- facts ---
  [[nodiscard]] bool is_constant(ValueId v) const { return f_.is_constant(v); }
  [[nodiscard]] U256 constant(ValueId v) const { return f_.constant(v); }
  [[nodiscard]] bool is(ValueId v, uint64_t n) const {
    return f_.is_constant(v) && f_.constant(v) == U256{n};
  }
  /// The value is less than 2 to this power.
  [[nodiscard]] unsigned width(ValueId v) const {
    return f_.is_constant(v) ? f_.constant(v).bit_width() : width_[v];
  }
  [[nodiscard]] bool is_nonnegative(ValueId v) const { return width(v) < bits(f_.type(v)); }
  /// True where an op with rules defines the value: others have nothing to say to a rule.
  [[nodiscard]] bool is_computed(ValueId v) const {
    const Value& value = f_.values[v];
    return value.kind == ValueKind::Result && (traits(f_.insts[value.def].op) & kFolds) != 0;
  }
  /// The instruction with this op that defines the value; nullptr where it is another. Good until
  /// an instruction is made.
  [[nodiscard]] const Inst* def(ValueId v, Op op) const {
    const Value& value = f_.values[v];
    if (value.kind != ValueKind::Result)
      return nullptr;
    const Inst& inst = f_.insts[value.def];
    return inst.op == op ? &inst : nullptr;
  }
  [[nodiscard]] ValueId arg(const Inst* inst, unsigned i) const {
    return f_.pool[inst->args.begin + i];
  }
  /// The defining instruction `op(x, constant)`.
  struct WithConstant {
    ValueId x;
    U256 c;
    explicit operator bool() const { return x != kNone; }
  };
  [[nodiscard]] WithConstant def_constant(ValueId v, Op op) const {
    const Inst* d = def(v, op);
    if (d == nullptr || !is_constant(arg(d, 1)))
      return {kNone, {}};
    return {arg(d, 0), constant(arg(d, 1))};
  }
  /// The defining instruction `op(constant, x)`, as in shifts by a constant.
  [[nodiscard]] WithConstant def_constant_first(ValueId v, Op op) const {
    const Inst* d = def(v, op);
    if (d == nullptr || !is_constant(arg(d, 0)))
      return {kNone, {}};
    return {arg(d, 1), constant(arg(d, 0))};
  }

  // --- changes ---
  ValueId number(Type t, const U256& value) { return f_.make_constant(t, value); }
  /// A constant of the instruction's type.
  ValueId number(const U256& value) { return number(type(), value); }
  ValueId flag(bool is) { return number(Type::I32, U256{is ? 1u : 0u}); }

  /// Rewrites the instruction in place; its result keeps its type.
  ValueId change(Op op, Type t, ValueId a) { return rewrite(op, t, {a}); }
  ValueId change(Op op, Type t, ValueId a, ValueId b) { return rewrite(op, t, {a, b}); }
  ValueId change(Op op, Type t, ValueId a, ValueId b, ValueId c) {
    return rewrite(op, t, {a, b, c});
  }
  /// A new pure instruction before this one.
  ValueId make(Op op, Type t, std::initializer_list<ValueId> args);

  /// `a OP b` for the instruction's type.
  ValueId make(Op op, ValueId a, ValueId b) { return make(op, type(), {a, b}); }

  /// Finds the width of a value from those of its operands.
  void note_width(ValueId v) {
    const Value& value = f_.values[v];
    const unsigned most = bits(value.type);
    const bool may_be_less =
        value.kind == ValueKind::Result && (traits(f_.insts[value.def].op) & kHasWidth) != 0;
    width_[v] = static_cast<uint16_t>(may_be_less ? result_width(f_.insts[value.def], most) : most);
  }
  /// Makes room for what is known of new values.
  [[nodiscard]] bool try_extend() {
    return f_.values.size() <= width_.size() ? !f_.failed() : try_extend_slow();
  }

 private:
  ValueId rewrite(Op op, Type t, std::initializer_list<ValueId> args);
  [[nodiscard]] unsigned result_width(const Inst& i, unsigned most) const;
  [[nodiscard]] bool try_extend_slow();

  Function& f_;
  Forward& forward_;
  Vec<uint16_t>& width_;
  InstId inst_ = 0;
};

[[nodiscard]] inline bool is_power_of_two(const U256& v) {
  return !v.is_zero() && (v & (v - U256{1})).is_zero();
}

/// Folds the instruction until nothing changes: the value that stands for its result, or kNone
/// where the instruction, as it is now, has to stay.
[[nodiscard]] ValueId simplify(Folder& k);

#define RULE(op, rule) ValueId rule(Folder& k);
#include "ir/passes/rules.def"
#undef RULE
/// Branches; true where the instruction has changed.
bool fold_branch(Folder& k);

} // namespace zvm::ir
