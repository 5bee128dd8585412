// Copies out of read-only data that may end earlier.
#pragma once

#include <algorithm>
#include <cstring>

#include "base/types.hpp"

namespace zvm::runtime {

/// `size` bytes of `source` from `offset` on go to `target`; zeros where it has ended. With size 0
/// target may be anything.
inline void copy_padded(uint8_t* target, ByteView source, const U256& offset, uint64_t size) {
  const uint64_t from = offset.fits_u64() ? std::min(offset.low64(), source.size()) : source.size();
  const uint64_t copied = std::min(size, source.size() - from);
  if (copied != 0)
    std::memcpy(target, source.data() + from, copied);
  if (copied != size)
    std::memset(target + copied, 0, size - copied);
}

} // namespace zvm::runtime
