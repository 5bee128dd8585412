#include "backend/backend.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace zvm::backend {
namespace {

constexpr uint32_t kEntries = 5;

/// What the tiers of these tests are asked for, and what they answer.
struct Guest {
  std::vector<uint32_t> lowered;
  bool can_lower = true;

  Source source() {
    return {.lower =
                [](void* owner, uint32_t entry, ir::Function&) {
                  auto& guest = *static_cast<Guest*>(owner);
                  guest.lowered.push_back(entry);
                  return guest.can_lower;
                },
            .owner = this,
            .entries = kEntries};
  }
};

constexpr char kPlace = 0, kRefusal = 0, kWaiting[kEntries] = {};

/// Its code is one place, or nothing while there is no memory.
class Tier : public Code {
 public:
  explicit Tier(Guest& guest) : Code(guest.source()) {}
  bool has_memory = true;

 private:
  const void* refusal() const override { return &kRefusal; }
  bool translate(uint32_t, ir::Function&, const void*& code) override {
    code = has_memory ? &kPlace : nullptr;
    return true;
  }
};
class TierThatWaits final : public Tier {
  using Tier::Tier;
  const void* waiting(uint32_t entry) const override { return kWaiting + entry; }
};

TEST(BackendCode, CompilesEachEntryOnce) {
  Guest guest;
  Tier tier{guest};
  EXPECT_EQ(tier.entries(), nullptr);
  EXPECT_EQ(tier.bytes(), 0u);
  Entry* entries = tier.open();
  ASSERT_NE(entries, nullptr);
  EXPECT_EQ(tier.open(), entries);
  EXPECT_EQ(tier.entries(), entries);
  EXPECT_EQ(tier.bytes(), kEntries * sizeof(Entry));
  EXPECT_EQ(entries[3].load(), nullptr);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(tier.compile(3), &kPlace);
    EXPECT_EQ(entries[3].load(), &kPlace);
  }
  EXPECT_EQ(guest.lowered, std::vector<uint32_t>{3});
}

TEST(BackendCode, RefusesForGoodButAsksForMemoryAgain) {
  Guest guest;
  Tier tier{guest};
  ASSERT_NE(tier.open(), nullptr);
  tier.has_memory = false;
  EXPECT_EQ(tier.compile(1), nullptr);
  guest.can_lower = false;
  EXPECT_EQ(tier.compile(1), &kRefusal);
  guest.can_lower = tier.has_memory = true;
  EXPECT_EQ(tier.compile(1), &kRefusal);
  EXPECT_EQ(guest.lowered.size(), 2u);
}

TEST(BackendCode, ReplacesWhatWaitsAtAnEntry) {
  Guest guest;
  TierThatWaits tier{guest};
  const Entry* entries = tier.open();
  ASSERT_NE(entries, nullptr);
  for (uint32_t i = 0; i < kEntries; ++i)
    EXPECT_EQ(entries[i].load(), kWaiting + i);
  EXPECT_EQ(tier.compile(4), &kPlace);
  EXPECT_EQ(tier.compile(4), &kPlace);
  EXPECT_EQ(guest.lowered.size(), 1u);
}

} // namespace
} // namespace zvm::backend
