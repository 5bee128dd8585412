#include "tests/support/ir/random_program.hpp"

#include <algorithm>
#include <optional>

#include "ir/access.hpp"
#include "ir/builder.hpp"

namespace zvm::test {

using namespace ir;

namespace {

constexpr unsigned kOperands = operand_count(CallKind::Create);
/// Items above the arguments at the head of a block.
constexpr unsigned kHighest = 3;
/// An item that is small is below this on every way through the program.
constexpr unsigned kSmall = 0xff;

enum class Ending : uint8_t { Jump, Branch, Call, Message, Leave, Done };

struct BlockPlan {
  unsigned height = 0; ///< items above the arguments
  Ending ending = Ending::Done;
  unsigned targets[2] = {};
  unsigned callee = 0;
  bool is_small = false; ///< its top item
  bool is_entry = false;
};

struct Plan {
  unsigned arguments = 0; ///< the deepest items it uses, its label among them
  unsigned label = 0;     ///< which of them; in function 0 there is none
  unsigned results = 0;
  bool keeps_first = false; ///< the deepest item is the caller's and stays
  std::optional<unsigned> constant_argument;
  unsigned constant = 0;
  std::vector<BlockPlan> blocks;
};

class Planner {
 public:
  Planner(Choices& choices, const ProgramShape& shape) : c_(choices), shape_(shape) {}

  std::vector<Plan> run() {
    plans_.resize(1 + c_.below(shape_.functions));
    for (size_t i = 0; i < plans_.size(); ++i)
      choose_interface(plans_[i], i != 0);
    for (Plan& p : plans_)
      choose_blocks(p);
    return std::move(plans_);
  }

 private:
  void choose_interface(Plan& p, bool is_called) {
    p.arguments = 1 + c_.below(3);
    p.results = is_called ? c_.below(3) : 0;
    if (!is_called)
      return;
    p.keeps_first = p.arguments > 1 && c_.one_in(2);
    p.label = p.keeps_first ? 1 + c_.below(p.arguments - 1) : c_.below(p.arguments);
    const unsigned chosen = c_.below(p.arguments);
    p.constant = c_.below(9);
    if (chosen != p.label && c_.one_in(2))
      p.constant_argument = chosen;
  }

  void choose_blocks(Plan& p) {
    p.blocks.resize(2 + c_.below(shape_.blocks));
    const auto count = static_cast<uint32_t>(p.blocks.size());
    for (BlockPlan& b : p.blocks) {
      b.height = c_.below(kHighest + 1);
      b.is_small = b.height != 0 && c_.one_in(3);
      b.is_entry = c_.one_in(4);
    }
    p.blocks[0] = {.is_entry = true};
    for (uint32_t i = 0; i < count; ++i) {
      BlockPlan& b = p.blocks[i];
      for (unsigned& t : b.targets)
        t = i + 1 < count && c_.below(3) != 0 ? i + 1 : 1 + c_.below(count - 1);
      const uint32_t kind = c_.below(16);
      b.callee = 1 + c_.below(static_cast<uint32_t>(plans_.size()) - 1);
      if (kind < 3)
        b.ending = Ending::Jump;
      else if (kind < 7)
        b.ending = Ending::Branch;
      else if (kind < 10 && plans_.size() > 1)
        b.ending = Ending::Call;
      else if (kind < 12)
        b.ending = Ending::Message;
      else if (kind < 13)
        b.ending = Ending::Leave;
    }
    // Room for what calls bring, and an entry behind them.
    for (BlockPlan& b : p.blocks) {
      BlockPlan& to = p.blocks[b.targets[0]];
      if (b.ending == Ending::Message)
        to.height = std::max(to.height, 1u);
      if (b.ending == Ending::Call) {
        to.height = std::max(to.height, plans_[b.callee].results + 1);
        to.is_small = false; // whoever comes by the label has not been asked
      }
      to.is_entry |= b.ending == Ending::Message || b.ending == Ending::Call;
    }
  }

  Choices& c_;
  const ProgramShape& shape_;
  std::vector<Plan> plans_;
};

uint32_t pc_of(unsigned function, unsigned block) { return 1000 * (function + 1) + 10 * block; }

class FunctionWriter {
 public:
  FunctionWriter(Choices& choices, const ProgramShape& shape, const std::vector<Plan>& plans,
                 unsigned index, Function& f)
      : c_(choices), shape_(shape), plans_(plans), p_(plans[index]), index_(index), f_(f), b_(f) {}

