// The byte-coded VMs as the assembler sees them: mnemonics, and which push takes how many bytes.
// Folder frontend/asm, namespace `assembler` because `asm` is a keyword. It stands above the
// frontends whose tables it reads; no frontend knows of it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/vm_info.hpp"
#include "frontend/opcode_table.hpp"

namespace zvm::frontend::assembler {

/// The language of a VM in a revision, without mnemonics where the VM has no byte code; of the ZVM
/// with the opcodes of zvm-1.1, which only the chain can know to be undefined.
class Dialect {
 public:
  explicit Dialect(Vm language, Revision revision = kLatestRevision);

  [[nodiscard]] Vm language() const { return language_; }
  [[nodiscard]] bool has_mnemonics() const { return is_bytecode(language_); }
  [[nodiscard]] Revision revision() const { return revision_; }
  /// The row of a byte; not assigned where this revision has no such opcode.
  [[nodiscard]] const OpcodeInfo& info(uint8_t opcode) const;
  /// The opcode with that mnemonic in any revision, in either case; older and other common names
  /// too.
  [[nodiscard]] std::optional<uint8_t> find(std::string_view mnemonic) const;
  /// The narrowest push with an immediate of at least `width` bytes (0: PUSH0, where there is one).
  [[nodiscard]] uint8_t push(unsigned width) const { return pushes_[width]; }
  /// The row whatever the revision, for messages.
  [[nodiscard]] const OpcodeInfo& row(uint8_t opcode) const { return (*opcodes_)[opcode]; }

 private:
  Vm language_;
  Revision revision_;
  const OpcodeTable* opcodes_;
  std::array<uint8_t, 33> pushes_{};
};

/// True for PUSH0 … PUSH32.
[[nodiscard]] bool is_push(const OpcodeInfo& info);
/// What the immediate of DUPN, SWAPN and EXCHANGE (EIP-8024) is written as: one item of the stack,
/// or two.
[[nodiscard]] unsigned stack_operands(const OpcodeInfo& info);

} // namespace zvm::frontend::assembler
