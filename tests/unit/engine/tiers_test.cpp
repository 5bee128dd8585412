#include "engine/tiers.hpp"

#include <gtest/gtest.h>

#include "base/alloc.hpp"

namespace zvm::engine {
namespace {

constexpr backend::Source kSource{
    .lower = [](void*, uint32_t, ir::Function&) { return false; }, .owner = nullptr, .entries = 3};

TEST(Tiers, OfByteCodeRunSlotCodeThatIsOpenedLater) {
  Tiers tiers;
  EXPECT_EQ(tiers.running(), nullptr);
  EXPECT_EQ(tiers.bytes(), 0u);
  ASSERT_TRUE(tiers.make(kSource, Tier::Interp));
  ASSERT_NE(tiers.running(), nullptr);
  EXPECT_EQ(tiers.running()->entries(), nullptr);
  const uint64_t before = tiers.bytes();
  ASSERT_NE(tiers.running()->open(), nullptr);
  EXPECT_EQ(tiers.bytes(), before + 3 * sizeof(backend::Entry));
}

TEST(Tiers, OfModulesRunWordCodeThatIsOpen) {
  Tiers tiers;
  ASSERT_TRUE(tiers.make(kSource, backend::interp::ModuleSource{}, Tier::Interp));
  ASSERT_NE(tiers.running(), nullptr);
  EXPECT_NE(tiers.running()->entries(), nullptr);
  EXPECT_GE(tiers.bytes(), 3 * sizeof(backend::Entry));
}

TEST(Tiers, AreEmptyWhereMemoryRunsOut) {
  Tiers tiers;
  set_allocation_gate([](size_t) { return false; });
  const bool slots = tiers.make(kSource, Tier::Asmjit),
             words = tiers.make(kSource, backend::interp::ModuleSource{}, Tier::Interp);
  set_allocation_gate(nullptr);
  EXPECT_FALSE(slots);
  EXPECT_FALSE(words);
  EXPECT_EQ(tiers.running(), nullptr);
}

} // namespace
} // namespace zvm::engine