  void run() {
    f_.entry_pc = pc_of(index_, 0);
    f_.stack_need = p_.arguments;
    for (unsigned i = 0; i < p_.arguments + kHighest + 1; ++i)
      (void)f_.variables.try_push(Type::I256);
    for (unsigned i = 0; i < p_.results; ++i)
      (void)f_.results.try_push(Type::I256);
    // Block 0 brings the arguments of calls into their places; block k + 1 is block k of the plan.
    for (unsigned i = 0; i <= p_.blocks.size(); ++i)
      f_.make_block();
    b_.set_block(0);
    f_.blocks[0].pc = f_.entry_pc;
    for (unsigned i = 0; i < p_.arguments; ++i) {
      const ValueId argument = f_.add_param(0, Type::I256);
      set(i, is_known(i) ? b_.word(p_.constant) : argument);
    }
    b_.br(1);
    for (unsigned k = 0; k < p_.blocks.size(); ++k)
      write_block(k);
    for (unsigned k = 0; k < p_.blocks.size(); ++k) {
      if (p_.blocks[k].is_entry)
        write_entry(k);
    }
    f_.stack_growth = growth_;
    for (unsigned k = 0; k <= p_.blocks.size(); ++k)
      f_.blocks[k].poll = true;
    for (BlockId b = 0; b < f_.blocks.size(); ++b) {
      Block& block = f_.blocks[b];
      block.is_final = (block.gas != 0 || block.poll) && block.state == kNone;
    }
  }

 private:
  [[nodiscard]] bool is_known(unsigned argument) const {
    return shape_.relies_on_facts && p_.constant_argument == argument;
  }
  void set(unsigned variable, ValueId v) { b_.emit(Op::VarSet, Type::I256, {v}, variable); }

  // --- the symbolic stack: the deepest argument first ---

  void begin(unsigned k) {
    const BlockPlan& plan = p_.blocks[k];
    stack_.clear();
    for (unsigned i = 0; i < p_.arguments + plan.height; ++i)
      stack_.push_back(b_.emit(Op::VarGet, Type::I256, Builder::List{}, i));
    if (is_known_small(plan)) {
      const ValueId low = b_.emit(Op::Trunc, Type::I64, {stack_.back()});
      stack_.back() = b_.emit(Op::Zext, Type::I256, {low});
    }
    at_head_ = stack_;
    growth_ = std::max(growth_, plan.height);
  }
  [[nodiscard]] bool is_known_small(const BlockPlan& plan) const {
    return shape_.relies_on_facts && plan.is_small;
  }
  [[nodiscard]] unsigned height() const {
    return static_cast<unsigned>(stack_.size()) - p_.arguments;
  }
  void push(ValueId v) {
    stack_.push_back(v);
    growth_ = std::max(growth_, height());
  }
  ValueId pop() {
    const ValueId v = stack_.back();
    stack_.pop_back();
    return v;
  }
  ValueId any() { return stack_[c_.below(static_cast<uint32_t>(stack_.size()))]; }
  ValueId number() { return b_.word(c_.one_in(3) ? edge_number(c_, 256) : U256{c_.below(5)}); }
  void bring_to(unsigned height_wanted) {
    while (height() > height_wanted)
      (void)pop();
    while (height() < height_wanted)
      push(c_.one_in(2) ? number() : any());
  }
  void store_variables() {
    for (unsigned i = 0; i < stack_.size() && i < p_.arguments + kHighest + 1; ++i) {
      if (i >= at_head_.size() || at_head_[i] != stack_[i])
        set(i, stack_[i]);
    }
  }
  StateId state(uint32_t pc) { return b_.make_state(pc, p_.arguments, stack_, 0); }
  StateId state() { return state(pc_++); }
  /// One of the two for what may fail.
  void end_or_leave(InstId id) {
    if (c_.one_in(2))
      f_.insts[id].is_final = 1;
    else
      f_.insts[id].state = state();
  }
  InstId last_inst() const { return static_cast<InstId>(f_.insts.size() - 1); }

  // --- blocks ---

  void write_block(unsigned k) {
    b_.set_block(k + 1);
    f_.blocks[k + 1].pc = pc_of(index_, k);
    f_.blocks[k + 1].gas = 1 + c_.below(20);
    pc_ = pc_of(index_, k) + 500;
    begin(k);
    for (uint32_t n = c_.below(shape_.instructions + 1); n > 0; --n)
      instruction();
    end_block(p_.blocks[k]);
  }

