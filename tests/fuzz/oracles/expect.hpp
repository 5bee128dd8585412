// What fuzz targets say when something does not hold.
#pragma once

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace zvm::fuzz {

/// Ends the process, which the fuzzer keeps the input of.
inline void expect(bool holds, std::string_view what, std::string_view detail = {}) {
  if (holds)
    return;
  std::cerr << what << "\n" << detail << "\n";
  std::abort();
}

} // namespace zvm::fuzz
