#include "tests/support/ir/evaluation.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include "base/guest.hpp"
#include "ir/memory_access.hpp"

namespace zvm::test {

using namespace ir;

namespace {

mpz_class from_word(const U256& w) {
  mpz_class v;
  mpz_import(v.get_mpz_t(), 4, -1, 8, 0, 0, w.limbs);
  return v;
}

/// Anything, as long as it is the same for the same question.
mpz_class answer(const std::string& question) {
  const size_t h = std::hash<std::string>{}(question);
  mpz_class v;
  mpz_import(v.get_mpz_t(), 1, -1, 8, 0, 0, &h);
  // Small numbers, huge ones and booleans.
  if (h % 5 == 0)
    return v % 100;
  if (h % 5 == 1)
    return v % 2;
  return h % 5 == 2 ? v : wrap(v * v * v * v * v, 256);
}

/// Accounts are addresses of 20 bytes.
unsigned context_bits(uint64_t attribute) {
  switch (static_cast<ContextField>(attribute)) {
  case ContextField::Address:
  case ContextField::Caller:
  case ContextField::Origin:
  case ContextField::Coinbase:
    return 160;
  default:
    return 256;
  }
}

} // namespace

std::string Evaluation::run(const Function& f, const Numbers& parameters) {
  frame_ = make_frame(f);
  enter(0, parameters);
  go_on();
  return log_ + memory_text();
}

Evaluation::Frame Evaluation::make_frame(const Function& f) {
  Frame frame{&f, Numbers(f.values.size()), Numbers(f.variables.size())};
  for (ValueId v = 0; v < f.values.size(); ++v) {
    if (f.is_constant(v))
      frame.values[v] = from_word(f.constant(v));
  }
  return frame;
}

Evaluation::Numbers Evaluation::values_of(Range ids) const {
  Numbers numbers;
  for (const ValueId v : f().values_of(ids))
    numbers.push_back(value(v));
  return numbers;
}

void Evaluation::define(ValueId v, const mpz_class& number) {
  mpz_class& defined = frame_.values[v];
  defined = wrap(number, bits(f().type(v)));
  if (v < limits_.widths.size() && (defined >> limits_.widths[v]) != 0)
    note("value " + std::to_string(v) + " is wider than is known of it");
}

void Evaluation::go_on() {
  while (is_running_)
    step(f().insts[frame_.at]);
}

void Evaluation::enter(BlockId id, const Numbers& arguments, bool paid) {
  const Block& b = f().blocks[id];
  const auto params = f().values_of(b.params);
  for (size_t i = 0; i < params.size(); ++i)
    define(params[i], arguments.at(i));
  frame_.at = b.first;
  if (++entered_ > limits_.blocks) {
    note("too many blocks");
    return end();
  }
  note_charge("head", paid ? 0 : b.gas);
  if ((b.gas != 0 || b.poll) && spent_ > limits_.gas)
    leave("head", nullptr, b.state);
}

void Evaluation::branch(const Target& t) { enter(t.block, values_of(t.args), t.paid); }

std::string Evaluation::spent_text() const {
  return limits_.sums_charges ? " having spent " + spent_.get_str() : std::string{};
}

void Evaluation::note_charge(const std::string& what, const mpz_class& gas) {
  if (gas == 0)
    return;
  if (!limits_.sums_charges)
    note("charge " + what + " " + gas.get_str());
  spent_ += gas;
}

void Evaluation::leave(const std::string& how, const Inst*, StateId id) {
  std::string line = how;
  if (id != kNone) {
    const FrameState& s = f().states[id];
    line += " pc " + std::to_string(s.pc) + " unused " + std::to_string(s.unused) + " stack";
    // The whole stack, as far as the function knows it. A word stays one, whatever is known of it.
    const auto params = f().values_of(f().blocks[0].params);
    const auto stack = stack_at(id);
    for (size_t i = 0; i < stack.size(); ++i) {
      const ValueId v = stack[i] != kNone ? stack[i] : params[i];
      line += " " + text(value(v)) + ":" + std::string{name(f().type(v))};
    }
  }
  note(line);
  end();
}

/// Slow and plain: each item is looked for from the state upwards.
std::vector<ValueId> Evaluation::stack_at(StateId id) const {
  std::vector<ValueId> stack;
  const auto need = static_cast<int32_t>(f().stack_need);
  for (int32_t p = -need; p < f().states[id].height; ++p) {
    ValueId found = kNone;
    for (StateId s = id; s != kNone && found == kNone; s = f().states[s].parent) {
      const Range items = f().states[s].items;
      for (uint32_t i = 0; i < items.count; ++i) {
        if (f().stack_items[items.begin + i].position == p)
          found = f().stack_items[items.begin + i].value;
      }
    }
    stack.push_back(found);
  }
  return stack;
}

void Evaluation::step(const Inst& inst) {
  begins(inst);
  if (info(inst.op).has(Computes)) {
    return set(inst, reference_result(inst.op, inst.type, f().type(f().args(inst)[0]),
                                      values_of(inst.args)));
  }
  const Target* targets = f().targets.data() + inst.targets.begin;
  switch (inst.op) {
  case Op::GasWords:
    return charge(inst, (in(inst, 0) + 31) / 32);
  case Op::GasBytes:
    return charge(inst, in(inst, 0));
  case Op::GasSigBytes: {
    const mpz_class v = in(inst, 0);
    return charge(inst,
                  v == 0 ? mpz_class{} : mpz_class{(mpz_sizeinbase(v.get_mpz_t(), 2) + 7) / 8});
  }
  case Op::GasLeft:
    // What has been charged, in place of what is left.
    return set(inst, spent_);
  case Op::MemTouch:
    return touch(inst);
  case Op::Load:
  case Op::Store:
    return decode_access(inst.attribute).is_touched ? access(inst) : ask(inst);
  case Op::MemCopy:
    return copy(inst);
  case Op::MemSize:
    return set(inst, memory_.size());
  case Op::Hash:
    // The same as hash.word and hash.pair for one and two words.
    return set(
        inst,
        answer("hash " + std::string(inst.attribute, 'x') + in(inst, 1).get_str() + " " +
               text(in(inst, 1) == 0 ? mpz_class{} : load(in(inst, 0), in(inst, 1).get_ui()))));
  case Op::HashWord:
    return set(inst, answer("hash 32 " + text(in(inst, 0))));
  case Op::HashPair:
    return set(inst, answer("hash 64 " + text((in(inst, 0) << 256) + in(inst, 1))));
  case Op::VarGet:
    return set(inst, frame_.variables.at(inst.attribute));
  case Op::VarSet:
    frame_.variables.at(inst.attribute) = in(inst, 0);
    return next();
  case Op::TrapDivU:
  case Op::TrapDivS:
  case Op::TrapRemU:
  case Op::TrapRemS:
    return divide(inst);
  case Op::CallFunction:
    return call(inst);
  case Op::MessageCall:
    return send_message(inst);
  case Op::Br:
    return branch(targets[0]);
  case Op::BrIf:
    return branch(targets[in(inst, 0) != 0 ? 0 : 1]);
  case Op::BrTable: {
    const uint32_t last = inst.targets.count - 1;
    const mpz_class index = in(inst, 0);
    return branch(targets[index < last ? index.get_ui() : last]);
  }
  default:
    return ask(inst);
  }
}

/// Everything else is a question to the world: named by the op and its operands.
void Evaluation::ask(const Inst& inst) {
  const OpInfo& op = info(inst.op);
  std::string question = std::string{op.text} + "[" + std::to_string(inst.attribute) + "]";
  const MemoryAccesses accesses = memory_accesses(inst);
  const bool exchanged = op.has(Commutes) && in(inst, 0) > in(inst, 1);
  for (size_t i = 0; i < inst.args.count; ++i) {
    // Addresses may be written in more than one way where nothing is accessed.
    if (accesses.count != 0 && i == accesses.ranges[0].address)
      continue;
    question += " " + text(in(inst, i < 2 && exchanged ? 1 - i : i));
  }
  if (op.has(Terminator))
    return leave(question, &inst, inst.state);
  // Pure questions may be asked twice or not at all; others are numbered and written down. The
  // answer of those that only read what the function can write is another one after each write.
  const bool only_looks =
      !op.has(kAllEffects & ~(MayExit | ReadsMemory | ReadsModule)) && inst.result_count != 0;
  if (only_looks && !op.is_pure()) {
    question += " after " + std::to_string(writes_before(inst.op));
    if (op.has(MayExit) && answer(question + " fails") % 9 == 0)
      return before(inst);
  } else if (!op.is_pure()) {
    const mpz_class price = op.has(Charges) ? answer(question + " price") % 1000 : mpz_class{};
    if (spent_ + price > limits_.gas)
      return before(inst);
    note_charge("host", price);
    memory_writes_ += op.has(WritesMemory) ? 1 : 0;
    growths_ += op.has(GrowsMemory) ? 1 : 0;
    module_writes_ += op.has(WritesModule) ? 1 : 0;
    question += " #" + std::to_string(++asked_);
    // How far a block came that could not be paid, only the host can tell.
    if (!limits_.sums_charges || op.has(ReadsHost | WritesHost))
      note(question + spent_text());
  }
  mpz_class reply = answer(question);
  if (inst.op == Op::Context)
    reply = wrap(reply, context_bits(inst.attribute));
  if (inst.op == Op::DataSize)
    reply = wrap(reply, 64);
  if (accesses.count != 0 && accesses.ranges[0].writes) {
    const mpz_class n = in(inst, accesses.ranges[0].length);
    if (n != 0)
      store(in(inst, accesses.ranges[0].address), n.get_ui(), reply);
  }
  if (inst.op == Op::HostExt)
    store(0, std::min<size_t>(memory_.size(), 64), reply);
  for (uint32_t r = 0; r < inst.result_count; ++r)
    define(inst.result + r, reply + r);
  next();
}

mpz_class Evaluation::answer_of_message(const Inst& inst) {
  std::string question = "call.message " + std::to_string(++asked_);
  for (const mpz_class& operand : values_of(inst.args))
    question += " " + text(operand);
  note(question + spent_text());
  ++memory_writes_;
  const mpz_class reply = answer(question);
  if (!memory_.empty())
    store(0, std::min<size_t>(memory_.size(), 64), reply);
  return reply % 2;
}

/// The callee may change all of memory that there is, and goes on behind the call.
void Evaluation::send_message(const Inst& inst) {
  define(inst.result, answer_of_message(inst));
  branch(f().targets[inst.targets.begin]);
}

/// How often what an op reads has been written.
unsigned Evaluation::writes_before(Op op) const {
  if (op == Op::LinearSize)
    return growths_;
  if (info(op).has(ReadsModule))
    return module_writes_;
  return info(op).has(ReadsMemory) ? memory_writes_ : 0;
}

/// Nothing of the op has happened.
void Evaluation::before(const Inst& inst) {
  leave("before " + std::string{info(inst.op).text}, &inst, inst.state);
}

void Evaluation::divide(const Inst& inst) {
  const unsigned width = bits(inst.type);
  const mpz_class a = in(inst, 0), b = in(inst, 1), one = 1;
  const bool overflows = (info(inst.op).failures() & failure(Status::IntegerOverflow)) != 0 &&
                         a == one << (width - 1) && b == (one << width) - 1;
  if (b == 0 || overflows)
    return before(inst);
  const Op total = inst.op == Op::TrapDivU   ? Op::DivU
                   : inst.op == Op::TrapDivS ? Op::DivS
                   : inst.op == Op::TrapRemU ? Op::RemU
                                             : Op::RemS;
  set(inst, reference_result(total, inst.type, Type::None, {a, b}));
}

void Evaluation::charge(const Inst& inst, const mpz_class& units) {
  const mpz_class gas = units * mpz_class{inst.attribute};
  if (spent_ + gas > limits_.gas)
    return before(inst);
  note_charge(std::string{info(inst.op).text}, gas);
  next();
}

void Evaluation::touch(const Inst& inst) {
  const mpz_class offset = in(inst, 0), length = in(inst, 1);
  const mpz_class size = (offset + length + 31) / 32 * 32;
  if (length != 0 && size > memory_.size()) {
    const mpz_class growth = size - memory_.size();
    if (size > limits_.memory || spent_ + growth > limits_.gas)
      return before(inst);
    note_charge("growth", growth);
    memory_.resize(size.get_ui());
  }
  set(inst, offset);
}

void Evaluation::copy(const Inst& inst) {
  const size_t n = in(inst, 2).get_ui();
  if (n != 0)
    std::memmove(&memory_.at(in(inst, 0).get_ui() + n - 1) + 1 - n,
                 &memory_.at(in(inst, 1).get_ui() + n - 1) + 1 - n, n);
  next();
}

/// Of what has been touched.
void Evaluation::access(const Inst& inst) {
  const Access a = decode_access(inst.attribute);
  if (inst.op == Op::Store) {
    store(in(inst, 0), a.width, in(inst, 1), a.is_big_endian);
    return next();
  }
  const mpz_class v = load(in(inst, 0), a.width, a.is_big_endian);
  set(inst, a.is_signed ? as_signed(v, 8 * a.width) : v);
}

mpz_class Evaluation::load(const mpz_class& at, size_t n, bool is_big_endian) const {
  mpz_class v;
  mpz_import(v.get_mpz_t(), n, is_big_endian ? 1 : -1, 1, 0, 0,
             &memory_.at(at.get_ui() + n - 1) + 1 - n);
  return v;
}
/// The low n bytes.
void Evaluation::store(const mpz_class& at, size_t n, const mpz_class& v, bool is_big_endian) {
  if (n == 0)
    return;
  uint8_t* end = &memory_.at(at.get_ui() + n - 1) + 1;
  std::fill(end - n, end, uint8_t{0});
  const mpz_class low = wrap(v, static_cast<unsigned>(8 * n));
  if (low != 0)
    mpz_export(end - (mpz_sizeinbase(low.get_mpz_t(), 2) + 7) / 8, nullptr, 1, 1, 0, 0,
               low.get_mpz_t());
  if (!is_big_endian)
    std::reverse(end - n, end);
}

std::string Evaluation::memory_text() const {
  std::string all = "memory";
  for (size_t n = 0; n < memory_.size(); ++n) {
    if (memory_[n] != 0)
      all += " " + std::to_string(n) + ":" + std::to_string(memory_[n]);
  }
  return all + "\n";
}

std::string evaluate_function(const Function& function, const std::vector<mpz_class>& parameters,
                              const ReferenceLimits& limits) {
  return Evaluation{limits}.run(function, parameters);
}

} // namespace zvm::test
