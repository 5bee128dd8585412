#include "tests/support/ir/reference.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include "base/guest.hpp"
#include "ir/memory_access.hpp"

namespace zvm::test {

using namespace ir;

namespace {

mpz_class power_of_two(unsigned n) { return mpz_class{1} << n; }

/// The low bits, as an unsigned number.
mpz_class wrap(const mpz_class& v, unsigned bits) {
  mpz_class low;
  mpz_fdiv_r_2exp(low.get_mpz_t(), v.get_mpz_t(), bits);
  return low;
}

mpz_class as_signed(const mpz_class& v, unsigned bits) {
  return mpz_tstbit(v.get_mpz_t(), bits - 1) != 0 ? mpz_class{v - power_of_two(bits)} : v;
}

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

mpz_class reference_result(Op op, Type type, Type source, const std::vector<mpz_class>& in) {
  const unsigned width = bits(type), bytes = width / 8;
  const auto at = [&](size_t i) { return i < in.size() ? in[i] : mpz_class{}; };
  mpz_class a = at(0), b = at(1), c = at(2);
  const mpz_class sa = as_signed(a, width), sb = as_signed(b, width);
  switch (op) {
  case Op::Add:
    return wrap(a + b, width);
  case Op::Sub:
    return wrap(a - b, width);
  case Op::Mul:
    return wrap(a * b, width);
  case Op::DivU:
    return b == 0 ? mpz_class{} : mpz_class{a / b};
  case Op::DivS:
    return b == 0 ? mpz_class{} : wrap(sa / sb, width); // GMP truncates
  case Op::RemU:
    return b == 0 ? mpz_class{} : mpz_class{a % b};
  case Op::RemS:
    return b == 0 ? mpz_class{} : wrap(sa % sb, width);
  case Op::AddMod:
    return c == 0 ? mpz_class{} : mpz_class{(a + b) % c};
  case Op::MulMod:
    return c == 0 ? mpz_class{} : mpz_class{(a * b) % c};
  case Op::Exp: {
    mpz_class v, modulus = power_of_two(width);
    mpz_powm(v.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t(), modulus.get_mpz_t());
    return v;
  }
  case Op::SignExtend: {
    if (a >= bytes - 1)
      return b;
    const auto kept = static_cast<unsigned>(8 * a.get_ui() + 8);
    return wrap(as_signed(wrap(b, kept), kept), width);
  }
  case Op::And:
    return a & b;
  case Op::Or:
    return a | b;
  case Op::Xor:
    return a ^ b;
  case Op::Not:
    return power_of_two(width) - 1 - a;
  case Op::Shl:
    return a >= width ? mpz_class{} : wrap(b << a.get_ui(), width);
  case Op::ShrU:
    return a >= width ? mpz_class{} : mpz_class{b >> a.get_ui()};
  case Op::ShrS:
    return wrap(sb >> (a >= width ? width : a.get_ui()), width); // GMP rounds down
  case Op::ShlWrap:
    return wrap(b << mpz_class{a % width}.get_ui(), width);
  case Op::ShrUWrap:
    return b >> mpz_class{a % width}.get_ui();
  case Op::ShrSWrap:
    return wrap(sb >> mpz_class{a % width}.get_ui(), width);
  case Op::Byte:
    return a >= bytes ? mpz_class{} : mpz_class{(b >> (8 * (bytes - 1 - a.get_ui()))) & 0xff};
  case Op::Clz:
    return a == 0 ? mpz_class{width} : mpz_class{width - mpz_sizeinbase(a.get_mpz_t(), 2)};
  case Op::Ctz:
    return a == 0 ? mpz_class{width} : mpz_class{mpz_scan1(a.get_mpz_t(), 0)};
  case Op::Popcnt:
    return mpz_class{mpz_popcount(a.get_mpz_t())};
  case Op::RotL:
  case Op::RotR: {
    const mpz_class count = a % width;
    const auto left =
        static_cast<unsigned>(op == Op::RotL ? count.get_ui() : (width - count.get_ui()) % width);
    return wrap(b << left, width) + (b >> (width - left));
  }
  case Op::LeU:
    return a <= b ? 1 : 0;
  case Op::LeS:
    return sa <= sb ? 1 : 0;
  case Op::Eq:
    return a == b ? 1 : 0;
  case Op::Ne:
    return a != b ? 1 : 0;
  case Op::LtU:
    return a < b ? 1 : 0;
  case Op::LtS:
    return sa < sb ? 1 : 0;
  case Op::IsZero:
    return a == 0 ? 1 : 0;
  case Op::Select:
    return a != 0 ? b : c;
  case Op::Zext:
    return a;
  case Op::Sext:
    return wrap(as_signed(a, bits(source)), width);
  default: // Trunc
    return wrap(a, width);
  }
}

namespace {

class Evaluation {
 public:
  Evaluation(const Function& f, const ReferenceLimits& limits)
      : f_(f), limits_(limits), values_(f.values.size()), variables_(f.variables.size()) {
    for (ValueId v = 0; v < f.values.size(); ++v) {
      if (f.is_constant(v))
        values_[v] = from_word(f.constant(v));
    }
  }

