// Formats of files that people hand to the tool by mistake, told by their first bytes. To an EVM
// any bytes are code.
#pragma once

#include <string_view>

#include "base/types.hpp"

namespace zvm::cli {

struct KnownFormat {
  std::string_view begins;
  std::string_view what; ///< "a gzip file"
};

/// nullptr: the bytes begin as none of them does.
[[nodiscard]] const KnownFormat* find_known_format(ByteView bytes);
/// Whether they begin as an ELF file does: what a compiler for RISC-V writes.
[[nodiscard]] bool is_elf(ByteView bytes);

} // namespace zvm::cli
