#include "tests/fuzz/generators/vocabulary.hpp"

#include "frontend/asm/dialect.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"
#include "tests/fuzz/generators/operands.hpp"

namespace zvm::fuzz {
namespace {

using namespace frontend;

bool is_numbered(const OpcodeInfo& row, std::string_view name) {
  return row.name.starts_with(name) && row.name.size() > name.size() &&
         row.name[name.size()] >= '0' && row.name[name.size()] <= '9';
}

Vocabulary make(Vm vm, const OpcodeTable& table, int reach) {
  Vocabulary v{};
  v.vm = vm;
  v.table = &table;
  v.reach = reach;
  for (unsigned byte = 256; byte-- > 0;) {
    const OpcodeInfo& row = table[byte];
    const auto opcode = static_cast<uint8_t>(byte);
    v.kinds[byte] = operand_kinds(row);
    if (is_numbered(row, "PUSH")) {
      for (unsigned width = 0; width <= row.immediate && row.immediate != 0; ++width)
        v.pushes[width] = opcode;
    }
    if (!row.is_assigned() || is_numbered(row, "PUSH") || is_numbered(row, "DUP") ||
        is_numbered(row, "SWAP") || row.has(Ends | Jumps | Calls))
      continue;
    const std::string_view kinds = v.kinds[byte];
    if (frontend::assembler::stack_operands(row) != 0)
      v.items.push_back(opcode);
    else if (row.has(Extension))
      v.extensions.push_back(opcode);
    else if (is_numbered(row, "LOG"))
      v.logs.push_back(opcode);
    else if (kinds.find('o') != std::string_view::npos)
      v.memory.push_back(opcode);
    else if (kinds.find_first_of("akb") != std::string_view::npos)
      v.state.push_back(opcode);
    else if (row.pops == 0)
      v.context.push_back(opcode);
    else
      v.pure.push_back(opcode);
  }
  return v;
}

// Named bytes of one VM, whose opcodes are OP_name in its namespace.
#define LOWER(name, call) v.name = OP_##name;

Vocabulary make_evm() {
  using namespace frontend::evm;
  Vocabulary v = make(Vm::Evm, kOpcodes, 16);
#include "frontend/common_ops.def"
  v.PUSH1 = OP_PUSH1, v.PUSH2 = OP_PUSH2, v.DUP1 = OP_DUP1, v.SWAP1 = OP_SWAP1, v.STOP = OP_STOP;
  return v;
}

Vocabulary make_zvm() {
  using namespace frontend::zvm;
  Vocabulary v = make(Vm::Zvm, kOpcodes, 4);
// NOLINTNEXTLINE(readability-duplicate-include): once for each VM
#include "frontend/common_ops.def"
  v.PUSH1 = OP_PUSH1, v.PUSH2 = OP_PUSH2, v.DUP1 = OP_DUP1, v.SWAP1 = OP_SWAP1, v.STOP = OP_HALT;
  return v;
}
#undef LOWER

} // namespace

const Vocabulary& vocabulary(Vm vm) {
  static const Vocabulary kEvm = make_evm(), kZvm = make_zvm();
  return vm == Vm::Evm ? kEvm : kZvm;
}

} // namespace zvm::fuzz
