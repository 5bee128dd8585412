// The BlockContext that a block's messages run in, from its header.
#pragma once

#include "runtime/block/header.hpp"
#include "runtime/message.hpp"

namespace zvm::runtime {

/// Chain id and hashes of blocks are taken over from `chain`.
[[nodiscard]] BlockContext block_context(const BlockHeader&, const gas::Schedule&,
                                         const BlockContext& chain);

} // namespace zvm::runtime
