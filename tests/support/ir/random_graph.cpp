#include "tests/support/ir/random_graph.hpp"

#include <algorithm>
#include <array>

#include "ir/access.hpp"
#include "ir/analysis/cfg.hpp"
#include "ir/analysis/dominators.hpp"
#include "ir/builder.hpp"
#include "ir/regions.hpp"
#include "ir/signature.hpp"

namespace zvm::test {

using namespace ir;

namespace {

class Generator {
 public:
  Generator(Choices& choices, const GraphShape& shape, Function& f)
      : c_(choices), shape_(shape), f_(f), b_(f), targets_(2 + choices.below(shape.blocks)),
        own_(targets_.size()), last_state_(targets_.size(), kNone) {}

  void run() {
    f_.has_states = !shape_.is_module;
    f_.stack_growth = shape_.is_module ? 0 : 8;
    choose_edges();
    for (unsigned i = 0; i < shape_.variables; ++i)
      (void)f_.variables.try_push(any_type());
    if (shape_.is_module) {
      for (uint32_t i = c_.below(3); i > 0; --i)
        (void)f_.results.try_push(any_type());
    }
    add_parameters();
    for (unsigned n = 2 + c_.below(4); n > 0; --n)
      ops_.push_back(any_of(computing_ops()));
    for (unsigned n = 2 + c_.below(4); n > 0; --n)
      effects_.push_back(c_.below(10));
    for (const BlockId b : cfg_.order())
      block(b);
    for (BlockId b = 0; b < targets_.size(); ++b) {
      if (!cfg_.is_reachable(b))
        block(b);
    }
    lay_out();
    poll();
    if (shape_.is_module && c_.one_in(2))
      (void)merge_regions(f_);
  }

 private:
  template <typename T>
  const T& any_of(std::span<const T> all) {
    return all[c_.below(static_cast<uint32_t>(all.size()))];
  }
  /// Few, so that values are of the type that is asked for.
  Type any_type() {
    if (c_.one_in(3))
      return Type::I32;
    return shape_.is_module || c_.one_in(8) ? Type::I64 : Type::I256;
  }

  /// Where each block leads, and what follows from that, found of a function that has nothing but
  /// branches.
  void choose_edges() {
    Function shape;
    Builder b{shape};
    const auto count = static_cast<uint32_t>(targets_.size());
    for (uint32_t i = 0; i < count; ++i) {
      shape.make_block();
      f_.make_block();
    }
    for (BlockId from = 0; from < count; ++from) {
      b.set_block(from);
      const uint32_t most = c_.one_in(8) ? 4 : std::min(c_.below(6), 2u);
      std::vector<Target> targets;
      for (uint32_t n = 0; n < most; ++n) {
        const BlockId next = from + 1 < count && c_.one_in(2) ? from + 1 : 1 + c_.below(count - 1);
        targets_[from].push_back(next);
        targets.push_back({next, {}});
      }
      if (targets.empty())
        b.stop();
      else
        b.br_table(shape.make_constant(Type::I32, 0), targets);
    }
    (void)cfg_.try_build(shape);
    (void)dominators_.try_build(shape, cfg_);
  }

  void add_parameters() {
    const auto add = [&](BlockId b, Type t) { own_[b].push_back(f_.add_param(b, t)); };
    const uint32_t count = 1 + c_.below(3);
    f_.stack_need = shape_.is_module ? 0 : count;
    for (uint32_t i = 0; i < count; ++i)
      add(0, shape_.is_module ? any_type() : Type::I256);
    for (BlockId b = 1; b < targets_.size() && shape_.values; ++b) {
      for (uint32_t n = c_.below(4); n > 0; --n)
        add(b, any_type());
    }
  }

  /// A value that is defined where it dominates the current block.
  ValueId pick(Type t) {
    if (!c_.one_in(6)) {
      BlockId from = b_.block();
      for (unsigned tries = 0; tries < 12; ++tries) {
        const auto& own = own_[from];
        if (!own.empty()) {
          const ValueId v = own[c_.below(static_cast<uint32_t>(own.size()))];
          if (f_.type(v) == t)
            return v;
        }
        const bool climbs = shape_.values && cfg_.is_reachable(from) && from != 0 && c_.one_in(2);
        if (climbs)
          from = dominators_.immediate(from);
      }
    }
    const bool small = c_.below(3) != 0;
    return f_.make_constant(t, small ? U256{c_.below(4)} : edge_number(c_, bits(t)));
  }
  void add(ValueId v) { own_[b_.block()].push_back(v); }

