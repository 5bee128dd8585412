// BlockError: why a block is refused. The rows are in block_error.def.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/table.hpp"

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

inline constexpr BlockErrorInfo kBlockErrorInfo[] = {
#define BLOCK_ERROR(name, source, text) {#name, source, text},
#include "runtime/block/block_error.def"
#undef BLOCK_ERROR
};

inline constexpr BlockErrorInfo kNoBlockError{"?", "", "No refusal has this number."};

[[nodiscard]] constexpr const BlockErrorInfo& info(BlockError error) {
  return row_of(kBlockErrorInfo, error, kNoBlockError);
}

} // namespace zvm::runtime
