// ZVM_PLANT in the environment names a defect to plant (base/plant.hpp, base/compiler_plant.hpp).
#pragma once

#include <cstdlib>
#include <string_view>

#include "base/compiler_plant.hpp"
#include "base/plant.hpp"

namespace zvm::fuzz {

/// Once, before anything runs; later calls do nothing.
inline void plant_defect() {
#if defined(ZVM_PLANTS)
  static const bool kDone = [] {
    const char* text = std::getenv("ZVM_PLANT");
    if (text != nullptr) {
      planted = plant_of(text);
      planted_in_compiler = compiler_plant_of(text);
    }
    return true;
  }();
  (void)kDone;
#endif
}

} // namespace zvm::fuzz
