// Looking a row of a table up by an enum that an embedder may have cast from any number.
#pragma once

#include <cstddef>

namespace zvm {

/// The row of the enumerator, or `none` where the number is no row's.
template <typename Row, size_t kRows, typename Enum>
[[nodiscard]] constexpr const Row& row_of(const Row (&rows)[kRows], Enum enumerator,
                                          const Row& none) {
  const auto row = static_cast<size_t>(enumerator);
  return row < kRows ? rows[row] : none;
}

} // namespace zvm
