// Folding one instruction: constants first, then the rules. And what is known of the width of a
// result.
#include "ir/passes/folder.hpp"

#include <algorithm>

#include "base/guest.hpp"
#include "ir/signature.hpp"

namespace zvm::ir {

ValueId Folder::make(Op op, Type t, std::initializer_list<ValueId> args) {
  const Type result = result_type(op, t);
  const InstId id = f_.make_inst(op, t, {args.begin(), args.size()}, 0, {&result, 1});
  if (id == kNone)
    return 0;
  f_.insert_before(inst_, id);
  if (!try_extend())
    return 0;
  note_width(f_.insts[id].result);
  return f_.insts[id].result;
}

ValueId Folder::rewrite(Op op, Type t, std::initializer_list<ValueId> args) {
  if (args.size() > inst().args.count) {
    const Range range = f_.make_range({args.begin(), args.size()});
    if (f_.failed())
      return kNone;
    f_.insts[inst_].args = range;
  } else {
    std::ranges::copy(args, f_.pool.data() + inst().args.begin);
    f_.insts[inst_].args.count = static_cast<uint32_t>(args.size());
  }
  f_.insts[inst_].op = op;
  f_.insts[inst_].type = t;
  return kChanged;
}

bool Folder::try_extend_slow() {
  // A little more than is needed, as one new instruction is seldom alone.
  const size_t size = f_.values.size() + f_.values.size() / 4;
  if (!width_.try_resize(size) || !forward_.try_extend(size))
    f_.set_failed();
  return !f_.failed();
}

unsigned Folder::result_width(const Inst& i, unsigned most) const {
  const auto w = [&](unsigned n) { return width(arg(&i, n)); };
  /// Bits a shift by a constant moves by; more than any type has where it is no constant.
  const auto count = [&]() -> unsigned {
    const ValueId v = arg(&i, 0);
    return is_constant(v) && constant(v) < U256{256} ? static_cast<unsigned>(constant(v).low64())
                                                     : 256;
  };
  const auto found = [&]() -> unsigned {
    switch (i.op) {
    case Op::Add:
      return std::max(w(0), w(1)) + 1;
    case Op::Mul:
      return w(0) + w(1);
    case Op::DivU:
      return w(0);
    case Op::RemU:
    case Op::And:
      return std::min(w(0), w(1));
    case Op::Or:
    case Op::Xor:
      return std::max(w(0), w(1));
    case Op::AddMod:
    case Op::MulMod:
      return w(2);
    case Op::Shl:
      return w(1) + count();
    case Op::ShrUWrap: // the count is no constant
      return w(1);
    case Op::ShrU:
      return count() >= 256 ? w(1) : w(1) - std::min(w(1), count());
    case Op::Byte:
      return 8;
    case Op::Clz:
    case Op::Ctz:
    case Op::Popcnt:
      return 9;
    case Op::Eq:
    case Op::Ne:
    case Op::LtU:
    case Op::LtS:
    case Op::LeU:
    case Op::LeS:
    case Op::IsZero:
      return 1;
    case Op::Select:
      return std::max(w(1), w(2));
    case Op::Zext:
    case Op::Trunc:
      return w(0);
    case Op::Sext:
      return is_nonnegative(arg(&i, 0)) ? w(0) : 256;
    case Op::DataSize:
    case Op::MemSize:
    case Op::GasLeft:
      return 64;
    case Op::Context: {
      const auto field = static_cast<ContextField>(i.attribute);
      const bool is_account = field == ContextField::Address || field == ContextField::Caller ||
                              field == ContextField::Origin || field == ContextField::Coinbase;
      return is_account ? 160 : 256;
    }
    default:
      return 256;
    }
  }();
  return std::min(found, most);
}

namespace {

/// The constant an instruction computes, or kNone.
ValueId evaluate_inst(Folder& k) {
  const Inst& i = k.inst();
  for (uint32_t n = 0; n < i.args.count; ++n) {
    if (!k.is_constant(k.arg(n)))
      return kNone;
  }
  const Function& f = k.function();
  const auto operand = [&](unsigned n) { return n < i.args.count ? k.constant(k.arg(n)) : U256{}; };
  const U256 value = evaluate(i.op, i.type, f.type(k.arg(0)), operand(0), operand(1), operand(2));
  return k.number(f.type(i.result), value);
}

using Rule = ValueId (*)(Folder&);
constexpr auto kRules = [] {
  std::array<Rule, kOpCount> rules{};
#define RULE(op, rule) rules[static_cast<uint8_t>(Op::op)] = rule;
#include "ir/passes/rules.def"
#undef RULE
  return rules;
}();

} // namespace

ValueId simplify(Folder& k) {
  // Each rule makes the instruction simpler; the bound is for rules yet to be written.
  for (unsigned round = 0; round < 16; ++round) {
    const Inst& i = k.inst();
    if (info(i.op).has(Commutes) && k.is_constant(k.arg(0)) && !k.is_constant(k.arg(1)))
      std::swap(k.function().pool[i.args.begin], k.function().pool[i.args.begin + 1]);
    if (const ValueId v = evaluate_inst(k); v != kNone)
      return v;
    const Rule rule = kRules[static_cast<uint8_t>(k.inst().op)];
    const ValueId v = rule == nullptr ? kNone : rule(k);
    if (k.function().failed())
      return kNone;
    if (v != kChanged)
      return v;
  }
  return kNone;
}

} // namespace zvm::ir
