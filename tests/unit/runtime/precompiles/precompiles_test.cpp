#include "runtime/precompiles/precompiles.hpp"

#include <gtest/gtest.h>

#include "base/alloc.hpp"
#include "runtime/precompiles/curves.hpp"
#include "tests/unit/runtime/precompiles/call.hpp"

namespace zvm::runtime {
namespace {

using testing::call;
using testing::from_text;
using testing::numbered;

TEST(PrecompileSet, GrowsWithTheRevisions) {
  const auto count = [](Revision revision) {
    return ethereum_precompiles(revision).addresses().size();
  };
  EXPECT_EQ(count(Revision::Frontier), 4u);
  EXPECT_EQ(count(Revision::SpuriousDragon), 4u);
  EXPECT_EQ(count(Revision::Byzantium), 8u);
  EXPECT_EQ(count(Revision::Petersburg), 8u);
  EXPECT_EQ(count(Revision::Istanbul), 9u);
  EXPECT_EQ(count(Revision::Shanghai), 9u);
  EXPECT_EQ(count(Revision::Cancun), 10u);
  EXPECT_EQ(count(Revision::Prague), 17u);
  EXPECT_EQ(count(Revision::Osaka), 18u);
}

TEST(PrecompileSet, FindsByAddress) {
  EXPECT_EQ(find_precompile(numbered(0), Revision::Osaka), nullptr);
  EXPECT_EQ(find_precompile(numbered(5), Revision::Homestead), nullptr);
  EXPECT_EQ(find_precompile(numbered(5), Revision::Byzantium)->name, "modexp");
  EXPECT_EQ(find_precompile(numbered(0x100), Revision::Prague), nullptr);
  EXPECT_EQ(find_precompile(numbered(0x100), Revision::Osaka)->name, "p256verify");
  EXPECT_EQ(find_precompile(numbered(0x101), Revision::Osaka), nullptr);
  Address other = numbered(1);
  other.bytes[0] = 1;
  EXPECT_EQ(find_precompile(other, Revision::Osaka), nullptr);
}

TEST(PrecompileSet, MovesAndReplaces) {
  PrecompileSet set{Revision::Frontier};
  const Precompile identity = *set.find(numbered(4));
  Address far;
  far.bytes.fill(0xab);
  set.put(far, identity);
  set.remove(numbered(4));
  set.remove(numbered(4));
  EXPECT_EQ(set.find(numbered(4)), nullptr);
  ASSERT_NE(set.find(far), nullptr);
  EXPECT_EQ(set.find(far)->name, "identity");
  EXPECT_EQ(set.addresses().size(), 4u);
  EXPECT_EQ(set.addresses().back(), far);

  Precompile cheaper = *set.find(numbered(2));
  cheaper.base = 1;
  set.put(numbered(2), cheaper);
  EXPECT_EQ(gas_cost(*set.find(numbered(2)), {}), 1u);
  EXPECT_EQ(set.addresses().size(), 4u);
  // The set of the revision is another value.
  EXPECT_EQ(gas_cost(*find_precompile(numbered(2), Revision::Frontier), {}), 60u);
}

/// Without memory for its output a run ends as HostError and leaves nothing.
TEST(Precompiles, FailingAllocation) {
  const std::vector<uint8_t> input(32, 1);
  for (const uint16_t number : {2, 3, 4}) {
    set_allocation_gate([](size_t) { return false; });
    const testing::Called called = call(number, input);
    set_allocation_gate(nullptr);
    EXPECT_EQ(called.status, Status::HostError);
    EXPECT_EQ(called.output, "");
    EXPECT_FALSE(called.needs_pairing);
  }
}

/// Whatever the input, each precompile answers something that the caller knows.
TEST(Precompiles, AnyInput) {
  const PrecompileSet& set = ethereum_precompiles(Revision::Osaka);
  for (const Address& address : set.addresses()) {
    const Precompile& precompile = *set.find(address);
    for (size_t size = 0; size <= 600; ++size) {
      for (const uint8_t fill : {0x00, 0x01, 0xff}) {
        const std::vector<uint8_t> input(size, fill);
        if (gas_cost(precompile, input) > 100'000)
          continue;
        Buffer output;
        PrecompileContext context;
        const Status status = run(precompile, input, output, context);
        EXPECT_TRUE(status == Status::Success || status == Status::PrecompileFailure ||
                    (status == Status::HostError && context.needs_pairing && !kHasCurves))
            << precompile.name << " with " << size << " bytes " << int{fill};
        EXPECT_TRUE(status == Status::Success || output.empty());
      }
    }
  }
}

} // namespace
} // namespace zvm::runtime