  std::string run(const std::vector<mpz_class>& parameters) {
    const auto params = f_.values_of(f_.blocks[0].params);
    for (size_t i = 0; i < params.size(); ++i)
      values_[params[i]] = wrap(parameters.at(i), bits(f_.type(params[i])));
    for (block_ = 0; block_ != kNone;) {
      if (++entered_ > limits_.blocks) {
        log_ += "too many blocks\n";
        break;
      }
      const Block& b = f_.blocks[block_];
      note_charge("head", paid_ ? 0 : b.gas);
      if (spent_ > limits_.gas) {
        leave("head", b.state);
        break;
      }
      InstId i = b.first;
      while (i != kNone && step(f_.insts[i]))
        i = f_.insts[i].next;
    }
    log_ += "memory";
    for (size_t n = 0; n < memory_.size(); ++n) {
      if (memory_[n] != 0)
        log_ += " " + std::to_string(n) + ":" + std::to_string(memory_[n]);
    }
    return log_ + "\n";
  }

 private:
  static std::string text(const mpz_class& v) { return v.get_str(16); }
  [[nodiscard]] mpz_class in(const Inst& inst, size_t i) const { return values_[f_.args(inst)[i]]; }

  void note_charge(const std::string& what, const mpz_class& gas) {
    if (gas == 0)
      return;
    log_ += "charge " + what + " " + gas.get_str() + "\n";
    spent_ += gas;
  }

  void leave(std::string_view how, StateId id) {
    log_ += how;
    if (id != kNone) {
      const FrameState& s = f_.states[id];
      log_ += " pc " + std::to_string(s.pc) + " unused " + std::to_string(s.unused) + " stack";
      // The whole stack, as far as the function knows it.
      for (const ValueId v : stack_at(id))
        log_ += " " + text(values_[v]);
    }
    log_ += "\n";
    block_ = kNone;
  }

  /// From the deepest item on. Slow and plain: each item is looked for from the state upwards.
  [[nodiscard]] std::vector<ValueId> stack_at(StateId id) const {
    std::vector<ValueId> stack;
    const auto params = f_.values_of(f_.blocks[0].params);
    for (int32_t p = -static_cast<int32_t>(f_.stack_need); p < f_.states[id].height; ++p) {
      ValueId found = kNone;
      for (StateId s = id; s != kNone && found == kNone; s = f_.states[s].parent) {
        const Range items = f_.states[s].items;
        for (uint32_t i = 0; i < items.count; ++i) {
          if (f_.stack_items[items.begin + i].position == p)
            found = f_.stack_items[items.begin + i].value;
        }
      }
      stack.push_back(found != kNone ? found : params[p + static_cast<int32_t>(f_.stack_need)]);
    }
    return stack;
  }

  void branch(const Target& t) {
    std::vector<mpz_class> args;
    for (const ValueId v : f_.values_of(t.args))
      args.push_back(values_[v]);
    const auto params = f_.values_of(f_.blocks[t.block].params);
    for (size_t i = 0; i < params.size(); ++i)
      values_[params[i]] = args.at(i);
    block_ = t.block;
    paid_ = t.paid;
  }

