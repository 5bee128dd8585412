// Programs of byte code do what the code does one instruction after the other, whatever frames are
// dropped and wherever they are entered; before and after passes.
#include "frontend/program.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "frontend/evm/evm.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/trace.hpp"
#include "frontend/zvm/zvm.hpp"
#include "ir/module_text.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/fuzz/generators/program.hpp"
#include "tests/support/calling_code.hpp"
#include "tests/support/ir/program_machine.hpp"

namespace zvm::frontend {
namespace {

using test::CallingCode;
using test::Choices;
using namespace evm;

constexpr size_t kPadding = 64;

/// Code with what is derived from it.
struct Code {
  explicit Code(std::vector<uint8_t> code, Vm vm = Vm::Evm)
      : guest(vm == Vm::Evm ? evm::kGuest : zvm::kGuest), size(code.size()), bytes(std::move(code)),
        destinations(size / 64 + 1),
        schedule(vm == Vm::Evm ? gas::make_evm_schedule(kLatestRevision)
                               : gas::make_zvm_schedule(kLatestRevision)) {
    bytes.resize(size + kPadding);
    guest.find_destinations({bytes.data(), size}, false, destinations.data());
  }
  [[nodiscard]] Source source() const {
    return {bytes.data(), size, destinations.data(), &schedule};
  }

  const Guest& guest;
  size_t size;
  std::vector<uint8_t> bytes;
  std::vector<uint64_t> destinations;
  gas::Schedule schedule;
};

/// One instruction at a time.
class Steps : public test::SlowForm {
 public:
  explicit Steps(const Code& code) : code_(code) {}
  std::optional<Entry> at(const mpz_class& pc) override {
    // Behind its end code stops.
    if (pc > code_.size)
      return std::nullopt;
    const auto [found, is_new] = steps_.try_emplace(static_cast<uint32_t>(pc.get_ui()));
    if (is_new)
      EXPECT_TRUE(lower_trace(code_.guest, code_.source(), found->first,
                              {.instructions = 1, .jumps = 0}, found->second));
    return Entry{&found->second, 0};
  }

  [[nodiscard]] bool is_destination(const mpz_class& pc) const override {
    return pc < code_.size && code_.source().is_destination(pc.get_ui());
  }

 private:
  const Code& code_;
  std::map<uint32_t, ir::Function> steps_;
};

/// More by ZVM_SEEDS=<number>.
uint64_t seeds() {
  const char* more = std::getenv("ZVM_SEEDS");
  return more != nullptr ? std::strtoull(more, nullptr, 10) : 300;
}

constexpr bool (*kPasses[])(ir::Function&, ir::PassContext&) = {
    ir::ssa, ir::gvn, ir::sccp, ir::params, ir::fold, ir::cse, ir::touches, ir::dce, ir::narrow};

std::string hex(const Code& code) {
  std::string all;
  for (size_t i = 0; i < code.size; ++i)
    all += "0123456789abcdef"[code.bytes[i] >> 4], all += "0123456789abcdef"[code.bytes[i] & 15];
  return all + "\n";
}

/// The program of a code, before and after passes, against its steps. Gives what it consists of.
class Checked {
 public:
  Checked(uint64_t seed, Choices& c, const Code& code) : seed_(seed), c_(c), code_(code) {
    // Whatever has been reached of it.
    std::vector<uint64_t> reached(code.size / 64 + 1);
    for (uint64_t& places : reached)
      places = c.next() | c.next();
    reached[0] |= 1;
    if (!lower_program(code.guest, code.source(),
                       {.reached = c.one_in(3) ? reached.data() : nullptr}, program))
      ADD_FAILURE() << "refused, seed " << seed << '\n' << hex(code);
    else if (is_right("before") && passes() && is_right("after"))
      run();
  }

  [[nodiscard]] unsigned count(ir::Op op) const {
    unsigned n = 0;
    for (const ir::Function& f : program.body_list()) {
      for (const ir::BlockId b : ir::layout(f)) {
        for (const ir::InstId i : ir::body(f, b))
          n += f.insts[i].op == op ? 1 : 0;
      }
    }
    return n;
  }

  ir::Module program;

 private:
  [[nodiscard]] bool is_right(const char* when) const {
    const auto verified = ir::verify(program);
    EXPECT_TRUE(verified) << when << ", seed " << seed_ << ": " << verified.error().message()
                          << '\n'
                          << hex(code_) << ir::print(program);
    return verified.has_value();
  }
  [[nodiscard]] bool passes() {
    ir::PassContext context;
    const bool whole = c_.one_in(3);
    for (ir::Function& f : std::span{program.bodies.get(), program.own_functions()}) {
      if (whole && !ir::optimize(f, ir::Level::Whole, context))
        return false;
      if (c_.one_in(2) && !ir::ssa(f, context))
        return false;
      for (uint32_t n = c_.below(5); n > 0; --n) {
        if (!kPasses[c_.below(std::size(kPasses))](f, context))
          return false;
      }
    }
    return true;
  }
  void run() {
    Steps steps{code_};
    auto pcs = test::entries_of(program);
    pcs.push_back(0);
    const auto any_pc = [&] { return pcs[c_.below(static_cast<uint32_t>(pcs.size()))]; };
    for (unsigned i = 0; i < 3; ++i) {
      test::ProgramRun run{.steps = &steps, .stack = {}};
      run.entry_pc = i == 0 ? 0 : any_pc();
      for (unsigned n = i == 0 ? 0 : 10; n > 0; --n)
        run.stack.emplace_back(c_.one_in(2) ? any_pc() : c_.below(300));
      run.gas = c_.one_in(2) ? 60 + c_.below(1000) : 3000;
      const std::string expected = run_program(run);
      run.fast = &program;
      for (unsigned again = 0; again < 3; ++again) {
        run.seed = c_.next();
        const std::string actual = run_program(run);
        ASSERT_EQ(actual, expected) << "seed " << seed_ << ", from pc " << run.entry_pc << '\n'
                                    << hex(code_) << ir::print(program);
      }
    }
  }

