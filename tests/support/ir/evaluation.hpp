// The evaluation of one function after the other, slow and simple, with a log of all that passes
// must not change. reference.hpp says what stands in the log.
#pragma once

#include <functional>

#include "tests/support/ir/reference.hpp"

namespace zvm::test {

/// The low bits, as an unsigned number.
[[nodiscard]] mpz_class wrap(const mpz_class& v, unsigned bits);
[[nodiscard]] mpz_class as_signed(const mpz_class& v, unsigned bits);

class Evaluation {
 public:
  explicit Evaluation(const ReferenceLimits& limits) : limits_(limits) {}
  virtual ~Evaluation() = default;
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  /// The log of a run from the function's beginning.
  std::string run(const ir::Function& f, const std::vector<mpz_class>& parameters);

 protected:
  struct Frame {
    const ir::Function* function;
    std::vector<mpz_class> values;
    std::vector<mpz_class> variables;
    ir::InstId at = ir::kNone; ///< what runs now, or has called
  };
  using Numbers = std::vector<mpz_class>;

  /// One that has not entered a block yet.
  [[nodiscard]] static Frame make_frame(const ir::Function& f);
  [[nodiscard]] const ir::Function& f() const { return *frame_.function; }
  [[nodiscard]] const mpz_class& value(ir::ValueId v) const { return frame_.values[v]; }
  [[nodiscard]] Numbers values_of(ir::Range ids) const;
  /// Gives values a number; narrower types get the low bits.
  void define(ir::ValueId v, const mpz_class& number);

  /// To the head of a block, which charges unless that has been paid.
  void enter(ir::BlockId b, const Numbers& arguments, bool paid = false);
  void branch(const ir::Target& t);
  void next() { frame_.at = f().insts[frame_.at].next; }
  /// Until the end.
  void go_on();
  void end() { is_running_ = false; }
  void give_back(int64_t gas) { spent_ -= gas; }
  void note(const std::string& line) { log_ += line + "\n"; }
  [[nodiscard]] const std::string& log() const { return log_; }
  [[nodiscard]] std::string memory_text() const;

  /// From the deepest item on; kNone for what stands there since the function was entered.
  [[nodiscard]] std::vector<ir::ValueId> stack_at(ir::StateId id) const;
  [[nodiscard]] static std::string text(const mpz_class& v) { return v.get_str(16); }
  /// Asks the world what a contract that is called answers, which may change memory.
  [[nodiscard]] mpz_class answer_of_message(const ir::Inst& inst);

  // What another machine does otherwise.

  /// Something ended what the function itself can do: `how` says what, the state where the guest
  /// is. kNone: it has failed for good.
  virtual void leave(const std::string& how, const ir::Inst* inst, ir::StateId state);
  virtual void send_message(const ir::Inst& inst);
  virtual void call(const ir::Inst& inst) { ask(inst); }
  virtual void begins(const ir::Inst&) {}

  Frame frame_{};

 private:
  [[nodiscard]] mpz_class in(const ir::Inst& inst, size_t i) const {
    return value(f().args(inst)[i]);
  }
  void note_charge(const std::string& what, const mpz_class& gas);
  [[nodiscard]] std::string spent_text() const;
  void step(const ir::Inst& inst);
  void set(const ir::Inst& inst, const mpz_class& v) {
    define(inst.result, v);
    next();
  }
  void ask(const ir::Inst& inst);
  [[nodiscard]] unsigned writes_before(ir::Op op) const;
  void divide(const ir::Inst& inst);
  void charge(const ir::Inst& inst, const mpz_class& units);
  void touch(const ir::Inst& inst);
  void copy(const ir::Inst& inst);
  void before(const ir::Inst& inst);
  void access(const ir::Inst& inst);
  [[nodiscard]] mpz_class load(const mpz_class& at, size_t n, bool is_big_endian = true) const;
  void store(const mpz_class& at, size_t n, const mpz_class& v, bool is_big_endian = true);

  const ReferenceLimits& limits_;
  std::vector<uint8_t> memory_;
  mpz_class spent_;
  std::string log_;
  bool is_running_ = true;
  unsigned entered_ = 0, asked_ = 0, memory_writes_ = 0, growths_ = 0, module_writes_ = 0;
};

} // namespace zvm::test