  /// False where the block is left. Leaving before an op: nothing of it has happened.
  bool step(const Inst& inst) {
    const OpInfo& op = info(inst.op);
    const auto set = [&](const mpz_class& v) {
      values_[inst.result] = wrap(v, bits(f_.type(inst.result)));
    };
    if (op.has(Computes)) {
      std::vector<mpz_class> operands;
      for (const ValueId v : f_.args(inst))
        operands.push_back(values_[v]);
      set(reference_result(inst.op, inst.type, f_.type(f_.args(inst)[0]), operands));
      return true;
    }
    const Target* targets = f_.targets.data() + inst.targets.begin;
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
      set(spent_);
      return true;
    case Op::MemTouch:
      return touch(inst);
    case Op::MemLoad:
      set(load(in(inst, 0), 32));
      return true;
    case Op::MemStore:
      store(in(inst, 0), 32, in(inst, 1));
      return true;
    case Op::MemStore8:
      store(in(inst, 0), 1, in(inst, 1) & 0xff);
      return true;
    case Op::MemCopy: {
      const mpz_class n = in(inst, 2);
      if (n != 0)
        std::memmove(&memory_.at(in(inst, 0).get_ui() + n.get_ui() - 1) + 1 - n.get_ui(),
                     &memory_.at(in(inst, 1).get_ui() + n.get_ui() - 1) + 1 - n.get_ui(),
                     n.get_ui());
      return true;
    }
    case Op::MemSize:
      set(memory_.size());
      return true;
    case Op::Hash:
      // The same as hash.word and hash.pair for one and two words.
      set(answer("hash " + std::string(inst.attribute, 'x') + in(inst, 1).get_str() + " " +
                 text(in(inst, 1) == 0 ? mpz_class{} : load(in(inst, 0), in(inst, 1).get_ui()))));
      return true;
    case Op::HashWord:
      set(answer("hash 32 " + text(in(inst, 0))));
      return true;
    case Op::HashPair:
      set(answer("hash 64 " + text(in(inst, 0) * power_of_two(256) + in(inst, 1))));
      return true;
    case Op::VarGet:
      set(variables_.at(inst.attribute));
      return true;
    case Op::VarSet:
      variables_.at(inst.attribute) = in(inst, 0);
      return true;
    case Op::TrapDivU:
    case Op::TrapDivS:
    case Op::TrapRemU:
    case Op::TrapRemS:
      return trapping(inst);
    case Op::MessageCall:
      send_message(inst);
      return false;
    case Op::Br:
      branch(targets[0]);
      return false;
    case Op::BrIf:
      branch(targets[in(inst, 0) != 0 ? 0 : 1]);
      return false;
    case Op::BrTable: {
      const uint32_t last = inst.targets.count - 1;
      const mpz_class index = in(inst, 0);
      branch(targets[index < last ? index.get_ui() : last]);
      return false;
    }
    default:
      break;
    }
    return ask(inst);
  }

  /// Everything else is a question to the world: named by the op and its operands.
  bool ask(const Inst& inst) {
    const OpInfo& op = info(inst.op);
    std::string question = std::string{op.text} + "[" + std::to_string(inst.attribute) + "]";
    const MemoryAccesses accesses = memory_accesses(inst.op);
    const bool exchanged = op.has(Commutes) && in(inst, 0) > in(inst, 1);
    for (size_t i = 0; i < inst.args.count; ++i) {
      // Addresses may be written in more than one way where nothing is accessed.
      if (accesses.count != 0 && i == accesses.ranges[0].address)
        continue;
      question += " " + text(in(inst, i < 2 && exchanged ? 1 - i : i));
    }
    if (op.has(Terminator)) {
      leave(question, inst.state);
      return false;
    }
    // Pure questions may be asked twice or not at all; others are numbered and written down. The
    // answer of those that only read what the function can write is another one after each write.
    const bool only_looks =
        !op.has(kAllEffects & ~(MayExit | ReadsMemory | ReadsModule)) && inst.result_count != 0;
    if (only_looks && !op.is_pure()) {
      question += " after " + std::to_string(writes_before(inst.op));
      if (op.has(MayExit) && answer(question + " fails") % 9 == 0) {
        leave("before " + std::string{op.text}, inst.state);
        return false;
      }
    } else if (!op.is_pure()) {
      memory_writes_ += op.has(WritesMemory) ? 1 : 0;
      growths_ += op.has(GrowsMemory) ? 1 : 0;
      module_writes_ += op.has(WritesModule) ? 1 : 0;
      question += " #" + std::to_string(++asked_);
      log_ += question + "\n";
    }
    mpz_class reply = answer(question);
    if (inst.op == Op::Context)
      reply = wrap(reply, context_bits(inst.attribute));
    if (inst.op == Op::DataSize)
      reply = wrap(reply, 64);
    if (op.has(Charges))
      note_charge("host", reply % 1000);
    if (accesses.count != 0 && accesses.ranges[0].writes) {
      const mpz_class n = in(inst, accesses.ranges[0].length);
      if (n != 0)
        store(in(inst, accesses.ranges[0].address), n.get_ui(), reply);
    }
    if (inst.op == Op::HostExt)
      store(0, std::min<size_t>(memory_.size(), 64), reply);
    for (uint32_t r = 0; r < inst.result_count; ++r) {
      values_[inst.result + r] = wrap(reply + r, bits(f_.type(inst.result + r)));
    }
    return true;
  }

