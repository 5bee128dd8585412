#include "frontend/zvm/extension.hpp"

#include "base/host_failure.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::frontend::zvm {
namespace {

struct Row {
  uint8_t opcode;
  std::string_view fields;
};

constexpr Row kLayouts[] = {
    {OP_HTS_TRANSFER, "AAAW"},    {OP_HTS_MINT, "AW"},
    {OP_HTS_BURN, "AW"},          {OP_HTS_ASSOCIATE, "AA"},
    {OP_HTS_DISSOCIATE, "AA"},    {OP_HTS_APPROVE, "AAW"},
    {OP_HTS_CREATE, ""},          {OP_HCS_SUBMIT, "AM"},
    {OP_HCS_CREATE_TOPIC, ""},    {OP_HCS_UPDATE_TOPIC, "AM"},
    {OP_HCS_DELETE_TOPIC, "A"},   {OP_HEDERA_ACCOUNT_ID, ""},
    {OP_HEDERA_TIMESTAMP, ""},    {OP_PQ_VERIFY_DILITHIUM, "LLL"},
    {OP_PQ_VERIFY_FALCON, "LLL"}, {OP_PQ_VERIFY_SPHINCS, "LLL"},
};

constexpr unsigned operand_count(std::string_view fields) {
  unsigned count = 0;
  for (const char field : fields)
    count += field == 'M' || field == 'L' ? 2 : 1;
  return count;
}

// Every extension opcode has a layout, and it takes what the opcode pops.
constexpr bool layouts_fit() {
  unsigned extensions = 0;
  for (const OpcodeInfo& info : kOpcodes)
    extensions += info.has(Extension) ? 1 : 0;
  for (const Row& row : kLayouts) {
    if (!kOpcodes[row.opcode].has(Extension) ||
        kOpcodes[row.opcode].pops != operand_count(row.fields))
      return false;
  }
  return extensions == std::size(kLayouts);
}
static_assert(layouts_fit());

} // namespace

PayloadLayout payload_layout(uint32_t opcode) {
  for (const Row& row : kLayouts) {
    if (row.opcode == opcode)
      return {true, row.fields};
  }
  return {};
}

Status build_payload(uint32_t opcode, std::span<const U256> operands, ByteView memory,
                     Buffer& out) {
  const PayloadLayout layout = payload_layout(opcode);
  if (!layout.is_known)
    return Status::InvalidOpcode;
  ZVM_ASSERT(operands.size() == operand_count(layout.fields));
  out.clear();
  bool fits = true;
  const U256* next = operands.data();
  for (const char field : layout.fields) {
    uint8_t word[32];
    next++->store_be(word);
    if (field == 'A') {
      fits = fits && out.try_append({word + 12, 20});
    } else if (field == 'W') {
      fits = fits && out.try_append(word);
    } else {
      const uint64_t offset = next[-1].low64(), size = next++->low64();
      ZVM_ASSERT(size == 0 || (offset <= memory.size() && size <= memory.size() - offset));
      next[-1].store_be(word);
      if (field == 'L')
        fits = fits && out.try_append({word + 28, 4});
      if (size != 0)
        fits = fits && out.try_append(memory.subspan(offset, size));
    }
  }
  return fits ? Status::Success : out_of_memory();
}

} // namespace zvm::frontend::zvm
