// The byte-coded VMs as the assembler sees them: mnemonics, and which push takes how many bytes.
// Folder frontend/asm, namespace `assembler` because `asm` is a keyword. It stands above the frontends whose
// tables it reads; no frontend knows of it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "frontend/opcode_table.hpp"
#include "frontend/zvm/container.hpp"

namespace zvm::frontend::assembler {

enum class Language : uint8_t {
  Zvm,
  Evm,
  None, ///< bytes that have no mnemonics here: a container for another VM
};
inline constexpr std::string_view kLanguageNames[] = {"zvm", "evm", "none"};

/// What the code of a container is written in.
[[nodiscard]] constexpr Language language_of(zvm::Target target) {
  return target == zvm::Target::Zvm   ? Language::Zvm
         : target == zvm::Target::Evm ? Language::Evm
                                      : Language::None;
}

/// A language in a revision; of the ZVM with the opcodes of zvm-1.1, which only the chain can know to be undefined.
class Dialect {
 public:
  explicit Dialect(Language language, Revision revision = kLatestRevision);

  [[nodiscard]] Language language() const { return language_; }
  [[nodiscard]] std::string_view name() const {
    return kLanguageNames[static_cast<size_t>(language_)];
  }
  [[nodiscard]] Revision revision() const { return revision_; }
  /// The row of a byte; not assigned where this revision has no such opcode.
  [[nodiscard]] const OpcodeInfo& info(uint8_t opcode) const;
  /// The opcode with that mnemonic in any revision, in either case; older and other common names too.
  [[nodiscard]] std::optional<uint8_t> find(std::string_view mnemonic) const;
  /// The narrowest push with an immediate of at least `width` bytes (0: PUSH0, where there is one).
  [[nodiscard]] uint8_t push(unsigned width) const { return pushes_[width]; }
  /// The row whatever the revision, for messages.
  [[nodiscard]] const OpcodeInfo& row(uint8_t opcode) const { return (*opcodes_)[opcode]; }

 private:
  Language language_;
  Revision revision_;
  const OpcodeTable* opcodes_;
  std::array<uint8_t, 33> pushes_{};
};

/// True for PUSH0 … PUSH32.
[[nodiscard]] bool is_push(const OpcodeInfo& info);
/// What the immediate of DUPN, SWAPN and EXCHANGE (EIP-8024) is written as: one item of the stack, or two.
[[nodiscard]] unsigned stack_operands(const OpcodeInfo& info);

} // namespace zvm::frontend::assembler
