#include "runtime/block/block_error.hpp"

#include "base/table.hpp"

namespace zvm::runtime {
namespace {

constexpr BlockErrorInfo kInfo[] = {
#define BLOCK_ERROR(name, source, text) {#name, source, text},
#include "runtime/block/block_error.def"
#undef BLOCK_ERROR
};
constexpr BlockErrorInfo kNone{"?", "", "No refusal has this number."};

} // namespace

const BlockErrorInfo& info(BlockError error) { return row_of(kInfo, error, kNone); }
std::span<const BlockErrorInfo> block_errors() { return kInfo; }

} // namespace zvm::runtime
