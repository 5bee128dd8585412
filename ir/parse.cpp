#include "ir/parse.hpp"

#include <charconv>
#include <string>
#include <vector>

#include "base/hash_number.hpp"
#include "base/uint256_text.hpp"
#include "ir/attribute.hpp"
#include "ir/builder.hpp"
#include "ir/scan.hpp"
#include "ir/signature.hpp"

namespace zvm::ir {
namespace {

using Done = Result<void>;

struct OpName {
  Op op = Op::Count_;
  Type type = Type::None;
};

/// "add.i256", "mem.touch". Op::Count_ where there is no such op or type.
OpName op_named(std::string_view text) {
  for (unsigned i = 0; i < kOpCount; ++i) {
    const std::string_view name = kOps[i].text;
    if (!text.starts_with(name))
      continue;
    const std::string_view rest = text.substr(name.size());
    if (!kSignatures[i].generic) {
      if (rest.empty())
        return {static_cast<Op>(i), Type::None};
    } else if (rest.starts_with('.')) {
      if (const Type type = type_named(rest.substr(1)); type != Type::None)
        return {static_cast<Op>(i), type};
    }
  }
  return {};
}

class Parser : LineParser {
 public:
  Result<Function> run(std::string_view text) {
    bool has_header = false;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      LineScanner s{text.substr(0, end)};
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line_;
      if (s.at_end())
        continue;
      const bool is_block = has_header && s.peek().starts_with("block");
      const Done done = !has_header ? header(s) : is_block ? block(s) : instruction(s);
      has_header = true;
      // What was read after memory ran out may look wrong.
      if (f_.failed() || is_out_of_memory_)
        return fail(ErrorCode::OutOfMemory, line_, "");
      ZVM_CHECK(done);
      if (!s.at_end())
        return error("'" + std::string{s.peek()} + "' is not expected here");
    }
    if (!has_header)
      return error("there is no function");
    for (const BlockId b : layout(f_)) {
      if (f_.blocks[b].first == kNone)
        f_.remove_block(b);
    }
    for (const auto& [line, id] : wanted_) {
      if (id >= f_.blocks.size()) {
        line_ = line;
        return error("there is no block" + std::to_string(id));
      }
    }
    return std::move(f_);
  }

