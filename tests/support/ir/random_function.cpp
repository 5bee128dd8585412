#include "tests/support/ir/random_function.hpp"

#include <array>

#include "base/guest.hpp"
#include "ir/access.hpp"
#include "ir/builder.hpp"
#include "ir/signature.hpp"

namespace zvm::test {

using namespace ir;

namespace {

std::vector<Op> ops_that_compute(bool convert) {
  std::vector<Op> found;
  for (unsigned i = 0; i < kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    if (info(op).has(Computes) && (signature(op).operand(0) == 'x') == convert)
      found.push_back(op);
  }
  return found;
}

} // namespace

std::span<const Op> computing_ops() {
  static const std::vector<Op> ops = ops_that_compute(false);
  return ops;
}
std::span<const Op> conversion_ops() {
  static const std::vector<Op> ops = ops_that_compute(true);
  return ops;
}
bool is_shift(Op op) { return info(op).text.starts_with("sh"); }

U256 edge_number(Choices& choices, unsigned bits) {
  const U256 one{1};
  U256 v;
  switch (choices.below(9)) {
  case 0:
    v = U256{choices.below(5)};
    break;
  case 1:
    v = one << choices.below(bits);
    break;
  case 2:
    v = (one << choices.below(bits + 1)) - one;
    break;
  case 3:
    v = -U256{choices.below(5)};
    break;
  case 4:
    v = (one << (bits - 1)) - U256{choices.below(2)};
    break;
  case 5:
    v = U256{choices.below(300)};
    break;
  case 6:
    v = -(one << choices.below(bits));
    break;
  case 7: // ones in the middle
    v = ((one << choices.below(bits)) - one) << choices.below(bits);
    break;
  default:
    v = U256{choices.next(), choices.next(), choices.next(), choices.next()} >> choices.below(256);
  }
  return bits >= 256 ? v : v & ((one << bits) - one);
}

namespace {

constexpr Type kIntegers[] = {Type::I256, Type::I64, Type::I32, Type::I128};

class Generator {
 public:
  Generator(Choices& choices, const RandomShape& shape, Function& f)
      : c_(choices), shape_(shape), f_(f), b_(f) {}

  void run() {
    f_.stack_growth = 8;
    choose_ops();
    main_type_ = c_.one_in(4) ? kIntegers[c_.below(4)] : Type::I256;
    b_.begin_block(0);
    const unsigned count = 1 + c_.below(5);
    for (unsigned i = 0; i < count; ++i)
      add(f_.add_param(0, Type::I256));
    f_.stack_need = count;
    head(0);
    for (unsigned n = 0; n < shape_.instructions; ++n) {
      pc_ += 1 + c_.below(3);
      instruction();
    }
    ending();
    for (const Cold& cold : cold_) {
      b_.begin_block(cold.pc);
      f_.blocks[b_.block()].cold = true;
      b_.leave(cold.state);
    }
    for (uint32_t t = 0; t < f_.targets.size(); ++t) {
      Target& target = f_.targets[t];
      if (target.block >= kColdBase)
        target.block = target.block - kColdBase + first_cold();
    }
  }

 private:
  static constexpr BlockId kColdBase = 1 << 20;
  struct Cold {
    uint32_t pc;
    StateId state;
  };

  [[nodiscard]] BlockId first_cold() const {
    return static_cast<BlockId>(f_.blocks.size() - cold_.size());
  }
  std::vector<ValueId>& of(Type t) { return values_[static_cast<size_t>(t)]; }
  void add(ValueId v) { of(f_.type(v)).push_back(v); }

  /// A value that is there, newer ones more often; sometimes a constant.
  ValueId pick(Type t) {
    const auto& all = of(t);
    if (all.empty() || c_.one_in(4))
      return f_.make_constant(t, edge_number(c_, bits(t)));
    const auto recent = static_cast<uint32_t>(std::min<size_t>(all.size(), 5));
    if (!c_.one_in(3))
      return all[all.size() - 1 - c_.below(recent)];
    return all[c_.below(static_cast<uint32_t>(all.size()))];
  }

  StateId state() {
    if (c_.one_in(2))
      return last_state_ = changed_state();
    std::vector<ValueId> stack;
    const uint32_t pop = c_.below(f_.stack_need + 1);
    for (uint32_t i = c_.below(4); i > 0; --i)
      stack.push_back(pick(Type::I256));
    return last_state_ = b_.make_state(pc_, pop, stack, c_.below(20));
  }

