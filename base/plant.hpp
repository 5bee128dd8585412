// Planted defects: what the fuzzers must find, to see that they would. Only builds with fuzz
// targets have them (ZVM_PLANTS); elsewhere the questions are constants.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace zvm {

enum class Plant : uint8_t {
  None,
  Fold,  ///< x - x is 1
  Gas,   ///< blocks that cost 24 gas cost 25
  Alias, ///< in functions of modules, what a variable was is not saved where it changes
  Carry, ///< in functions of modules, an i64.add of the last result loses what bit 31 carries
  Edge, ///< in functions of modules, a branch that is taken is not charged where the other goes on behind it
  Shift,  ///< in functions of modules, an i64.shl of the last result takes its count modulo 32
  Sign,   ///< in functions of modules, what is loaded from the last result is zero-extended
  Bounds, ///< in functions of modules, of the bytes that an integer is loaded from only the first must be inside
};

/// By its name in ZVM_PLANT; unknown ones are none.
[[nodiscard]] constexpr Plant plant_of(std::string_view name) {
  constexpr std::string_view kNames[] = {"",     "fold",  "gas",  "alias", "carry",
                                         "edge", "shift", "sign", "bounds"};
  for (uint8_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name)
      return Plant{i};
  }
  return Plant::None;
}

#if defined(ZVM_PLANTS)
inline Plant planted = Plant::None; ///< set before anything runs
[[nodiscard]] inline bool is_planted(Plant plant) { return planted == plant; }
#else
[[nodiscard]] constexpr bool is_planted(Plant) { return false; }
#endif

} // namespace zvm
