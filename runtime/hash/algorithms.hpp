// All hash functions by name, from algorithms.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/types.hpp"

namespace zvm::runtime {

struct HashAlgorithm {
  std::string_view name;
  size_t digest;   ///< bytes of output where no other length is asked for
  size_t shortest; ///< bytes of output
  size_t longest;
  size_t unit;  ///< bytes of an element of the input
  size_t least; ///< elements of the input
  size_t most;
  void (*hash)(ByteView data, std::span<uint8_t> out); ///< both of a size that is accepted
  std::string_view text;

  [[nodiscard]] constexpr bool accepts_input(size_t bytes) const {
    return bytes % unit == 0 && bytes / unit >= least && bytes / unit <= most;
  }
  [[nodiscard]] constexpr bool accepts_output(size_t bytes) const {
    return bytes >= shortest && bytes <= longest;
  }
};

[[nodiscard]] std::span<const HashAlgorithm> hash_algorithms();
/// Null where there is none of that name.
[[nodiscard]] const HashAlgorithm* find_hash_algorithm(std::string_view name);

/// Sizes of input at which functions are measured, where they accept them.
inline constexpr size_t kMeasuredSizes[] = {32, 64, 96, 136, 200, 512, 1024, 65536};

} // namespace zvm::runtime
