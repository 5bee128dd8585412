// Kernels forced to variants of one name for a scope.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "runtime/hash/kernels.hpp"

namespace zvm::runtime::testing {

class ForcedKernels {
 public:
  explicit ForcedKernels(std::string_view names) { EXPECT_TRUE(choose_kernels(names)) << names; }
  ~ForcedKernels() { choose_kernels("all"); }
  ForcedKernels(const ForcedKernels&) = delete;
};

/// The names that any kernel has a variant of on this CPU, and "all".
inline std::set<std::string_view> variant_names() {
  std::set<std::string_view> names{"all"};
  for (const KernelVariant& variant : kernel_variants())
    names.insert(variant.name);
  return names;
}

} // namespace zvm::runtime::testing