 private:
  template <typename Number>
  Result<Number> number(LineScanner& s) const {
    Number value = 0;
    if (!s.number(value))
      return expected("a decimal number in range", s);
    return value;
  }
  Result<uint32_t> stack_count(LineScanner& s) const {
    ZVM_TRY(const auto count, number<uint32_t>(s));
    if (count > kMostStack)
      return error("no stack has " + std::to_string(count) + " items");
    return count;
  }
  Result<uint32_t> pc(LineScanner& s) const {
    if (s.keyword("next"))
      return kNextPc;
    return number<uint32_t>(s);
  }
  /// The number of `v7` or `block7`.
  Result<uint32_t> numbered(LineScanner& s, std::string_view prefix) const {
    const std::string_view text = s.peek();
    uint32_t value = 0;
    const char* end = text.data() + text.size();
    if (!text.starts_with(prefix))
      return expected(std::string{prefix} + " and a number", s);
    const auto read = std::from_chars(text.data() + prefix.size(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value == kNone)
      return expected(std::string{prefix} + " and a number", s);
    (void)s.word();
    return value;
  }
  Done header(LineScanner& s) {
    ZVM_CHECK(keyword(s, "function"));
    f_.has_states = !s.keyword("final");
    if (s.keyword("pc")) {
      ZVM_TRY(f_.entry_pc, pc(s));
    }
    if (s.keyword("need")) {
      ZVM_TRY(f_.stack_need, stack_count(s));
    }
    if (s.keyword("growth")) {
      ZVM_TRY(f_.stack_growth, stack_count(s));
    }
    if (s.keyword("depth")) {
      ZVM_TRY(f_.depth, number<uint32_t>(s));
    }
    if (s.keyword("vars"))
      ZVM_CHECK(types(s, f_.variables));
    return s.take("->") ? types(s, f_.results) : Done{};
  }

  Done block(LineScanner& s) {
    ZVM_TRY(const uint32_t id, numbered(s, "block"));
    if (id != f_.blocks.size())
      return error("block" + std::to_string(f_.blocks.size()) + " is next");
    block_ = f_.make_block();
    if (f_.failed())
      return {};
    if (s.take("(")) {
      do {
        ZVM_TRY(const uint32_t v, numbered(s, "v"));
        ZVM_CHECK(mark(s, ":"));
        ZVM_TRY(const Type t, type(s));
        ZVM_CHECK(define(v, f_.add_param(block_, t)));
      } while (s.take(","));
      ZVM_CHECK(mark(s, ")"));
    }
    ZVM_CHECK(mark(s, ":"));
    ZVM_CHECK(keyword(s, "pc"));
    ZVM_TRY(const uint32_t pc, number<uint32_t>(s));
    int64_t gas = 0;
    if (s.keyword("gas")) {
      ZVM_TRY(gas, number<int64_t>(s));
    }
    const bool poll = s.keyword("poll");
    const bool cold = s.keyword("cold");
    if (s.keyword("entry") && !f_.entries.try_push(block_))
      f_.set_failed();
    const bool is_final = s.keyword("final");
    StateId head = kNone;
    if (s.keyword("state")) {
      ZVM_TRY(head, state(s));
    }
    if (f_.failed())
      return {};
    Block& b = f_.blocks[block_];
    b.pc = pc;
    b.gas = gas;
    b.poll = poll;
    b.cold = cold;
    b.is_final = is_final;
    b.state = head;
    return {};
  }

  Done instruction(LineScanner& s) {
    if (block_ == kNone)
      return error("an instruction before the first block");
    ZVM_CHECK(read_results(s));
    const std::string_view text = s.word();
    const auto [op, t] = op_named(text);
    if (op == Op::Count_)
      return error("no such operation: '" + std::string{text} + "'");
    ZVM_CHECK(check_results(op, t));
    uint64_t attribute = 0;
    if (info(op).attribute != Attribute::None) {
      ZVM_CHECK(mark(s, "["));
      const std::string_view name = s.until(']');
      const auto value = parse_attribute(info(op).attribute, name);
      if (!value)
        return error("'" + std::string{name} + "' is no attribute of " +
                     std::string{info(op).text});
      attribute = *value;
      ZVM_CHECK(mark(s, "]"));
    }
    ZVM_CHECK(read_operands(s, op, t));
    const bool is_final = s.keyword("final");
    StateId at = kNone;
    if (s.peek() == "{") {
      ZVM_TRY(at, state(s));
    }
    const InstId id = f_.make_inst(op, t, args_, attribute, result_types_);
    const auto begin = static_cast<uint32_t>(f_.targets.size());
    if (!f_.targets.try_append(targets_))
      f_.set_failed();
    if (f_.failed())
      return {};
    Inst& inst = f_.insts[id];
    for (const Target& target : targets_) {
      for (ValueId& v : f_.values_of(target.args))
        v = is_own(v) ? inst.result + (kOwnResult - v) : v;
    }
    inst.state = at;
    inst.is_final = is_final ? 1 : 0;
    if (!targets_.empty())
      inst.targets = {begin, static_cast<uint32_t>(targets_.size())};
    f_.append(block_, id);
    for (uint32_t i = 0; i < result_names_.size(); ++i)
      *names_.find(result_names_[i]) = inst.result + i;
    return {};
  }

  /// `v5 = ` or `v5: i64, v6: i32 = `, or nothing.
  Done read_results(LineScanner& s) {
    result_names_.clear();
    result_types_.clear();
    if (!is_value(s.peek()))
      return {};
    do {
      ZVM_TRY(const uint32_t v, numbered(s, "v"));
      Type t = Type::None;
      if (s.take(":")) {
        ZVM_TRY(t, type(s));
      }
      ZVM_CHECK(define(v, kOwnResult - static_cast<ValueId>(result_names_.size())));
      result_names_.push_back(v);
      result_types_.push_back(t);
    } while (s.take(","));
    return mark(s, "=");
  }

  /// Types are written where the op allows any number of results, and only there.
  Done check_results(Op op, Type t) {
    const SignatureSide& side = signature(op).results;
    const bool any = side.repeated != '\0';
    if (any ? result_types_.size() > INT16_MAX : result_types_.size() != side.count)
      return error(std::string{info(op).text} + " does not have " +
                   std::to_string(result_types_.size()) + " results");
    for (size_t i = 0; i < result_types_.size(); ++i) {
      if (any != (result_types_[i] != Type::None))
        return error(any ? "the results need types" : "the results' types are implied");
      if (!any)
        result_types_[i] = type_of(side.letters[i], t);
    }
    return {};
  }

  /// Values first, then the targets of a branch.
  Done read_operands(LineScanner& s, Op op, Type t) {
    const SignatureSide& side = signature(op).operands;
    args_.clear();
    targets_.clear();
    if (s.at_end() || s.peek() == "{" || s.peek() == "final")
      return {};
    do {
      if (s.peek().starts_with("block")) {
        ZVM_TRY(const Target to, target(s));
        targets_.push_back(to);
        continue;
      }
      if (!targets_.empty())
        return expected("a block", s);
      const bool known = args_.size() < side.count || side.repeated != '\0';
      if (!known)
        return error(std::string{info(op).text} + " has no operand " +
                     std::to_string(args_.size() + 1));
      ZVM_TRY(const ValueId v,
              operand(s, type_of(signature(op).operand(static_cast<unsigned>(args_.size())), t)));
      args_.push_back(v);
    } while (s.take(","));
    return {};
  }

  Result<Target> target(LineScanner& s) {
    ZVM_TRY(const uint32_t id, numbered(s, "block"));
    wanted_.push_back({line_, id});
    std::vector<ValueId> args;
    if (s.take("(")) {
      in_target_ = true;
      const Done read = list(s, args, Type::None);
      in_target_ = false;
      ZVM_CHECK(read);
      ZVM_CHECK(mark(s, ")"));
    }
    const bool paid = s.keyword("paid"), polls = s.keyword("polls");
    f_.polls_by_edge |= polls;
    return Target{id, f_.make_range(args), paid, polls};
  }

  Result<StateId> state(LineScanner& s) {
    ZVM_CHECK(mark(s, "{"));
    ZVM_CHECK(keyword(s, "pc"));
    ZVM_TRY(const uint32_t at, pc(s));
    ZVM_CHECK(keyword(s, "pop"));
    ZVM_TRY(const uint32_t pop, stack_count(s));
    ZVM_CHECK(mark(s, "["));
    std::vector<ValueId> stack;
    if (s.peek() != "]") {
      do {
        if (s.keyword("_")) {
          stack.push_back(kNone);
          continue;
        }
        ZVM_TRY(const ValueId v, operand(s, Type::I256));
        stack.push_back(v);
      } while (s.take(","));
    }
    ZVM_CHECK(mark(s, "]"));
    ZVM_CHECK(keyword(s, "unused"));
    ZVM_TRY(const auto unused, number<int64_t>(s));
    ZVM_CHECK(mark(s, "}"));
    return Builder{f_}.make_state(at, pop, stack, unused);
  }

  Done list(LineScanner& s, std::vector<ValueId>& values, Type implied) {
    do {
      ZVM_TRY(const ValueId v, operand(s, implied));
      values.push_back(v);
    } while (s.take(","));
    return {};
  }

  /// A value by name, or a constant: `0x20`, `7:i64`.
  Result<ValueId> operand(LineScanner& s, Type implied) {
    if (is_value(s.peek())) {
      ZVM_TRY(const uint32_t name, numbered(s, "v"));
      const ValueId* found = names_.find(name);
      if (found == nullptr || (is_own(*found) && !in_target_))
        return error("v" + std::to_string(name) + " is not defined above");
      return *found;
    }
    const std::string_view text = s.word();
    const auto value = parse_u256(text);
    if (!value)
      return error("'" + std::string{text} + "' is neither a value nor a number below 2^256");
    Type t = implied;
    if (s.take(":")) {
      ZVM_TRY(t, type(s));
    }
    if (t == Type::None)
      return error("the constant needs a type");
    if (value->bit_width() > bits(t))
      return error(std::string{text} + " does not fit " + std::string{name(t)});
    return f_.make_constant(t, *value);
  }

  [[nodiscard]] static bool is_value(std::string_view text) {
    return text.size() > 1 && text[0] == 'v' && text[1] >= '0' && text[1] <= '9';
  }

  Done define(uint32_t name, ValueId value) {
    const auto place = names_.try_insert(name, value);
    if (place.value == nullptr)
      f_.set_failed();
    else if (!place.is_new)
      return error("v" + std::to_string(name) + " is defined twice");
    return {};
  }

  /// Stands for the first result of the instruction that is being read, and so down for more.
  /// Arguments of its targets may name them.
  static constexpr ValueId kOwnResult = kNone - 1;
  [[nodiscard]] bool is_own(ValueId v) const { return v > kOwnResult - result_names_.size(); }

  struct Wanted {
    uint64_t line;
    BlockId block;
  };

  Function f_;
  BlockId block_ = kNone;
  FlatMap<uint32_t, ValueId, HashNumber> names_;
  std::vector<Wanted> wanted_; ///< targets, looked for at the end
  // Of the current instruction.
  std::vector<uint32_t> result_names_;
  std::vector<Type> result_types_;
  std::vector<ValueId> args_;
  std::vector<Target> targets_;
  bool in_target_ = false;
};

} // namespace

Result<Function> parse(std::string_view text) { return Parser{}.run(text); }

} // namespace zvm::ir