  uint64_t seed_;
  Choices& c_;
  const Code& code_;
};

TEST(Program, OfFunctionsThatCallEachOther) {
  unsigned functions = 0, calls = 0;
  for (uint64_t seed = 0; seed < seeds() && !testing::Test::HasFailure(); ++seed) {
    Choices c{seed};
    const Code code{CallingCode{c}.run()};
    const Checked checked{seed, c, code};
    functions += checked.program.own_functions();
    calls += checked.count(ir::Op::CallFunction);
  }
  EXPECT_GT(functions, seeds());
  EXPECT_GT(calls, seeds() / 2);
}

TEST(Program, OfWhateverRuns) {
  for (uint64_t seed = 0; seed < seeds() / 4 && !testing::Test::HasFailure(); ++seed) {
    Choices c{seed};
    uint8_t bytes[256];
    for (uint8_t& b : bytes)
      b = static_cast<uint8_t>(c.next());
    fuzz::Choices choices{bytes};
    const Vm vm = seed % 2 == 0 ? Vm::Evm : Vm::Zvm;
    const fuzz::Bytes made = fuzz::make_program(choices, vm, {.addresses = {U256{5}}}, {});
    const Code code{{made.begin(), made.end()}, vm};
    const Checked checked{seed, c, code};
  }
}

/// Mostly destinations, constants that name them, and jumps.
TEST(Program, OfAnyBytes) {
  for (uint64_t seed = 0; seed < seeds() && !testing::Test::HasFailure(); ++seed) {
    Choices c{seed};
    std::vector<uint8_t> bytes(20 + c.below(100));
    for (uint8_t& b : bytes) {
      constexpr uint8_t kCommon[] = {OP_JUMPDEST,  OP_PUSH1, OP_PUSH1,    OP_JUMP,
                                     OP_JUMPI,     OP_DUP1,  OP_DUP1 + 1, OP_SWAP1,
                                     OP_SWAP1 + 1, OP_POP,   OP_ADD};
      const uint32_t kind = c.below(8);
      b = kind == 0   ? static_cast<uint8_t>(c.next())
          : kind == 1 ? static_cast<uint8_t>(c.below(120))
                      : kCommon[c.below(std::size(kCommon))];
    }
    const Code code{bytes};
    const Checked checked{seed, c, code};
  }
}

/// Where the stack is deep, each call and each place has all of it.
TEST(Program, TakesNoMoreRoomThanItsCodeIsWorth) {
  const std::vector<uint8_t> calls = {OP_DUP1, OP_DUP1, OP_DUP1, OP_CREATE, OP_POP};
  for (const auto& piece : {calls, {OP_JUMPDEST}}) {
    for (const auto& [times, fits] : {std::pair{2, true}, std::pair{3000, false}}) {
      std::vector<uint8_t> bytes;
      for (unsigned i = 0; i < 850; ++i)
        bytes.insert(bytes.end(), {OP_PUSH1, 1});
      for (int i = 0; i < times; ++i)
        bytes.insert(bytes.end(), piece.begin(), piece.end());
      const Code code{bytes};
      ir::Module program;
      EXPECT_EQ(lower_program(code.guest, code.source(), {}, program), fits);
      EXPECT_TRUE(!fits || ir::verify(program));
    }
  }
}

/// Wherever it comes to the end of its room: in the middle of a function, blocks have no end yet.
TEST(Program, StopsWhereverItsRoomEnds) {
  unsigned stopped = 0;
  for (int reads = 1; reads < 600; reads += 7) {
    std::vector<uint8_t> bytes(800, OP_GAS);
    for (int i = 0; i < reads; ++i)
      bytes.insert(bytes.end(), {OP_GAS, OP_SLOAD, OP_SWAP1 + 15, OP_POP});
    const Code code{bytes};
    for (const uint32_t words : {0u, 1u, 2u, 4u}) {
      ir::Module program;
      const bool fits = lower_program(code.guest, code.source(), {.words = words}, program);
      EXPECT_TRUE(!fits || ir::verify(program));
      stopped += fits ? 0 : 1;
    }
  }
  EXPECT_GT(stopped, 100u);
}

} // namespace
} // namespace zvm::frontend
