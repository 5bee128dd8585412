// What the byte-coded frontends write is correct IR: snippets of all opcodes, and traces of random
// code, before and after the passes, with their gas.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/vm_info.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/lowering.hpp"
#include "frontend/trace.hpp"
#include "frontend/zvm/zvm.hpp"
#include "ir/parse.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/random_function.hpp"
#include "tests/support/ir/reference.hpp"

namespace zvm::ir {
namespace {

using frontend::Guest;

void check_text(const Function& f) {
  const std::string text = print(f);
  const auto again = parse(text);
  ASSERT_TRUE(again) << again.error().message() << '\n' << text;
  EXPECT_EQ(print(*again), text);
}

void check_snippets(const Guest& guest, const gas::Schedule& schedule) {
  Function f;
  for (unsigned op = 0; op < 256; ++op) {
    if (!(*guest.opcodes)[op].is_defined(schedule))
      continue;
    ASSERT_TRUE(frontend::lower_snippet(guest, schedule, static_cast<uint8_t>(op), f));
    const auto verified = verify(f);
    EXPECT_TRUE(verified) << name(guest.vm) << " opcode " << op << ": "
                          << verified.error().message() << '\n'
                          << print(f);
    check_text(f);
  }
}

TEST(IrGuests, SnippetsOfEveryOpcode) {
  for (auto r = Revision::Frontier; r <= kLatestRevision;
       r = static_cast<Revision>(static_cast<int>(r) + 1))
    check_snippets(frontend::evm::kGuest, gas::make_evm_schedule(r));
  gas::Schedule zvm = gas::make_zvm_schedule(kLatestRevision);
  zvm.later_opcodes = true;
  check_snippets(frontend::zvm::kGuest, zvm);
}

// --- traces ---

constexpr size_t kPadding = 64;

/// Code that runs for a while: mostly opcodes whose operands have just been pushed.
std::vector<uint8_t> random_code(test::Choices& c) {
  using namespace frontend::evm;
  constexpr uint8_t kCommon[] = {
      OP_ADD,       OP_MUL,    OP_SUB,          OP_DIV,     OP_SDIV,       OP_MOD,     OP_SMOD,
      OP_EXP,       OP_LT,     OP_GT,           OP_SLT,     OP_EQ,         OP_ISZERO,  OP_AND,
      OP_OR,        OP_XOR,    OP_NOT,          OP_BYTE,    OP_SHL,        OP_SHR,     OP_SAR,
      OP_KECCAK256, OP_CALLER, OP_CALLDATALOAD, OP_MLOAD,   OP_MSTORE,     OP_MSTORE8, OP_SLOAD,
      OP_SSTORE,    OP_GAS,    OP_CALLDATACOPY, OP_MSIZE,   OP_MCOPY,      OP_TLOAD,   OP_ADDMOD,
      OP_MULMOD,    OP_POP,    OP_LOG0 + 1,     OP_BALANCE, OP_SIGNEXTEND,
  };
  std::vector<uint8_t> code;
  while (code.size() < 150) {
    switch (c.below(8)) {
    case 0:
    case 1:
    case 2: {
      const uint32_t n = 1 + c.below(c.one_in(8) ? 32 : 2);
      code.push_back(static_cast<uint8_t>(OP_PUSH1 + n - 1));
      for (uint32_t i = 0; i < n; ++i)
        code.push_back(static_cast<uint8_t>(c.one_in(2) ? c.below(8) * 32 : c.next()));
      break;
    }
    case 3:
      code.push_back(static_cast<uint8_t>(OP_DUP1 + c.below(6)));
      break;
    case 4:
      code.push_back(static_cast<uint8_t>(OP_SWAP1 + c.below(4)));
      break;
    case 5:
      // A jump or a branch to some place, which often is a destination.
      code.push_back(OP_JUMPDEST);
      if (c.one_in(3)) {
        code.push_back(OP_PUSH1);
        code.push_back(static_cast<uint8_t>(c.below(160)));
        code.push_back(c.one_in(3) ? OP_JUMP : OP_JUMPI);
      }
      break;
    default:
      code.push_back(c.one_in(30) ? static_cast<uint8_t>(c.next())
                                  : kCommon[c.below(std::size(kCommon))]);
    }
  }
  return code;
}

/// Writes down which instruction goes into which block, by standing between the lowering and the
/// guest.
struct Recorder {
  static inline Recorder* current = nullptr;
  const Function& function;
  std::vector<SourceStep> steps;

