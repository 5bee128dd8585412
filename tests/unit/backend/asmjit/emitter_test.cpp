// Machine code of random traces against an evaluator that shares nothing with it: what stands on
// the stack behind them, wherever they are left.
#include "backend/asmjit/emitter.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "backend/interp/code.hpp"
#include "ir/builder.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/random_function.hpp"
#include "tests/support/ir/reference.hpp"

namespace zvm::backend::asmjit {
namespace {

using ir::Op;
using ir::Type;
using ir::ValueId;
using test::Choices;

mpz_class number(const U256& word) {
  mpz_class out;
  mpz_import(out.get_mpz_t(), 4, -1, 8, 0, 0, word.limbs);
  return out;
}

/// More by ZVM_SEEDS=<number>.
unsigned seeds() {
  const char* more = std::getenv("ZVM_SEEDS");
  return more != nullptr ? static_cast<unsigned>(std::atoi(more)) : 3000;
}

constexpr Op kWords[] = {Op::Add,  Op::Sub,    Op::Mul,        Op::DivU,  Op::DivS, Op::RemU,
                         Op::RemS, Op::And,    Op::Or,         Op::Xor,   Op::Not,  Op::Shl,
                         Op::ShrU, Op::ShrS,   Op::SignExtend, Op::Byte,  Op::Clz,  Op::Eq,
                         Op::Ne,   Op::LtU,    Op::LtS,        Op::LeU,   Op::LeS,  Op::IsZero,
                         Op::Exp,  Op::Select, Op::AddMod,     Op::MulMod};
constexpr Op kNarrow[] = {Op::Add, Op::Sub, Op::Mul, Op::DivU, Op::RemU,   Op::And,    Op::Or,
                          Op::Xor, Op::Not, Op::Shl, Op::ShrU, Op::ShrS,   Op::Eq,     Op::Ne,
                          Op::LtU, Op::LtS, Op::LeU, Op::LeS,  Op::IsZero, Op::Select, Op::Clz};

/// A trace of pure ops with branches to its sides, and what it must leave where.
class RandomTrace {
 public:
  explicit RandomTrace(uint64_t seed) : c_(seed), b_(f_) {
    f_.entry_pc = kStart;
    f_.make_block();
    need_ = 1 + c_.below(5);
    for (uint32_t i = 0; i < need_; ++i) {
      const ValueId v = f_.add_param(0, Type::I256);
      stack_.push_back(v);
      define(v, number(items_.emplace_back(test::edge_number(c_, 256))));
    }
    entry_ = stack_;
    f_.stack_need = need_;
    f_.blocks[0].state = state(kStart);
    f_.blocks[0].poll = true;
    f_.blocks[0].gas = c_.below(10);
    spent_ = f_.blocks[0].gas;
    const unsigned length = 1 + c_.below(60);
    for (unsigned i = 0; i < length; ++i)
      step();
    if (c_.one_in(2)) {
      b_.leave(state(kEnd));
    } else {
      b_.emit(Op::Exit, {}, 0, state(kEnd));
      end_ = Answer::Step;
    }
    note_end(end_, kEnd);
    for (const Side& side : sides_) {
      b_.begin_block(side.pc);
      f_.blocks[b_.block()].cold = true;
      f_.targets[side.target].block = b_.block();
      b_.emit(side.exits ? Op::Exit : Op::Leave, {}, 0, side.state);
    }
    f_.stack_growth = static_cast<uint32_t>(std::max(0, growth_));
  }

  [[nodiscard]] const ir::Function& function() const { return f_; }
  [[nodiscard]] const std::vector<U256>& items() const { return items_; }
  [[nodiscard]] const std::vector<mpz_class>& expected() const { return expected_; }
  [[nodiscard]] uint32_t pc() const { return pc_; }
  [[nodiscard]] Answer answer() const { return answer_; }
  [[nodiscard]] int64_t spent() const { return spent_; }

  static constexpr uint32_t kStart = 7, kEnd = 900;

 private:
  struct Side {
    uint32_t target, pc;
    ir::StateId state;
    bool exits;
  };

