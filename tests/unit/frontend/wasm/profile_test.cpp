#include "frontend/wasm/profile.hpp"

#include <gtest/gtest.h>

namespace zvm::frontend::wasm {
namespace {

TEST(WasmProfile, VersionsGrow) {
  EXPECT_FALSE(features_of_version(1).has(Feature::Simd));
  EXPECT_TRUE(features_of_version(2).has(Feature::Simd));
  EXPECT_FALSE(features_of_version(2).has(Feature::TailCalls));
  EXPECT_TRUE(features_of_version(3).has(Feature::Memory64));
  EXPECT_TRUE(kEngineProfile.features.has(Feature::WideArithmetic));
  EXPECT_FALSE(kEngineProfile.features.has(Feature::Gc));
}

// Who is refused for it is told what to do.
TEST(WasmProfile, FeaturesHaveRemedies) {
  for (size_t i = 0; i < std::size(kFeatureTexts); ++i) {
    const auto feature = static_cast<Feature>(i);
    EXPECT_EQ(remedy(feature).empty(), feature == Feature::Core) << text(feature);
  }
  EXPECT_EQ(remedy(Feature::Simd),
            "compile without simd128 (clang -mno-simd128, rustc -C target-feature=-simd128)");
}

TEST(WasmProfile, ContractsHaveNoFloats) {
  EXPECT_TRUE(kContractProfile.features.has(Feature::BulkMemory));
  for (const Feature feature : {Feature::Floats, Feature::Simd, Feature::ReferenceTypes})
    EXPECT_FALSE(kContractProfile.features.has(feature)) << text(feature);
  EXPECT_EQ(kContractProfile.limits.functions, 8192u);
  EXPECT_EQ(kContractProfile.limits.module_size, 1u << 20);
}

} // namespace
} // namespace zvm::frontend::wasm
