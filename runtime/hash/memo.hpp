// Keccak-256 of 64 bytes with a memory: the places of elements of mappings, which contracts ask for
// again and again. Each thread has a table of its own, of bounded size, made at its first call.
// Nothing but time tells a hit.
#pragma once

#include "base/types.hpp"

namespace zvm::runtime {

/// Bytes of a thread's table, at most.
inline constexpr size_t kKeccakMemoSize = size_t{4} << 20;

/// keccak256_pair(first, second).
[[nodiscard]] U256 keccak256_pair_memo(const U256& first, const U256& second);

} // namespace zvm::runtime