  StateId state() {
    if (shape_.is_module)
      return kNone;
    // The last one that was made where it dominates: with what it lists, others may be told by what
    // differs.
    BlockId from = b_.block();
    while (shape_.values && last_state_[from] == kNone && cfg_.is_reachable(from) && from != 0)
      from = dominators_.immediate(from);
    const StateId parent = c_.one_in(3) ? kNone : last_state_[from];
    const int32_t before = parent == kNone ? 0 : f_.states[parent].height;
    const auto need = static_cast<int32_t>(f_.stack_need);
    const int32_t height = std::clamp(before + static_cast<int32_t>(c_.below(4)) - 1, -need, 8);
    const auto begin = static_cast<uint32_t>(f_.stack_items.size());
    for (int32_t p = std::max(-need, before - 2); p < height; ++p) {
      if (p >= before || c_.one_in(2))
        (void)f_.stack_items.try_push({p, pick(Type::I256)});
    }
    const auto count = static_cast<uint32_t>(f_.stack_items.size()) - begin;
    return last_state_[b_.block()] = b_.make_state({.pc = ++pc_,
                                                    .parent = parent,
                                                    .items = {begin, count},
                                                    .height = height,
                                                    .unused = 0});
  }

  void block(BlockId id) {
    b_.set_block(id);
    Block& head = f_.blocks[id];
    head.pc = ++pc_;
    head.gas = c_.below(3) * 5;
    head.poll = c_.one_in(3);
    if (!shape_.is_module && (head.gas != 0 || head.poll)) {
      const StateId s = state();
      f_.blocks[id].state = s;
    }
    for (uint32_t n = c_.below(shape_.instructions + 1); n > 0; --n)
      instruction();
    ending(id);
  }

  void instruction() {
    if (c_.below(10) < shape_.effects)
      return shape_.is_module ? of_module() : of_trace();
    const uint32_t kind = c_.below(8);
    if (kind < 4 && shape_.variables != 0) {
      const uint32_t v = c_.below(shape_.variables);
      const Type t = f_.variables[v];
      if (c_.one_in(2))
        add(b_.emit(Op::VarGet, t, {}, v));
      else
        b_.emit(Op::VarSet, t, {pick(t)}, v);
    } else if (kind == 4 && c_.one_in(2)) {
      const Type t = c_.one_in(2) ? Type::I64 : Type::I256;
      add(b_.emit(Op::Zext, t, {pick(Type::I32)}));
    } else {
      pure();
    }
  }

  void pure() {
    const Op op = c_.one_in(5) ? any_of(computing_ops()) : any_of<Op>(ops_);
    const Type t = any_type();
    std::vector<ValueId> args;
    for (unsigned i = 0; i < signature(op).operands.count; ++i)
      args.push_back(pick(type_of(signature(op).operand(i), t)));
    add(b_.emit(op, t, args));
    if (c_.one_in(3)) // again, perhaps the other way round
      add(b_.emit(op, t, info(op).has(Commutes) ? exchanged(args) : args));
  }
  static std::vector<ValueId> exchanged(std::vector<ValueId> args) {
    std::swap(args[0], args[1]);
    return args;
  }

  void of_trace() {
    const StateId s = state();
    switch (effects_[c_.below(static_cast<uint32_t>(effects_.size()))]) {
    case 0:
      b_.emit(Op::GasWords, {pick(Type::I256)}, 3, s);
      break;
    case 1:
      add(b_.emit(Op::HostLoad, {pick(Type::I256)}, 0, s));
      break;
    case 2:
      b_.emit(Op::HostStore, {pick(Type::I256), pick(Type::I256)}, 0, s);
      break;
    case 3:
      add(b_.emit(Op::DataLoad, {pick(Type::I256)}, 0));
      break;
    default: {
      const ValueId at = b_.emit(Op::MemTouch, {b_.word(c_.below(3) * 16), b_.word(32)}, 0, s);
      if (c_.one_in(2))
        add(b_.emit(Op::Load, Type::I256, {at}, kTouchedWord));
      else
        b_.emit(Op::Store, Type::I256, {at, pick(Type::I256)}, kTouchedWord);
    }
    }
  }

  /// By what it charges.
  void show(ValueId v) {
    add(v);
    const Type t = f_.type(v);
    const ValueId low = b_.emit(Op::And, t, {v, f_.make_constant(t, 0xff)});
    b_.emit(Op::GasBytes, {low}, 1);
  }

