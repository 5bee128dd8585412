// Bytes to assembler text that assembles to the same bytes. Any bytes.
#pragma once

#include <string>

#include "base/types.hpp"
#include "frontend/asm/dialect.hpp"

namespace zvm::frontend::assembler {

struct DisassembleOptions {
  Vm language = Vm::Zvm; ///< of bytes that are no container
  Revision revision = kLatestRevision;
  bool has_offsets = true; ///< the offset of each line as a comment
  bool has_labels = true;  ///< names for the constant destinations of jumps
};

/// A container is shown as one, with the mnemonics of its target. Bytes that are no instruction
/// become `.byte`, an immediate that the end of the code cuts off `.hex`.
[[nodiscard]] std::string disassemble(ByteView bytes, const DisassembleOptions& options = {});

} // namespace zvm::frontend::assembler