  /// The last one but for some items.
  StateId changed_state() {
    const int32_t before = last_state_ == kNone ? 0 : f_.states[last_state_].height;
    const auto need = static_cast<int32_t>(f_.stack_need);
    const auto moved = [&](int32_t by) { return static_cast<int32_t>(c_.below(5)) - by; };
    const int32_t height =
        std::clamp(before + moved(2), -need, static_cast<int32_t>(f_.stack_growth));
    const auto begin = static_cast<uint32_t>(f_.stack_items.size());
    for (int32_t p = std::max(-need, before - 3); p < height; ++p) {
      if (p >= before || c_.one_in(2))
        (void)f_.stack_items.try_push({p, pick(Type::I256)});
    }
    const auto count = static_cast<uint32_t>(f_.stack_items.size()) - begin;
    return b_.make_state({.pc = pc_,
                          .parent = last_state_,
                          .items = {begin, count},
                          .height = height,
                          .unused = c_.below(20)});
  }

  void head(uint32_t pc, bool polls = false) {
    const BlockId block = b_.block();
    if (shape_.effects)
      f_.blocks[block].gas = c_.below(3) * 7;
    f_.blocks[block].poll = polls || (shape_.effects && c_.one_in(4));
    if (f_.blocks[block].gas == 0 && !f_.blocks[block].poll)
      return;
    std::vector<ValueId> stack;
    for (uint32_t i = c_.below(3); i > 0; --i)
      stack.push_back(pick(Type::I256));
    f_.blocks[block].state = b_.make_state(pc, 0, stack, 0);
  }

  void instruction() {
    const uint32_t kind = c_.below(20);
    if (shape_.memory && kind < shape_.memory_share)
      return memory();
    if (shape_.effects && kind == 5)
      return effect();
    if (shape_.flow && kind == 6)
      return flow();
    if (kind == 7 || kind == 8)
      return conversion();
    pure();
  }

  /// Few kinds of ops in one function, so that they meet.
  void choose_ops() {
    for (uint32_t n = 2 + c_.below(5); n > 0; --n)
      ops_.push_back(any_of(computing_ops()));
  }
  Op any_of(std::span<const Op> ops) { return ops[c_.below(static_cast<uint32_t>(ops.size()))]; }

  void pure() {
    const Op op = any_of(c_.one_in(6) ? computing_ops() : ops_);
    const Type t = c_.below(4) != 0 ? main_type_ : kIntegers[c_.below(4)];
    const Signature& s = signature(op);
    std::vector<ValueId> args;
    args.reserve(s.operands.count);
    for (unsigned i = 0; i < s.operands.count; ++i)
      args.push_back(pick(type_of(s.operand(i), t)));
    // Chains: of the value just made, and a constant.
    if (c_.one_in(2) && !of(t).empty() && s.operands.count == 2) {
      const unsigned place = c_.below(2);
      args[place] = of(t).back();
      if (c_.one_in(2))
        args[1 - place] = f_.make_constant(t, edge_number(c_, bits(t)));
    }
    const bool is_byte = op == Op::Byte || op == Op::SignExtend;
    if ((is_byte || is_shift(op)) && c_.below(4) != 0) {
      const uint32_t unit = !is_byte && c_.one_in(2) ? 8 : 1; // shifts by whole bytes mean more
      const uint32_t most = bits(t) / (is_byte ? 8 : unit);
      args[0] = f_.make_constant(t, U256{uint64_t{c_.below(most + 2)} * unit});
    }
    if ((op == Op::And || op == Op::DivU || op == Op::RemS) && c_.one_in(2)) {
      const unsigned n = c_.below(bits(t));
      args[1] = f_.make_constant(t, op == Op::And ? (U256{1} << n) - U256{1} : U256{1} << n);
    }
    add(b_.emit(op, t, args));
    // What EVM code does with comparisons.
    if (f_.type(f_.insts[f_.insts.size() - 1].result) == Type::I32 && c_.one_in(2))
      add(b_.emit(Op::Zext, Type::I256, {of(Type::I32).back()}));
  }

  void conversion() {
    constexpr Type kByWidth[] = {Type::I32, Type::I64, Type::I128, Type::I256};
    const uint32_t narrow = c_.below(3), wide = narrow + 1 + c_.below(3 - narrow);
    if (c_.one_in(2)) {
      add(b_.emit(Op::Trunc, kByWidth[narrow], {variable(kByWidth[wide])}));
    } else {
      add(b_.emit(c_.one_in(3) ? Op::Sext : Op::Zext, kByWidth[wide],
                  {variable(kByWidth[narrow])}));
    }
  }
  ValueId variable(Type t) {
    return of(t).empty() ? pick(t) : of(t)[c_.below(static_cast<uint32_t>(of(t).size()))];
  }

