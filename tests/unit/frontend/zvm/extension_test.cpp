#include "frontend/zvm/extension.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "frontend/zvm/opcodes.hpp"

namespace zvm::frontend::zvm {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes payload(uint32_t opcode, std::span<const U256> operands, const Bytes& memory = {}) {
  Buffer out;
  EXPECT_EQ(build_payload(opcode, operands, memory, out), Status::Success);
  return {out.begin(), out.end()};
}

TEST(Payload, AddressesAreCutAmountsAreNot) {
  const U256 all = ~U256{};
  const U256 operands[] = {all, U256{2}, all, all};
  Bytes expected(20, 0xff);
  expected.resize(39);
  expected.push_back(2);
  expected.resize(40 + 20 + 32, 0xff);
  EXPECT_EQ(payload(OP_HTS_TRANSFER, operands), expected);
}

TEST(Payload, RangesAreTakenFromMemory) {
  const U256 operands[] = {U256{7}, U256{1}, U256{2}};
  Bytes expected(19);
  expected.insert(expected.end(), {7, 0xb, 0xc});
  EXPECT_EQ(payload(OP_HCS_SUBMIT, operands, {0xa, 0xb, 0xc, 0xd}), expected);
}

TEST(Payload, EmptyRangesHaveNoPlace) {
  const U256 operands[] = {~U256{}, U256{}, ~U256{}, U256{}, ~U256{}, U256{}};
  EXPECT_EQ(payload(OP_PQ_VERIFY_FALCON, operands), Bytes(12));
}

TEST(Payload, SeveralRangesHaveTheirLengths) {
  const U256 operands[] = {U256{0}, U256{1}, U256{1}, U256{2}, U256{3}, U256{0}};
  EXPECT_EQ(payload(OP_PQ_VERIFY_SPHINCS, operands, {0xa, 0xb, 0xc}),
            (Bytes{0, 0, 0, 1, 0xa, 0, 0, 0, 2, 0xb, 0xc, 0, 0, 0, 0}));
}

TEST(Payload, OtherOpcodesHaveNone) {
  Buffer out;
  for (uint32_t opcode = 0; opcode < 300; ++opcode) {
    const bool is_extension = opcode < 256 && kOpcodes[opcode].has(Extension);
    EXPECT_EQ(payload_layout(opcode).is_known, is_extension) << opcode;
  }
  EXPECT_EQ(build_payload(OP_PQ_KEYGEN, {}, {}, out), Status::InvalidOpcode);
}

TEST(Payload, FailsWhereMemoryRunsOut) {
  set_allocation_gate([](size_t) { return false; });
  Buffer out;
  const U256 operands[] = {U256{1}, U256{2}};
  EXPECT_EQ(build_payload(OP_HTS_MINT, operands, {}, out), Status::HostError);
  set_allocation_gate(nullptr);
}

} // namespace
} // namespace zvm::frontend::zvm