  /// The callee may change all of memory that there is, and goes on behind the call.
  void send_message(const Inst& inst) {
    std::string question = "call.message " + std::to_string(++asked_);
    for (size_t i = 0; i < inst.args.count; ++i)
      question += " " + text(in(inst, i));
    log_ += question + "\n";
    ++memory_writes_;
    const mpz_class reply = answer(question);
    if (!memory_.empty())
      store(0, std::min<size_t>(memory_.size(), 64), reply);
    values_[inst.result] = reply % 2;
    branch(f_.targets[inst.targets.begin]);
  }

  /// How often what an op reads has been written.
  [[nodiscard]] unsigned writes_before(Op op) const {
    if (op == Op::LinearSize)
      return growths_;
    if (info(op).has(ReadsModule))
      return module_writes_;
    return info(op).has(ReadsMemory) ? memory_writes_ : 0;
  }

  bool trapping(const Inst& inst) {
    const unsigned width = bits(inst.type);
    const mpz_class a = in(inst, 0), b = in(inst, 1);
    const bool overflows = (info(inst.op).failures() & failure(Status::IntegerOverflow)) != 0 &&
                           a == power_of_two(width - 1) && b == power_of_two(width) - 1;
    if (b == 0 || overflows) {
      leave("before " + std::string{info(inst.op).text}, inst.state);
      return false;
    }
    const Op total = inst.op == Op::TrapDivU   ? Op::DivU
                     : inst.op == Op::TrapDivS ? Op::DivS
                     : inst.op == Op::TrapRemU ? Op::RemU
                                               : Op::RemS;
    values_[inst.result] = reference_result(total, inst.type, Type::None, {a, b});
    return true;
  }

  bool charge(const Inst& inst, const mpz_class& units) {
    const mpz_class gas = units * mpz_class{inst.attribute};
    if (spent_ + gas > limits_.gas) {
      leave("before " + std::string{info(inst.op).text}, inst.state);
      return false;
    }
    note_charge(std::string{info(inst.op).text}, gas);
    return true;
  }

  bool touch(const Inst& inst) {
    const mpz_class offset = in(inst, 0), length = in(inst, 1);
    values_[inst.result] = wrap(offset, 64);
    if (length == 0)
      return true;
    const mpz_class size = (offset + length + 31) / 32 * 32;
    if (size <= memory_.size())
      return true;
    if (size > limits_.memory || spent_ + size > limits_.gas) {
      leave("before mem.touch", inst.state);
      return false;
    }
    note_charge("growth", size - memory_.size());
    memory_.resize(size.get_ui());
    return true;
  }

  [[nodiscard]] mpz_class load(const mpz_class& at, size_t n) const {
    mpz_class v;
    mpz_import(v.get_mpz_t(), n, 1, 1, 0, 0, &memory_.at(at.get_ui() + n - 1) + 1 - n);
    return v;
  }
  /// The low n bytes, big-endian.
  void store(const mpz_class& at, size_t n, const mpz_class& v) {
    uint8_t* end = &memory_.at(at.get_ui() + n - 1) + 1;
    std::fill(end - n, end, uint8_t{0});
    const mpz_class low = wrap(v, static_cast<unsigned>(8 * n));
    if (low != 0)
      mpz_export(end - (mpz_sizeinbase(low.get_mpz_t(), 2) + 7) / 8, nullptr, 1, 1, 0, 0,
                 low.get_mpz_t());
  }

  const Function& f_;
  const ReferenceLimits& limits_;
  std::vector<mpz_class> values_, variables_;
  std::vector<uint8_t> memory_;
  mpz_class spent_;
  std::string log_;
  BlockId block_ = 0;
  bool paid_ = false; ///< for the block, by who led there
  unsigned entered_ = 0, asked_ = 0, memory_writes_ = 0, growths_ = 0, module_writes_ = 0;
};

} // namespace

std::string evaluate_function(const Function& function, const std::vector<mpz_class>& parameters,
                              const ReferenceLimits& limits) {
  return Evaluation{function, limits}.run(parameters);
}

} // namespace zvm::test
