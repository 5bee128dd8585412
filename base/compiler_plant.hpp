// Planted defects of compilers, as base/plant.hpp has those of interpreters.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace zvm {

enum class CompilerPlant : uint8_t {
  None,
#define COMPILER_PLANT(name, text, target, doc) name, ///< doc
#include "base/compiler_plants.def"
#undef COMPILER_PLANT
};

/// By its name in ZVM_PLANT; unknown ones are none.
[[nodiscard]] constexpr CompilerPlant compiler_plant_of(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "",
#define COMPILER_PLANT(name, text, target, doc) text,
#include "base/compiler_plants.def"
#undef COMPILER_PLANT
  };
  for (uint8_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name)
      return CompilerPlant{i};
  }
  return CompilerPlant::None;
}

#if defined(ZVM_PLANTS)
inline CompilerPlant planted_in_compiler = CompilerPlant::None; ///< set before anything runs
[[nodiscard]] inline bool is_planted(CompilerPlant plant) { return planted_in_compiler == plant; }
#else
[[nodiscard]] constexpr bool is_planted(CompilerPlant) { return false; }
#endif

} // namespace zvm