  static void lower(frontend::Lowering& l, uint8_t opcode) {
    const uint32_t length = 1u + frontend::evm::kOpcodes[opcode].immediate;
    const auto block = static_cast<BlockId>(current->function.blocks.size() - 1);
    current->steps.push_back({block, l.next_pc() - length});
    frontend::evm::kGuest.lower(l, opcode);
  }
};

struct Table {
  const std::vector<uint8_t>& code;
  const gas::Schedule& schedule;
};

DynamicGas dynamic_gas(uint8_t opcode) {
  using namespace frontend::evm;
  static const std::map<uint8_t, DynamicGas> kTable = {
      {OP_EXP, kSigBytesGas},
      {OP_KECCAK256, kWordsGas},
      {OP_CALLDATACOPY, kWordsGas},
      {OP_CODECOPY, kWordsGas},
      {OP_RETURNDATACOPY, kWordsGas},
      {OP_MCOPY, kWordsGas},
      {OP_EXTCODECOPY, kWordsGas | kHostGas},
      {OP_SLOAD, kHostGas},
      {OP_SSTORE, kHostGas},
      {OP_BALANCE, kHostGas},
      {OP_EXTCODESIZE, kHostGas},
      {OP_EXTCODEHASH, kHostGas},
      {OP_CALL, kHostGas},
      {OP_CALLCODE, kHostGas},
      {OP_DELEGATECALL, kHostGas},
      {OP_STATICCALL, kHostGas},
      {OP_CREATE, kHostGas | kWordsGas},
      {OP_CREATE2, kHostGas | kWordsGas},
      {OP_SELFDESTRUCT, kHostGas},
      {OP_LOG0, kBytesGas},
      {OP_LOG0 + 1, kBytesGas},
      {OP_LOG0 + 2, kBytesGas},
      {OP_LOG0 + 3, kBytesGas},
      {OP_LOG0 + 4, kBytesGas},
  };
  const auto found = kTable.find(opcode);
  return found == kTable.end() ? 0 : found->second;
}

SourceRow row(const void* table, uint32_t pc) {
  const Table& t = *static_cast<const Table*>(table);
  const uint8_t opcode = t.code[pc];
  return {t.schedule[frontend::evm::kOpcodes[opcode].cost], dynamic_gas(opcode)};
}

TEST(IrGuests, TracesOfRandomCode) {
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  Guest guest = frontend::evm::kGuest;
  guest.lower = Recorder::lower;
  PassContext context;
  Function f;
  unsigned instructions = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    test::Choices choices{seed};
    std::vector<uint8_t> code = random_code(choices);
    const size_t size = code.size();
    code.resize(size + kPadding);
    std::vector<uint64_t> destinations(size / 64 + 1);
    guest.find_destinations({code.data(), size}, false, destinations.data());
    const frontend::Source source{code.data(), size, destinations.data(), &schedule};
    const Table table{code, schedule};
    for (uint32_t pc = 0; pc < size; pc += 1 + choices.below(30)) {
      Recorder recorder{f, {}};
      Recorder::current = &recorder;
      ASSERT_TRUE(frontend::lower_trace(guest, source, pc, {}, f));
      instructions += static_cast<unsigned>(recorder.steps.size());
      const GasSource gas_source{recorder.steps, row, &table};
      const std::string before = print(f);
      const auto check = [&](const char* when) {
        const auto verified = verify(f);
        ASSERT_TRUE(verified) << when << ", seed " << seed << ": " << verified.error().message()
                              << '\n'
                              << before << print(f);
        const auto gas = verify_gas(f, gas_source);
        ASSERT_TRUE(gas) << when << ", seed " << seed << ": " << gas.error().message() << '\n'
                         << before << print(f);
        check_text(f);
      };
      check("before");
      if (HasFatalFailure())
        return;
      std::vector<mpz_class> input = test::random_parameters(choices, f);
      std::string expected;
      for (const int64_t gas : {INT64_MAX, int64_t{100}})
        expected += test::evaluate_function(f, input, {.gas = gas});
      ASSERT_TRUE(optimize(f, Level::Local, context));
      check("after optimize");
      if (HasFatalFailure())
        return;
      ASSERT_TRUE(sccp(f, context) && gvn(f, context) && params(f, context));
      check("after");
      if (HasFatalFailure())
        return;
      std::string actual;
      for (const int64_t gas : {INT64_MAX, int64_t{100}})
        actual += test::evaluate_function(f, input, {.gas = gas});
      ASSERT_EQ(actual, expected) << "seed " << seed << '\n' << before << print(f);
    }
  }
  EXPECT_GT(instructions, 20000u);
}

} // namespace
} // namespace zvm::ir
