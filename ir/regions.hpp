// Regions: blocks that are paid for together.
#pragma once

#include "ir/function.hpp"

namespace zvm::ir {

/// What a block that has paid for others charges at most: back ends keep it in 32 bits.
inline constexpr int64_t kMostMergedGas = UINT32_MAX;

/// A block without states that only leads forward to another pays for that one, too, unless an
/// instruction in it sees the counter; its edge is marked as paid. The frontend of a guest whose
/// gas is by the region calls this when it has written a function, so that regions are the same for
/// every tier. Linear; false where memory ran out.
[[nodiscard]] bool merge_regions(Function& f);

/// What the block has paid for its target.
[[nodiscard]] int64_t paid_ahead(const Function& f, BlockId b);

} // namespace zvm::ir
