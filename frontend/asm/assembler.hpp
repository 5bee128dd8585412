// Assembler text to bytes, for ZVM and EVM. The syntax is described in docs/zvm-isa.md.
//
// Off the execution path. Any text gives bytes or one error, which says where (line and column) and
// what was expected; time and memory are bounded by the size of the text and kMaxProgram.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "frontend/asm/dialect.hpp"

namespace zvm::frontend::assembler {

/// Most bytes of a text and of what it assembles to, and most blocks that may stand in each other.
inline constexpr size_t kMaxText = 64 << 20;
inline constexpr size_t kMaxProgram = 4 << 20;
inline constexpr size_t kMaxNesting = 16;

struct AssembleOptions {
  Vm language = Vm::Zvm; ///< until a `.vm` or `.container` says otherwise
  Revision revision = kLatestRevision;
  std::map<std::string, U256, std::less<>> symbols; ///< what `$name` stands for
};

struct Program {
  std::vector<uint8_t> bytes;
  Vm language = Vm::Zvm; ///< of the outermost block
  bool is_container = false;
  /// Offsets in the code of the outermost block.
  std::map<std::string, uint64_t, std::less<>> labels;
};

[[nodiscard]] Result<Program> assemble(std::string_view text, const AssembleOptions& options = {});

} // namespace zvm::frontend::assembler