  void of_module() {
    const Type t = c_.one_in(2) ? Type::I32 : Type::I64;
    const uint64_t access = encode({.width = 4});
    const ValueId at = f_.make_constant(Type::I32, c_.below(2)); // few places, so that they meet
    const Type call_results[] = {any_type(), any_type()};
    switch (effects_[c_.below(static_cast<uint32_t>(effects_.size()))]) {
    case 0:
      add(b_.emit(Op::TrapDivU, t, {pick(t), pick(t)}));
      break;
    case 1:
      add(b_.emit(Op::TrapRemS, t, {pick(t), pick(t)}));
      break;
    case 2:
      show(b_.emit(Op::Load, t, {at}, access));
      break;
    case 3:
      b_.emit(Op::Store, t, {at, pick(t)}, access);
      break;
    case 4:
      show(b_.emit(Op::LinearSize, Type::I32, Builder::List{}));
      break;
    case 5:
      show(b_.emit(Op::LinearGrow, Type::I32, {pick(Type::I32)}));
      break;
    case 6:
      show(b_.emit(Op::GlobalGet, t, Builder::List{}, t == Type::I32 ? 0 : 1));
      break;
    case 7:
      b_.emit(Op::GlobalSet, t, {pick(t)}, t == Type::I32 ? 0 : 1);
      break;
    case 8: {
      const Type halves[] = {Type::I64, Type::I64};
      const ValueId args[] = {pick(Type::I64), pick(Type::I64)};
      const ValueId low = b_.call(Op::MulWideU, 0, args, halves);
      add(low);
      add(low + 1);
      break;
    }
    default: {
      const ValueId args[] = {pick(t), pick(Type::I32)};
      const uint32_t count = c_.below(3);
      const Op op = c_.one_in(2) ? Op::CallFunction : Op::CallIndirect;
      const ValueId first = b_.call(op, 0, args, {call_results, count});
      for (uint32_t i = 0; i < count; ++i)
        add(first + i);
    }
    }
  }

  void ending(BlockId id) {
    std::vector<Target> targets;
    for (const BlockId to : targets_[id]) {
      std::vector<ValueId> args;
      for (const ValueId param : f_.values_of(f_.blocks[to].params))
        args.push_back(pick(f_.type(param)));
      targets.push_back({to, f_.make_range(args)});
    }
    const auto args_of = [&](size_t t) {
      const auto args = f_.values_of(targets[t].args);
      return std::vector<ValueId>{args.begin(), args.end()};
    };
    if (targets.size() == 1) {
      b_.br(targets[0].block, args_of(0));
    } else if (targets.size() == 2) {
      const ValueId condition = pick(Type::I32);
      b_.br_if(condition, targets[0].block, targets[1].block, args_of(0), args_of(1));
    } else if (!targets.empty()) {
      b_.br_table(pick(Type::I32), targets);
    } else if (shape_.is_module) {
      std::vector<ValueId> results;
      for (const Type t : f_.results)
        results.push_back(pick(t));
      b_.return_(results);
    } else {
      b_.leave(state());
    }
  }

  /// As the values need it, or in any order.
  void lay_out() {
    BlockId last = 0;
    std::vector<BlockId> order;
    for (const BlockId b : cfg_.order().subspan(1))
      order.push_back(b);
    for (BlockId b = 0; b < targets_.size(); ++b) {
      if (!cfg_.is_reachable(b))
        order.push_back(b);
    }
    if (!shape_.values && c_.one_in(3)) {
      for (size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[c_.below(static_cast<uint32_t>(i))]);
    }
    for (const BlockId b : order) {
      f_.move_block(b, last);
      last = b;
    }
  }

  /// Where an edge leads back.
  void poll() {
    Vec<uint32_t> places;
    (void)number_layout(f_, places);
    for (const BlockId from : layout(f_)) {
      for (const Target& t : targets_of(f_, from)) {
        Block& to = f_.blocks[t.block];
        if (places[t.block] > places[from])
          continue;
        to.poll = true;
        if (!shape_.is_module && to.state == kNone)
          to.state = b_.make_state({.pc = ++pc_, .items = {}});
      }
    }
  }

  Choices& c_;
  const GraphShape& shape_;
  Function& f_;
  Builder b_;
  std::vector<std::vector<BlockId>> targets_;
  std::vector<std::vector<ValueId>> own_; ///< by block: what it defines so far
  std::vector<StateId> last_state_;       ///< by block
  std::vector<Op> ops_;
  std::vector<uint32_t> effects_; ///< few kinds, so that they meet
  Cfg cfg_;
  Dominators dominators_;
  uint32_t pc_ = 0;
};

} // namespace

Function random_graph(Choices& choices, const GraphShape& shape) {
  Function f;
  Generator{choices, shape, f}.run();
  return f;
}

} // namespace zvm::test