  void define(ValueId v, const mpz_class& value) {
    if (values_.size() <= v)
      values_.resize(v + 1);
    values_[v] = value;
    (f_.type(v) == Type::I256 ? words_ : f_.type(v) == Type::I64 ? numbers_ : flags_).push_back(v);
  }
  ValueId pick(Type t) {
    auto& all = t == Type::I256 ? words_ : t == Type::I64 ? numbers_ : flags_;
    if (all.empty() || c_.one_in(5)) {
      const ValueId v = f_.make_constant(t, test::edge_number(c_, ir::bits(t)));
      if (values_.size() <= v)
        values_.resize(v + 1);
      values_[v] = number(f_.constant(v));
      return v;
    }
    const auto recent = static_cast<uint32_t>(std::min<size_t>(all.size(), 4));
    return c_.one_in(3) ? all[c_.below(static_cast<uint32_t>(all.size()))]
                        : all[all.size() - 1 - c_.below(recent)];
  }

  void step() {
    switch (c_.below(12)) {
    case 0:
      return branch();
    case 1:
      return shuffle();
    case 2:
      return convert();
    case 3:
      return split();
    case 4:
    case 5:
      return compute(kNarrow[c_.below(std::size(kNarrow))], Type::I64);
    default:
      return compute(kWords[c_.below(std::size(kWords))], Type::I256);
    }
  }

  void compute(Op op, Type t) {
    const ir::Signature& s = ir::signature(op);
    std::vector<ValueId> args;
    std::vector<mpz_class> operands;
    for (unsigned i = 0; i < s.operands.count; ++i) {
      args.push_back(pick(ir::type_of(s.operand(i), t)));
      const bool is_count = i == 0 && (op == Op::Byte || op == Op::SignExtend || op == Op::Shl ||
                                       op == Op::ShrU || op == Op::ShrS);
      if (is_count && c_.below(3) != 0) {
        args[0] = f_.make_constant(t, U256{c_.below(ir::bits(t) + 2)});
        values_.resize(std::max<size_t>(values_.size(), args[0] + 1));
        values_[args[0]] = number(f_.constant(args[0]));
      }
      operands.push_back(values_[args[i]]);
    }
    const ValueId v = b_.emit(op, t, args);
    define(v, test::reference_result(op, t, t, operands));
    if (t == Type::I256 && f_.type(v) == Type::I256 && c_.one_in(2))
      push(v);
  }

  void convert() {
    constexpr struct {
      Op op;
      Type from, to;
    } kAll[] = {{Op::Zext, Type::I32, Type::I256},  {Op::Zext, Type::I64, Type::I256},
                {Op::Trunc, Type::I256, Type::I64}, {Op::Trunc, Type::I64, Type::I32},
                {Op::Sext, Type::I64, Type::I256},  {Op::Zext, Type::I32, Type::I64}};
    const auto& [op, from, to] = kAll[c_.below(std::size(kAll))];
    const ValueId arg = pick(from);
    const ValueId v = b_.emit(op, to, {arg});
    define(v, test::reference_result(op, to, from, {values_[arg]}));
    if (to == Type::I256)
      push(v);
  }

  void push(ValueId v) {
    if (stack_.size() < 40)
      stack_.push_back(v);
    note_growth();
  }
  void note_growth() {
    growth_ = std::max(growth_, static_cast<int32_t>(stack_.size()) - static_cast<int32_t>(need_));
  }
  /// What DUP, SWAP and POP do.
  void shuffle() {
    const auto any = [&] { return c_.below(static_cast<uint32_t>(stack_.size())); };
    if (!stack_.empty() && c_.one_in(3))
      stack_.pop_back();
    if (!stack_.empty())
      std::swap(stack_[any()], stack_[any()]);
    if (!stack_.empty())
      push(stack_[any()]);
  }

  ir::StateId state(uint32_t pc) { return b_.make_state(pc, need_, stack_, 0); }

  void split() {
    const ir::BlockId next = f_.make_block();
    b_.br(next);
    open(next);
  }
  void open(ir::BlockId next) {
    b_.set_block(next);
    f_.blocks[next].pc = kStart + next;
    f_.blocks[next].state = state(kStart + next);
    f_.blocks[next].gas = c_.below(10);
    if (!is_over_)
      spent_ += f_.blocks[next].gas;
  }

