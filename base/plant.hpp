// Planted defects: what the fuzzers must find, to see that they would. Only builds with fuzz targets have them
// (ZVM_PLANTS); elsewhere the questions are constants.
#pragma once

#include <cstdint>

namespace zvm {

enum class Plant : uint8_t {
  None,
  Fold, ///< x - x is 1
  Gas,  ///< blocks that cost 24 gas cost 25
};

#if defined(ZVM_PLANTS)
inline Plant planted = Plant::None; ///< set before anything runs
[[nodiscard]] inline bool is_planted(Plant plant) { return planted == plant; }
#else
[[nodiscard]] constexpr bool is_planted(Plant) { return false; }
#endif

} // namespace zvm