  /// Offsets meet and overlap: few bases, small distances.
  ValueId offset() {
    constexpr uint32_t kDistances[] = {0, 0x20, 0x40, 0x60, 0x1f, 1, 0x21, 0x80};
    const U256 distance{kDistances[c_.below(8)]};
    if (c_.one_in(2))
      return b_.word(distance);
    // A parameter may be small; of other values few bits.
    const auto params = f_.values_of(f_.blocks[0].params);
    ValueId base = params[c_.below(static_cast<uint32_t>(std::min<size_t>(params.size(), 2)))];
    if (c_.one_in(4))
      base = b_.emit(Op::And, Type::I256, {pick(Type::I256), b_.word(0xff)});
    if (c_.one_in(2))
      return base;
    return b_.emit(c_.one_in(4) ? Op::Sub : Op::Add, Type::I256, {base, b_.word(distance)});
  }

  /// A length that is no constant.
  ValueId size() {
    const auto params = f_.values_of(f_.blocks[0].params);
    return c_.one_in(5) ? pick(Type::I256) : params[c_.below(static_cast<uint32_t>(params.size()))];
  }

  void memory() {
    constexpr auto kKeccak = static_cast<uint64_t>(HashKind::Keccak256);
    const ValueId at = offset();
    const StateId s = state();
    const uint32_t kind = c_.below(10);
    const auto touch = [&](ValueId length) { return b_.emit(Op::MemTouch, {at, length}, 0, s); };
    if (kind < 4) {
      store(touch(b_.word(32)), Type::I256, kTouchedWord);
    } else if (kind < 7) {
      add(b_.emit(Op::Load, Type::I256, {touch(b_.word(32))}, kTouchedWord));
    } else if (kind == 7) {
      other_access(touch(b_.word(32)));
    } else if (kind == 8) {
      const ValueId length = c_.one_in(3) ? size() : b_.word(c_.below(4) * 32);
      add(b_.emit(Op::Hash, {touch(length), length}, kKeccak));
    } else {
      const ValueId length = c_.one_in(3) ? size() : b_.word(c_.below(3) * 32);
      const ValueId from = touch(length);
      const ValueId to = b_.emit(Op::MemTouch, {offset(), length}, 0, s);
      if (c_.one_in(2)) {
        b_.emit(Op::MemCopy, {to, from, length});
      } else {
        b_.emit(Op::DataCopy, {to, pick(Type::I256), length}, 0);
      }
    }
  }

  void store(ValueId at, Type type, uint64_t access) {
    b_.emit(Op::Store, type, {at, pick(type)}, access);
  }
  /// Any width and order of bytes, in the touched word.
  void other_access(ValueId at) {
    const Type type = kIntegers[c_.below(4)];
    Access access{.is_touched = true};
    while (access.width < bits(type) / 8 && !c_.one_in(3))
      access.width *= 2;
    access.is_big_endian = access.width > 1 && c_.one_in(2);
    if (c_.one_in(2))
      return store(at, type, encode(access));
    access.is_signed = c_.one_in(2);
    add(b_.emit(Op::Load, type, {at}, encode(access)));
  }

  void effect() {
    switch (c_.below(8)) {
    case 0:
      b_.emit(Op::GasWords, {pick(Type::I256)}, 3, state());
      break;
    case 1:
      b_.emit(Op::GasSigBytes, {pick(Type::I256)}, 50, state());
      break;
    case 2:
      add(b_.emit(Op::GasLeft, Builder::List{}));
      break;
    case 3:
      b_.emit(Op::HostStore, {pick(Type::I256), pick(Type::I256)}, 0, state());
      break;
    case 4:
      add(b_.emit(Op::Context, Builder::List{}, c_.below(kContextFields)));
      break;
    case 5:
      add(b_.emit(Op::DataLoad, {pick(Type::I256)}, 0));
      break;
    case 6:
      add(b_.emit(Op::MemSize, Builder::List{}));
      break;
    default:
      add(b_.emit(Op::HostLoad, {pick(Type::I256)}, 0, state()));
    }
  }

  ValueId boolean() {
    ValueId v = pick(Type::I32);
    while (c_.one_in(2)) {
      v = c_.one_in(2) ? b_.emit(Op::IsZero, Type::I32, {v})
                       : b_.emit(Op::Ne, Type::I32, {v, f_.make_constant(Type::I32, 0)});
    }
    return v;
  }

