// BlockError: why a block is refused. The rows are in block_error.def.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace zvm::runtime {

enum class BlockError : uint8_t {
#define BLOCK_ERROR(name, source, text) name,
#include "runtime/block/block_error.def"
#undef BLOCK_ERROR
};

struct BlockErrorInfo {
  std::string_view name;
  std::string_view source;
  std::string_view text;
};

/// Its row; for a number that is no refusal, one that says so.
[[nodiscard]] const BlockErrorInfo& info(BlockError);
/// All rows, in the order of the enum.
[[nodiscard]] std::span<const BlockErrorInfo> block_errors();

} // namespace zvm::runtime
