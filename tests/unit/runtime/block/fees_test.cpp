#include "runtime/block/fees.hpp"

#include <gtest/gtest.h>

namespace zvm::runtime {
namespace {

TEST(BaseFee, IsThatOfTheSpecification) {
  struct Case {
    uint64_t gas_limit, gas_used, parent_fee, fee;
  };
  // Computed by calculate_base_fee_per_gas of ethereum/execution-specs.
  constexpr Case kCases[] = {
      {30000000, 15000000, 1000000000, 1000000000},
      {30000000, 30000000, 1000000000, 1125000000},
      {30000000, 0, 1000000000, 875000000},
      {30000000, 15000001, 7, 8},
      {30000000, 14999999, 7, 7},
      {30000000, 0, 7, 7},
      {36000001, 20000000, 123456789012, 125171466637},
      {5000, 5000, 1, 2},
      {30000000, 29999999, 0, 1},
  };
  for (const Case& one : kCases) {
    BlockHeader parent;
    parent.gas_limit = one.gas_limit;
    parent.gas_used = one.gas_used;
    parent.base_fee = U256{one.parent_fee};
    EXPECT_EQ(next_base_fee(parent), U256{one.fee}) << one.gas_used << " " << one.parent_fee;
  }
}

TEST(BaseFee, MarketsBeginWithAGwei) { EXPECT_EQ(next_base_fee({}), U256{1'000'000'000}); }

TEST(ExcessBlobGas, IsWhatWentOverTheTarget) {
  const gas::Schedule cancun = gas::make_evm_schedule(Revision::Cancun);
  constexpr uint64_t kBlob = 131072;
  EXPECT_EQ(next_excess_blob_gas({}, cancun), 0u);
  EXPECT_EQ(next_excess_blob_gas({0, 2 * kBlob, {}}, cancun), 0u);
  EXPECT_EQ(next_excess_blob_gas({0, 3 * kBlob, {}}, cancun), 0u);
  EXPECT_EQ(next_excess_blob_gas({0, 6 * kBlob, {}}, cancun), 3 * kBlob);
  EXPECT_EQ(next_excess_blob_gas({5 * kBlob, kBlob, {}}, cancun), 3 * kBlob);
  // The target is that of the block, not of its parent.
  EXPECT_EQ(
      next_excess_blob_gas({5 * kBlob, 2 * kBlob, {}}, gas::make_evm_schedule(Revision::Prague)),
      kBlob);
  EXPECT_EQ(next_excess_blob_gas({UINT64_MAX, 6 * kBlob, {}}, cancun), UINT64_MAX);
}

TEST(ExcessBlobGas, DoesNotFallWhileExecutionCostsMore) {
  const gas::Schedule osaka = gas::make_evm_schedule(Revision::Osaka);
  constexpr uint64_t kBlob = 131072;
  // At no excess a blob costs 131,072 wei; 8,192 gas cost more from a base fee of 17 wei on.
  EXPECT_EQ(next_excess_blob_gas({0, 9 * kBlob, U256{16}}, osaka), 3 * kBlob);
  EXPECT_EQ(next_excess_blob_gas({0, 9 * kBlob, U256{17}}, osaka), 9 * kBlob * 3 / 9);
  EXPECT_EQ(next_excess_blob_gas({0, 6 * kBlob, U256{17}}, osaka), 6 * kBlob * 3 / 9);
  EXPECT_EQ(next_excess_blob_gas({0, 6 * kBlob, U256{16}}, osaka), 0u);
  EXPECT_EQ(next_excess_blob_gas({0, 5 * kBlob, U256{17}}, osaka), 0u);
}

TEST(ExcessBlobGas, FollowsTheSchedulesOfForksBetweenRevisions) {
  constexpr uint64_t kBlob = 131072;
  for (const gas::BlobFork& fork : gas::kBlobForks) {
    const auto prices = gas::overrides(fork.blobs);
    const gas::Schedule schedule = gas::make_evm_schedule(fork.revision, prices);
    const auto target = static_cast<uint64_t>(fork.blobs.target);
    EXPECT_EQ(next_excess_blob_gas({0, (target + 1) * kBlob, {}}, schedule), kBlob) << fork.name;
  }
}

} // namespace
} // namespace zvm::runtime