  void instruction() {
    switch (c_.below(13)) {
    case 0:
      return push_some(number());
    case 1:
      return push_some(any());
    case 2:
      return swap();
    case 3:
      if (height() != 0)
        (void)pop();
      return;
    case 4: {
      const ValueId at = touch();
      if (c_.one_in(2))
        return push_some(b_.emit(Op::Load, Type::I256, {at}, kTouchedWord));
      b_.emit(Op::Store, Type::I256, {at, any()}, kTouchedWord);
      return;
    }
    case 5:
      return push_some(b_.emit(Op::HostLoad, {any()}, 0, state()));
    case 6:
      b_.emit(Op::HostStore, {any(), any()}, 0, state());
      return;
    case 7:
      b_.emit(Op::GasWords, {b_.emit(Op::And, Type::I256, {any(), b_.word(0x7f)})}, 3);
      return end_or_leave(last_inst());
    case 8:
    case 9:
      return borrow_first();
    default:
      return compute();
    }
  }
  /// While there is room.
  void push_some(ValueId v) {
    if (height() <= kHighest)
      push(v);
  }
  ValueId touch() {
    const ValueId at = b_.emit(Op::MemTouch, {b_.word(c_.below(3) * 16), b_.word(32)});
    end_or_leave(f_.values[at].def);
    return at;
  }
  void swap() {
    const auto i = c_.below(static_cast<uint32_t>(stack_.size()));
    const auto j = c_.below(static_cast<uint32_t>(stack_.size()));
    if (!is_fixed(i) && !is_fixed(j))
      std::swap(stack_[i], stack_[j]);
  }
  /// The label, and what is the caller's, stand where they are.
  [[nodiscard]] bool is_fixed(unsigned i) const {
    return index_ != 0 && (i == p_.label || (i == 0 && p_.keeps_first));
  }
  /// The caller's item is another one for a while, which states see.
  void borrow_first() {
    if (index_ == 0 || !p_.keeps_first)
      return compute();
    const ValueId first = stack_[0];
    stack_[0] = any();
    push_some(b_.emit(Op::HostLoad, {number()}, 0, state()));
    stack_[0] = first;
  }
  void compute() {
    constexpr Op kOps[] = {Op::Add, Op::Sub,  Op::Mul, Op::And, Op::Or,
                           Op::Xor, Op::DivU, Op::LtU, Op::Eq,  Op::IsZero};
    const Op op = kOps[c_.below(std::size(kOps))];
    const bool is_unary = op == Op::IsZero;
    ValueId v = is_unary ? b_.emit_word(op, {any()})
                         : b_.emit_word(op, {any(), c_.one_in(2) ? any() : number()});
    if (f_.type(v) != Type::I256)
      v = b_.emit(Op::Zext, Type::I256, {v});
    push_some(v);
  }

  // --- endings ---

  void end_block(const BlockPlan& plan) {
    switch (plan.ending) {
    case Ending::Jump:
      bring(plan.targets[0]);
      store_variables();
      return b_.br(plan.targets[0] + 1);
    case Ending::Branch:
      return branch(plan);
    case Ending::Call:
      return call(plan);
    case Ending::Message:
      return send_message(plan.targets[0]);
    case Ending::Leave:
      return leave(plan.targets[0]);
    case Ending::Done:
      return done();
    }
  }
  /// The stack as the target wants it.
  void bring(unsigned target) {
    bring_to(p_.blocks[target].height);
    make_small(target);
  }
  void make_small(unsigned target) {
    if (p_.blocks[target].is_small)
      stack_.back() = b_.emit(Op::And, Type::I256, {stack_.back(), b_.word(kSmall)});
  }
  void branch(const BlockPlan& plan) {
    const ValueId condition = b_.emit(Op::Ne, Type::I256, {any(), number()});
    BlockId to[2];
    const BlockId here = b_.block();
    const std::vector<ValueId> stack = stack_;
    for (unsigned t = 0; t < 2; ++t) {
      to[t] = b_.begin_block(pc_++);
      stack_ = stack;
      bring(plan.targets[t]);
      store_variables();
      b_.br(plan.targets[t] + 1);
    }
    b_.set_block(here);
    b_.br_if(condition, to[0], to[1]);
    f_.move_block(to[0], here);
    f_.move_block(to[1], to[0]);
  }

  void call(const BlockPlan& plan) {
    const Plan& callee = plans_[plan.callee];
    const unsigned target = plan.targets[0];
    const unsigned brought = callee.results + (callee.keeps_first ? 1 : 0);
    bring_to(p_.blocks[target].height - brought);
    const size_t below = stack_.size();
    for (unsigned i = 0; i < callee.arguments; ++i) {
      if (i == callee.label)
        push(b_.word(pc_of(index_, target)));
      else if (callee.constant_argument == i)
        push(b_.word(callee.constant));
      else
        push(c_.one_in(3) ? number() : any());
    }
    const std::vector<ValueId> arguments{stack_.begin() + static_cast<ptrdiff_t>(below),
                                         stack_.end()};
    const std::vector<Type> results(callee.results, Type::I256);
    const ValueId first = b_.call(Op::CallFunction, plan.callee, arguments, results);
    f_.insts[last_inst()].state = state(pc_of(plan.callee, 0));
    stack_.resize(below + (callee.keeps_first ? 1 : 0));
    for (unsigned r = 0; r < callee.results; ++r)
      push(first + r);
    store_variables();
    b_.br(target + 1);
  }

