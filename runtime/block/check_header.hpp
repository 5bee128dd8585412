// Whether a header may follow its parent, as far as that can be said without running the block.
#pragma once

#include "gas/schedule.hpp"
#include "runtime/block/block_error.hpp"
#include "runtime/block/header.hpp"

namespace zvm::runtime {

/// The first rule that the header breaks. The schedule is that of the block itself. Proof of work is not checked.
[[nodiscard]] BlockError check_header(const BlockHeader& header, const BlockHeader& parent,
                                      const gas::Schedule&);

} // namespace zvm::runtime
