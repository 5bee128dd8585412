// Planted defects: what the fuzzers must find, to see that they would. Only builds with fuzz
// targets have them (ZVM_PLANTS); elsewhere the questions are constants.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace zvm {

enum class Plant : uint8_t {
  None,
#define PLANT(name, text, target, doc) name, ///< doc
#include "base/plants.def"
#undef PLANT
};

/// By its name in ZVM_PLANT; unknown ones are none.
[[nodiscard]] constexpr Plant plant_of(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "",
#define PLANT(name, text, target, doc) text,
#include "base/plants.def"
#undef PLANT
  };
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
