// ZVM_PLANT in the environment names a defect to plant (base/plants.def).
#pragma once

#include <cstdlib>
#include <string_view>

#include "base/plant.hpp"

namespace zvm::fuzz {

/// Once, before anything runs; later calls do nothing.
inline void plant_defect() {
#if defined(ZVM_PLANTS)
  static const bool kDone = [] {
    const char* text = std::getenv("ZVM_PLANT");
    if (text != nullptr)
      planted = plant_of(text);
    return true;
  }();
  (void)kDone;
#endif
}

} // namespace zvm::fuzz
