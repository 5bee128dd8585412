// Which i256 instructions can be computed in i64, and the rewriting of those.
//
// Two facts decide. The width of a value: it is less than 2 to that power. And how many of its low
// bits are demanded: no use depends on others. Whatever is rewritten stays equal to the original in
// its demanded bits; a frame state demands all of them. Demand shrinks towards constant masks,
// shifts and bytes only: of two values that are both known to be narrow, each could otherwise let
// the other's high bits through.
#pragma once

#include "ir/passes/context.hpp"

namespace zvm::ir {

class Narrower {
 public:
  Narrower(Function& f, PassContext& context)
      : f_(f), width_(context.width), demand_(context.demand), narrow_(context.narrow),
        chosen_(context.chosen) {}

  /// `widths`: of each value, as fold left them.
  [[nodiscard]] bool try_begin();

  // --- backwards ---
  [[nodiscard]] bool is_demanded(ValueId v) const { return demand_[v].bits != 0; }
  /// All of the value is used, as it is.
  void use(ValueId v) {
    demand_[v].bits = 256;
    demand_[v].is_wide = true;
  }
  /// The instruction stays: says what it demands of its operands, and whether it is to be narrow.
  [[nodiscard]] bool try_visit(InstId inst, bool narrows);

  // --- forwards ---
  /// Rewrites what has been chosen.
  [[nodiscard]] bool try_rewrite();

 private:
  static constexpr unsigned kNarrow = 64;

  void demand(ValueId v, unsigned bits, bool wide);
  [[nodiscard]] unsigned width(ValueId v) const;
  [[nodiscard]] bool fits(ValueId v) const { return width(v) <= kNarrow; }
  /// The shift count, where it is a constant in range; kNarrow * 4 otherwise.
  [[nodiscard]] unsigned constant_count(ValueId v) const;
  [[nodiscard]] bool can_narrow(const Inst& inst) const;
  void demand_operands(const Inst& inst, bool is_narrow);

  void rewrite(InstId inst);
  void rewrite_zext(InstId inst);
  [[nodiscard]] ValueId narrowed(ValueId v, InstId user);
  /// A new conversion to i64 right behind the value's definition, so that it reaches wherever that
  /// does.
  [[nodiscard]] ValueId convert(Op op, ValueId v, ValueId key, InstId user);

  Function& f_;
  Vec<uint16_t>& width_;
  Vec<Demand>& demand_;
  Vec<ValueId>& narrow_; ///< by i256 value: the i64 one, + 1
  Vec<InstId>& chosen_;
};

} // namespace zvm::ir
