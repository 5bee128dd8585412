#include "frontend/asm/dialect.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::frontend::assembler {
namespace {

constexpr OpcodeTable kNoOpcodes{};

struct Alias {
  Vm language;
  std::string_view name;
  uint8_t opcode;
};
constexpr Alias kAliases[] = {
    {Vm::Evm, "SHA3", evm::OP_KECCAK256},
    {Vm::Evm, "DIFFICULTY", evm::OP_PREVRANDAO},
    {Vm::Evm, "SUICIDE", evm::OP_SELFDESTRUCT},
    {Vm::Zvm, "STOP", zvm::OP_HALT},
};

const OpcodeTable* table(Vm language) {
  return language == Vm::Zvm ? &zvm::kOpcodes : language == Vm::Evm ? &evm::kOpcodes : &kNoOpcodes;
}

} // namespace

bool is_push(const OpcodeInfo& info) {
  return info.name.starts_with("PUSH") && info.pops == 0 && info.pushes == 1;
}

unsigned stack_operands(const OpcodeInfo& info) {
  if (info.name == "EXCHANGE")
    return 2;
  return info.name == "DUPN" || info.name == "SWAPN" ? 1 : 0;
}

Dialect::Dialect(Vm language, Revision revision)
    : language_(language), revision_(revision), opcodes_(table(language)) {
  for (unsigned byte = 256; byte-- > 0;) {
    const OpcodeInfo& row = (*opcodes_)[byte];
    if (!is_push(row) || !row.is_defined(revision, /*with_later=*/true))
      continue;
    for (unsigned width = 0; width <= row.immediate; ++width) {
      const OpcodeInfo& other = (*opcodes_)[pushes_[width]];
      if (!is_push(other) || other.immediate >= row.immediate)
        pushes_[width] = static_cast<uint8_t>(byte);
    }
  }
}

const OpcodeInfo& Dialect::info(uint8_t opcode) const {
  const OpcodeInfo& row = (*opcodes_)[opcode];
  return row.is_defined(revision_, /*with_later=*/true) ? row : kNoOpcodes[0];
}

std::optional<uint8_t> Dialect::find(std::string_view mnemonic) const {
  std::string upper{mnemonic};
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (unsigned byte = 0; byte < 256; ++byte) {
    if ((*opcodes_)[byte].name == upper && !upper.empty())
      return static_cast<uint8_t>(byte);
  }
  for (const Alias& alias : kAliases) {
    if (alias.language == language_ && alias.name == upper)
      return alias.opcode;
  }
  return std::nullopt;
}

} // namespace zvm::frontend::assembler
