// The variants of AArch64 are there where the CPU says that it has what they stand on.
#if defined(__aarch64__) && defined(__linux__)

#include <asm/hwcap.h>
#include <gtest/gtest.h>
#include <sys/auxv.h>

#include "tests/unit/runtime/hash/forced_kernels.hpp"

namespace zvm::runtime {
namespace {

TEST(KernelsArm64, VariantsAreThoseOfTheFeatures) {
  const unsigned long features = getauxval(AT_HWCAP);
  const std::set<std::string_view> names = testing::variant_names();
  EXPECT_TRUE(names.contains("neon"));
  EXPECT_EQ(names.contains("ror"), (features & HWCAP_ASIMDDP) != 0);
  EXPECT_EQ(names.contains("sha2"), (features & HWCAP_SHA2) != 0);
  EXPECT_EQ(names.contains("sha3"), (features & HWCAP_SHA3) != 0);
}

} // namespace
} // namespace zvm::runtime

#endif