  void message() {
    const auto kind = static_cast<CallKind>(c_.below(6));
    std::vector<ValueId> operands;
    for (unsigned i = operand_count(kind); i > 0; --i)
      operands.push_back(pick(Type::I256));
    const auto resume = static_cast<BlockId>(f_.blocks.size());
    b_.message_call(kind, operands, resume, state());
    b_.begin_block(pc_);
    add(f_.add_param(resume, Type::I256));
    head(pc_);
  }

  void flow() {
    const uint32_t kind = c_.below(7);
    if (kind == 6)
      return message();
    const ValueId condition = boolean();
    const BlockId here = static_cast<BlockId>(f_.blocks.size());
    if (kind < 3) { // a side exit
      const auto cold = static_cast<BlockId>(kColdBase + cold_.size());
      cold_.push_back({pc_, state()});
      if (c_.one_in(2)) {
        b_.br_if(condition, cold, here);
      } else {
        b_.br_if(condition, here, cold);
      }
      b_.begin_block(pc_);
      head(pc_);
    } else if (kind == 3) { // the next block of the chain
      b_.br(here);
      b_.begin_block(pc_);
      head(pc_);
    } else if (kind == 4) { // two ways that join
      b_.br_if(condition, here, here + 1);
      const ValueId passed[] = {pick(Type::I256), pick(Type::I64)};
      for (unsigned way = 0; way < 2; ++way) {
        const auto before = values_;
        const StateId state_before = last_state_;
        b_.begin_block(pc_);
        for (uint32_t n = c_.below(4); n > 0; --n)
          shape_.memory&& c_.one_in(3) ? memory() : pure();
        const ValueId other[] = {pick(Type::I256), pick(Type::I64)};
        b_.br(here + 2, c_.one_in(2) ? passed : other);
        values_ = before;
        last_state_ = state_before;
      }
      b_.begin_block(pc_);
      add(f_.add_param(here + 2, Type::I256));
      add(f_.add_param(here + 2, Type::I64));
      head(pc_);
    } else { // a loop of a few rounds
      const ValueId first[] = {f_.make_constant(Type::I64, U256{c_.below(4) + 1}),
                               pick(Type::I256)};
      b_.br(here, first);
      b_.begin_block(pc_);
      const ValueId round = f_.add_param(here, Type::I64);
      const ValueId carried = f_.add_param(here, Type::I256);
      add(carried);
      head(pc_, true);
      for (uint32_t n = c_.below(5); n > 0; --n)
        shape_.memory&& c_.one_in(3) ? memory() : pure();
      const ValueId next = b_.emit(Op::Sub, Type::I64, {round, f_.make_constant(Type::I64, 1)});
      const ValueId more = b_.emit(Op::Ne, Type::I64, {next, f_.make_constant(Type::I64, 0)});
      const ValueId again[] = {next, pick(Type::I256)};
      b_.br_if(more, here, here + 1, again);
      b_.begin_block(pc_);
      head(pc_);
    }
  }

  void ending() {
    switch (c_.below(4)) {
    case 0: {
      const ValueId length = b_.word(c_.below(3) * 32);
      b_.finish(b_.emit(Op::MemTouch, {offset(), length}, 0, state()), length);
      break;
    }
    case 1: {
      std::vector<ValueId> stack{pick(Type::I256)};
      b_.leave_dynamic(pick(Type::I256), 1, b_.make_state(pc_, 0, stack, 3));
      break;
    }
    default: {
      std::vector<ValueId> stack;
      for (uint32_t i = c_.below(8); i > 0; --i)
        stack.push_back(pick(Type::I256));
      b_.leave(b_.make_state(pc_, c_.below(f_.stack_need + 1), stack, 0));
    }
    }
  }

  Choices& c_;
  const RandomShape& shape_;
  Function& f_;
  Builder b_;
  std::array<std::vector<ValueId>, 8> values_;
  std::vector<Cold> cold_;
  StateId last_state_ = kNone; ///< where the values of which may be used
  std::vector<Op> ops_;
  Type main_type_ = Type::I256;
  uint32_t pc_ = 0;
};

} // namespace

Function random_function(Choices& choices, const RandomShape& shape) {
  Function f;
  Generator{choices, shape, f}.run();
  return f;
}

std::vector<mpz_class> random_parameters(Choices& choices, const Function& function) {
  std::vector<mpz_class> parameters;
  for (const ValueId v : function.values_of(function.blocks[0].params)) {
    const U256 n = choices.below(3) != 0 ? U256{choices.below(8) * 16}
                                         : edge_number(choices, bits(function.type(v)));
    mpz_class& p = parameters.emplace_back();
    mpz_import(p.get_mpz_t(), 4, -1, 8, 0, 0, n.limbs);
  }
  return parameters;
}

} // namespace zvm::test