  void send_message(unsigned target) {
    bring_to(p_.blocks[target].height - 1);
    for (unsigned i = 0; i < kOperands; ++i)
      push(c_.one_in(2) ? number() : any());
    const std::vector<ValueId> operands{stack_.rbegin(), stack_.rbegin() + kOperands};
    const StateId before = state();
    stack_.resize(stack_.size() - kOperands);
    store_variables();
    const BlockId here = b_.block();
    const BlockId resume = b_.begin_block(pc_of(index_, target));
    const ValueId result = f_.add_param(resume, Type::I256);
    b_.set_block(here);
    b_.message_call(CallKind::Create, operands, resume, before);
    f_.move_block(resume, here);
    b_.set_block(resume);
    set(static_cast<unsigned>(stack_.size()), result);
    b_.br(target + 1);
  }

  void leave(unsigned target) {
    if (c_.one_in(3)) {
      push(c_.one_in(2) ? b_.word(pc_of(index_, target)) : any());
      return b_.leave_dynamic(stack_.back(), 1, state());
    }
    bring_to(p_.blocks[target].height);
    b_.leave(state(pc_of(index_, target)));
  }
  void done() {
    if (index_ == 0)
      return c_.one_in(2) ? b_.stop() : b_.finish(touched(), b_.word(32));
    std::vector<ValueId> returned{stack_[p_.label]};
    while (height() < p_.results)
      push(c_.one_in(2) ? number() : any());
    const std::vector<ValueId> results{stack_.end() - p_.results, stack_.end()};
    stack_.resize(p_.keeps_first ? 1 : 0);
    stack_.insert(stack_.end(), results.begin(), results.end());
    returned.insert(returned.end(), results.begin(), results.end());
    growth_ = std::max(growth_,
                       static_cast<unsigned>(std::max<int>(0, static_cast<int>(stack_.size()) -
                                                                  static_cast<int>(p_.arguments))));
    b_.return_label(returned, state());
  }
  ValueId touched() {
    const ValueId at = b_.emit(Op::MemTouch, {b_.word(0), b_.word(32)});
    f_.insts[f_.values[at].def].is_final = 1;
    return at;
  }

  // --- entries ---

  /// Takes the items from the guest's stack, looks whether what the code relies on is so, and goes
  /// on there, or in what it replaces.
  void write_entry(unsigned k) {
    const BlockPlan& plan = p_.blocks[k];
    const BlockId entry = b_.begin_block(pc_of(index_, k));
    stack_.clear();
    for (unsigned i = 0; i < p_.arguments + plan.height; ++i)
      stack_.push_back(f_.add_param(entry, Type::I256));
    growth_ = std::max(growth_, plan.height);
    const StateId at_entry = state(pc_of(index_, k));
    f_.blocks[entry].state = at_entry;
    (void)f_.entries.try_push(entry);
    if (shape_.entries_check) {
      if (is_known_small(plan)) {
        check(b_.emit(Op::LtU, Type::I256, {stack_.back(), b_.word(U256{1} << 64)}), at_entry);
      }
      if (const auto known = p_.constant_argument; known && is_known(*known))
        check(b_.emit(Op::Eq, Type::I256, {stack_[*known], b_.word(p_.constant)}), at_entry);
    }
    if (const auto known = p_.constant_argument; known && is_known(*known))
      stack_[*known] = b_.word(p_.constant);
    at_head_.clear();
    store_variables();
    b_.br(k + 1);
  }
  void check(ValueId condition, StateId at_entry) {
    const BlockId here = b_.block();
    const BlockId refuse = b_.begin_block(f_.blocks[here].pc);
    b_.emit(Op::Exit, Builder::List{}, 0, at_entry);
    const BlockId passed = b_.begin_block(f_.blocks[here].pc);
    b_.set_block(here);
    b_.br_if(condition, passed, refuse);
    b_.set_block(passed);
  }

  Choices& c_;
  const ProgramShape& shape_;
  const std::vector<Plan>& plans_;
  const Plan& p_;
  unsigned index_;
  Function& f_;
  Builder b_;
  std::vector<ValueId> stack_, at_head_;
  unsigned growth_ = 0;
  uint32_t pc_ = 0;
};

} // namespace

Module random_program(uint64_t seed, const ProgramShape& shape) {
  Choices choices{seed};
  const std::vector<Plan> plans = Planner{choices, shape}.run();
  Module m;
  for (const Plan& p : plans) {
    const std::vector<Type> parameters(p.arguments, Type::I256), results(p.results, Type::I256);
    (void)m.functions.try_push(static_cast<uint32_t>(m.function_types.size()));
    (void)m.try_add_type(parameters, results);
  }
  (void)m.try_make_bodies();
  for (unsigned i = 0; i < plans.size(); ++i)
    FunctionWriter{choices, shape, plans, i, m.bodies[i]}.run();
  return m;
}

} // namespace zvm::test