  void branch() {
    const ValueId flag = pick(Type::I32);
    const bool inverted = c_.one_in(2);
    const uint32_t pc = 100 + static_cast<uint32_t>(sides_.size());
    const Side side{static_cast<uint32_t>(f_.targets.size()) + (inverted ? 1 : 0), pc, state(pc),
                    c_.one_in(3)};
    const ir::BlockId next = f_.make_block();
    b_.br_if(flag, inverted ? next : ir::kNone, inverted ? ir::kNone : next);
    sides_.push_back(side);
    if ((values_[flag] != 0) != inverted)
      note_end(side.exits ? Answer::Step : Answer::Place, pc);
    open(next);
  }

  /// The first one that is reached counts.
  void note_end(Answer answer, uint32_t pc) {
    if (std::exchange(is_over_, true))
      return;
    answer_ = answer;
    pc_ = pc;
    for (const ValueId v : stack_)
      expected_.push_back(values_[v]);
  }

  Choices c_;
  ir::Function f_;
  ir::Builder b_;
  std::vector<U256> items_;
  std::vector<mpz_class> values_; ///< by id
  std::vector<ValueId> words_, numbers_, flags_, stack_, entry_;
  std::vector<Side> sides_;
  std::vector<mpz_class> expected_;
  uint32_t need_ = 0, pc_ = 0;
  int32_t growth_ = 0;
  int64_t spent_ = 0;
  Answer end_ = Answer::Place, answer_ = Answer::Place;
  bool is_over_ = false;
};

// The sanitizer of function types reads what stands before a function.
#if defined(__clang__)
__attribute__((no_sanitize("function")))
#endif
Answer
run(runtime::Frame& frame, const uint8_t* code) {
  return Linkage::get()->enter()(frame, code);
}

class NativeTrace : public testing::Test {
 protected:
  void SetUp() override {
    if (Linkage::get() == nullptr)
      GTEST_SKIP() << "this machine cannot run it";
    area_ = static_cast<U256*>(std::aligned_alloc(runtime::kOperandArea, runtime::kOperandArea));
    ASSERT_NE(area_, nullptr);
  }
  void TearDown() override { std::free(area_); }

  /// The frame stands as it would before the trace.
  void prepare(const std::vector<U256>& items, int64_t gas) {
    frame_.stack = area_;
    std::ranges::copy(items, area_);
    frame_.top = area_ + items.size();
    frame_.gas = gas;
    frame_.native_blocks = places_;
    frame_.code = &code_;
    frame_.pc = RandomTrace::kStart;
  }

  runtime::CodeObject code_;
  runtime::Frame frame_{};
  interp::Place places_[2 * RandomTrace::kEnd]{};
  U256* area_ = nullptr;
};

TEST_F(NativeTrace, LeavesWhatItShould) {
  FunctionEmitter emitter{*Linkage::get()};
  constexpr int64_t kGas = 1'000'000;
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    const RandomTrace trace{seed};
    SCOPED_TRACE(seed);
    ASSERT_TRUE(ir::verify(trace.function()));
    RunnableCode code;
    Exits exits;
    ASSERT_TRUE(emitter.begin(exits, nullptr) && emitter.add(trace.function()) &&
                emitter.finish(code));
    ASSERT_EQ(emitter.entry_points().size(), 1u);
    const uint8_t* entry = emitter.address(emitter.entry_points()[0], code);
    prepare(trace.items(), kGas);
    const Answer answer = run(frame_, entry);
    ASSERT_EQ(answer, trace.answer());
    ASSERT_EQ(frame_.pc, trace.pc());
    ASSERT_EQ(kGas - frame_.gas, trace.spent());
    ASSERT_EQ(static_cast<size_t>(frame_.top - area_), trace.expected().size());
    for (size_t i = 0; i < trace.expected().size(); ++i)
      ASSERT_EQ(number(area_[i]).get_str(16), trace.expected()[i].get_str(16)) << "item " << i;
  }
}

} // namespace
} // namespace zvm::backend::asmjit
