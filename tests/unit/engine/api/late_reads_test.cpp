// Blocks over a store that answers later: each read is late once, and the block is run again.
#include <set>
#include <tuple>

#include "tests/unit/engine/api/programs.hpp"
#include "tests/unit/runtime/tx/signing.hpp"

namespace zvm::engine {
namespace {

using runtime::testing::signed_legacy;
using runtime::testing::TestKey;

/// Answers each read with Pending the first time.
class LateStore final : public StateStore {
 public:
  explicit LateStore(StateStore& base) : base_(base) {}
  ReadStatus read_account(const Address& a, AccountRecord& r, bool& e) override {
    return is_late('a', a, {}) ? ReadStatus::Pending : base_.read_account(a, r, e);
  }
  ReadStatus read_slot(const Address& a, const U256& k, U256& v) override {
    return is_late('s', a, k) ? ReadStatus::Pending : base_.read_slot(a, k, v);
  }
  ReadStatus read_kv(const Address& a, ByteView k, Buffer& v, bool& e) override {
    return base_.read_kv(a, k, v, e);
  }
  ReadStatus read_code(const Address& a, const Bytes32& h, ByteView& c) override {
    return is_late('c', a, {}) ? ReadStatus::Pending : base_.read_code(a, h, c);
  }
  ReadStatus count_slots(const Address& a, uint64_t& n) override {
    return is_late('n', a, {}) ? ReadStatus::Pending : base_.count_slots(a, n);
  }
  bool apply(const StateDiff& diff) override { return base_.apply(diff); }

 private:
  bool is_late(char kind, const Address& address, const U256& key) {
    return asked_.emplace(kind, address, key).second;
  }
  StateStore& base_;
  std::set<std::tuple<char, Address, U256>> asked_;
};

class LateReads : public testing::TestWithParam<Revision> {};

// A contract that is created has no slots yet, so nobody need ask for the one that its constructor
// writes.
TEST_P(LateReads, SuspendABlockAndNothingElse) {
  VmConfig config;
  config.revision = GetParam();
  const auto machine = make_machine(config);
  const TestKey key{0x11};
  MemoryStore base;
  ASSERT_TRUE(base.put_account(key.address(), {.balance = U256{1'000'000'000'000'000'000}}));
  const std::vector<uint8_t> stops = code_of("00");
  for (const Address& address :
       {runtime::kWithdrawalRequestsAddress, runtime::kConsolidationRequestsAddress,
        runtime::kBuilderDepositsAddress, runtime::kBuilderExitsAddress})
    ASSERT_TRUE(base.put_account(address, {.nonce = 1}, stops));
  runtime::Block block;
  block.header.gas_limit = 60'000'000;
  block.header.number = 10;
  block.header.timestamp = 1012;
  block.header.base_fee = U256{1000};
  block.header.ommers_hash = runtime::kNoOmmersHash;
  block.header.withdrawals_root = Bytes32{};
  block.header.excess_blob_gas = block.header.blob_gas_used = 0;
  block.header.parent_beacon_root = Bytes32{};
  block.header.requests_hash = Bytes32{};
  if (GetParam() == Revision::Amsterdam) {
    block.header.access_list_hash = Bytes32{};
    block.header.slot_number = 1;
  }
  block.withdrawals.emplace();
  const auto made =
      signed_legacy(key, 0, 1000, 900'000, {}, 5, code_of("600160025500")); // 1 to slot 2
  block.transactions = {made};
  const runtime::BlockOptions options{
      .check_parent = false, .check_results = false, .state_root = false};

  OverlayStore expected_state{&base};
  runtime::BlockResult expected;
  ASSERT_EQ(machine->execute_block(expected_state, {block, {}}, options, expected),
            Status::Success);
  ASSERT_EQ(expected.refusal, runtime::BlockError::None) << info(expected.refusal).name;
  ASSERT_TRUE(expected.progress.receipts.at(0).succeeded);

  LateStore late{base};
  runtime::BlockResult result;
  Status status = Status::Suspended;
  for (int runs = 0; status == Status::Suspended && runs < 100; ++runs)
    status = machine->execute_block(late, {block, {}}, options, result);
  ASSERT_EQ(status, Status::Success) << host_failure().message();
  EXPECT_EQ(result.access_list, expected.access_list);
  EXPECT_EQ(result.receipts_root, expected.receipts_root);
  EXPECT_EQ(slot_of(base, expected.progress.receipts[0].created, 2), U256{1});
}

INSTANTIATE_TEST_SUITE_P(All, LateReads, testing::Values(Revision::Osaka, Revision::Amsterdam),
                         [](const auto& info) { return std::string{name(info.param)}; });

} // namespace
} // namespace zvm::engine
