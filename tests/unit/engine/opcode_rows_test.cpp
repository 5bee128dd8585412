// What the rows of the opcode tables say, asked of the engine in every tier: stack needs, static
// prices, which opcodes a static message forbids, and which bytes are none.
#include <gtest/gtest.h>

#include "frontend/asm/dialect.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"
#include "tests/support/case_executor.hpp"

namespace zvm::test {
namespace {

using frontend::OpcodeInfo;
using frontend::OpcodeTable;

/// All opcodes are defined there.
constexpr auto kNewest = static_cast<Revision>(kRevisions - 1);

struct Guest {
  const char* name;
  Vm vm;
  const OpcodeTable* opcodes;
  gas::Schedule schedule;
  uint8_t push1, address; ///< 3 gas; 2 gas
};
const Guest kGuests[] = {
    {"zvm", Vm::Zvm, &frontend::zvm::kOpcodes, gas::make_zvm_schedule(kNewest),
     frontend::zvm::OP_PUSH1, frontend::zvm::OP_ADDRESS},
    {"evm", Vm::Evm, &frontend::evm::kOpcodes, gas::make_evm_schedule(kNewest),
     frontend::evm::OP_PUSH1, frontend::evm::OP_ADDRESS},
};

class OpcodeRows : public testing::TestWithParam<size_t> {
 protected:
  OpcodeRows() : executor_(std::move(make_case_executors()[GetParam()])) {}

  Status run(const Guest& guest, Bytes code, int64_t gas = 1'000'000, bool is_static = false,
             bool zvm_1_1 = true) {
    CaseInput input;
    input.vm = guest.vm;
    input.revision = kNewest;
    input.zvm_1_1 = zvm_1_1;
    input.gas = gas;
    input.is_static = is_static;
    input.self.bytes.fill(0x5e);
    input.caller.bytes.fill(0xca);
    input.extension_result = 1;
    input.pre[input.self].code = std::move(code);
    return executor_->run(input).status;
  }

  template <typename Check>
  void for_each_opcode(Check check) {
    for (const Guest& guest : kGuests) {
      for (unsigned byte = 0; byte < 256; ++byte) {
        const OpcodeInfo& info = (*guest.opcodes)[byte];
        if (!info.is_assigned())
          continue;
        SCOPED_TRACE(std::string{executor_->tier()} + " " + guest.name + " " +
                     std::string{info.name});
        check(guest, static_cast<uint8_t>(byte), info);
      }
    }
  }

  std::unique_ptr<CaseExecutor> executor_;
};

/// `count` zeros on the stack, then the opcode with a zero immediate.
Bytes zeros_then(const Guest& guest, unsigned count, uint8_t opcode) {
  Bytes code;
  for (unsigned i = 0; i < count; ++i)
    code.insert(code.end(), {guest.push1, 0});
  code.push_back(opcode);
  code.resize(code.size() + (*guest.opcodes)[opcode].immediate);
  return code;
}

TEST_P(OpcodeRows, NeedTheirItems) {
  for_each_opcode([&](const Guest& guest, uint8_t opcode, const OpcodeInfo& info) {
    if (info.pops != 0)
      EXPECT_EQ(run(guest, zeros_then(guest, info.pops - 1u, opcode)), Status::StackUnderflow);
    // Those whose immediate names items (EIP-8024) reach no deeper than this.
    const unsigned enough = frontend::assembler::stack_operands(info) != 0 ? 236 : info.pops;
    EXPECT_NE(run(guest, zeros_then(guest, enough, opcode)), Status::StackUnderflow);
  });
}

TEST_P(OpcodeRows, NeedRoomForWhatTheyAdd) {
  for_each_opcode([&](const Guest& guest, uint8_t opcode, const OpcodeInfo& info) {
    Bytes code(1024, guest.address);
    code.push_back(opcode);
    EXPECT_EQ(run(guest, code) == Status::StackOverflow, info.pushes > info.pops);
  });
}

TEST_P(OpcodeRows, NeedTheirStaticGas) {
  for_each_opcode([&](const Guest& guest, uint8_t opcode, const OpcodeInfo& info) {
    const int64_t price = guest.schedule[info.cost];
    if (price != 0)
      EXPECT_EQ(run(guest, zeros_then(guest, info.pops, opcode), 3 * info.pops + price - 1),
                Status::OutOfGas);
  });
}

TEST_P(OpcodeRows, StaticMessagesForbidStateChanges) {
  for_each_opcode([&](const Guest& guest, uint8_t opcode, const OpcodeInfo& info) {
    EXPECT_EQ(run(guest, zeros_then(guest, info.pops, opcode), 1'000'000, /*is_static=*/true) ==
                  Status::StaticViolation,
              info.has(frontend::ChangesState));
  });
}

TEST_P(OpcodeRows, OtherBytesAreInvalid) {
  for (const Guest& guest : kGuests) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      for (const bool zvm_1_1 : {false, true}) {
        if (!(*guest.opcodes)[byte].is_defined(kNewest, zvm_1_1))
          EXPECT_EQ(run(guest, {static_cast<uint8_t>(byte)}, 1'000'000, false, zvm_1_1),
                    Status::InvalidOpcode)
              << guest.name << " " << byte << (zvm_1_1 ? " in zvm-1.1" : "");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tiers, OpcodeRows, testing::Range<size_t>(0, make_case_executors().size()),
                         [](const auto& info) {
                           return std::string{make_case_executors()[info.param]->tier()};
                         });

} // namespace
} // namespace zvm::test
