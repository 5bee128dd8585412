// The least gas limit that a transaction succeeds with: one less does not, whatever keeps gas back
// or gives it back.
#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

constexpr TxChecks kAsks{.nonce = false, .balance = false, .fees = false, .block_gas = false};

class GasEstimates : public testing::TestWithParam<Revision> {
 protected:
  void SetUp() override {
    machine_ = make_machine({.revision = GetParam()});
    ASSERT_TRUE(store_.put_account(kAlice, {.balance = 1'000'000}));
  }
  void put(uint64_t address, std::string_view code) {
    ASSERT_TRUE(store_.put_account(to_address(address), {.balance = 1000}, code_of(code)));
  }
  [[nodiscard]] static Transaction to_contract(uint64_t address = 0xc0de) {
    Transaction tx;
    tx.sender = kAlice;
    tx.to = to_address(address);
    tx.gas_limit = 40'000'000;
    return tx;
  }
  TransactionResult run(Transaction tx, uint64_t gas_limit) {
    tx.gas_limit = gas_limit;
    TransactionResult result;
    EXPECT_EQ(machine_->execute_transaction(store_, tx, {kAsks, false}, result), Status::Success);
    return result;
  }
  GasEstimate estimate(const Transaction& tx) {
    GasEstimate out;
    EXPECT_EQ(machine_->estimate_gas(store_, tx, kAsks, out), Status::Success);
    return out;
  }
  /// It succeeds with the limit, and not with one less; what it says of it is what happens.
  uint64_t expect_exact(const Transaction& tx) {
    const GasEstimate out = estimate(tx);
    EXPECT_NE(out.gas_limit, 0u);
    const TransactionResult with = run(tx, out.gas_limit);
    EXPECT_EQ(with.status, Status::Success);
    EXPECT_EQ(with.gas_used, out.result.gas_used);
    const TransactionResult without = run(tx, out.gas_limit - 1);
    EXPECT_NE(without.status, Status::Success);
    EXPECT_GE(out.gas_limit, static_cast<uint64_t>(with.gas_used + with.gas_refunded));
    return out.gas_limit;
  }
  [[nodiscard]] static bool has_state_gas() { return GetParam() == Revision::Amsterdam; }

  std::unique_ptr<Machine> machine_;
  MemoryStore store_;
};

TEST_P(GasEstimates, Transfers) {
  Transaction tx = to_contract(0xb0b);
  EXPECT_EQ(expect_exact(tx), has_state_gas() ? 15'000u : 21'000u);
  tx.value = 5; // to nobody yet
  EXPECT_EQ(expect_exact(tx), has_state_gas() ? 21'000u + 183'600 : 21'000u);
  ASSERT_TRUE(store_.put_account(kBob, {.balance = 1}));
  EXPECT_EQ(expect_exact(tx), 21'000u);
}

TEST_P(GasEstimates, TheFloorCounts) {
  Transaction tx = to_contract(0xb0b);
  const std::vector<uint8_t> data(1000, 1);
  tx.data = data;
  EXPECT_EQ(expect_exact(tx), has_state_gas()                 ? 15'000u + 64'000
                              : GetParam() == Revision::Osaka ? 21'000u + 40'000
                                                              : 21'000u + 16'000);
}

TEST_P(GasEstimates, NewSlotsWithAndWithoutReservoir) {
  put(0xc0de, "60015f55");
  EXPECT_EQ(expect_exact(to_contract()),
            has_state_gas() ? 15'000u + 5 + 12'100 + 97'920 : 21'000u + 5 + 22'100);
}

TEST_P(GasEstimates, RefundsAreNeededOnTheWay) {
  // Slot 0 is cleared, which refunds; the sentry of SSTORE is no cost either, but has to be there.
  ASSERT_TRUE(store_.put_account(kContract, {}, code_of("5f5f55600160015560016002555f600255")));
  ASSERT_TRUE(store_.put_slot(kContract, U256{}, U256{7}));
  const uint64_t least = expect_exact(to_contract());
  EXPECT_GT(least, static_cast<uint64_t>(run(to_contract(), least).gas_used));
}

TEST_P(GasEstimates, StateGasThatComesBackIsNeededOnTheWay) {
  // Sets 20 slots, then clears them: 1,958,400 of state gas come back.
  std::string code;
  for (const char* value : {"6001", "5f"}) {
    for (int i = 1; i <= 20; ++i)
      code += std::string{value} + "60" + to_hex(Bytes32{{static_cast<uint8_t>(i)}}).substr(2, 2) +
              "55";
  }
  put(0xc0de, code);
  const uint64_t least = expect_exact(to_contract());
  const TransactionResult done = run(to_contract(), least);
  EXPECT_EQ(done.state_gas_used, 0);
  if (has_state_gas()) {
    EXPECT_GT(least, 20u * 97'920 + static_cast<uint64_t>(done.gas_used) / 2);
  }
}

TEST_P(GasEstimates, CallsKeepGasBack) {
  // c0de calls ca11, and fails where that fails; ca11 sets a slot and burns gas.
  put(0xca11, "60015f556113885b6001900380600757"); // a loop of 5,000
  put(0xc0de, "5f5f5f5f5f61ca115af115600f57005b5f5ffd");
  const uint64_t least = expect_exact(to_contract());
  EXPECT_GT(least, static_cast<uint64_t>(run(to_contract(), least).gas_used));
}

TEST_P(GasEstimates, OverTheCapOnlyStateIsPaid) {
  // Creates contracts with code of 24,000 bytes, again and again: state gas of far more than the
  // cap.
  Transaction tx = to_contract();
  put(0xc0de,
      "6d615dc05ff30000000000000000005f52600e60125ff0600e60125ff0600e60125ff015602857005b5f5ffd");
  tx.gas_limit = 400'000'000;
  const uint64_t least = expect_exact(tx);
  if (has_state_gas()) {
    EXPECT_GT(least, 16'777'216u);
  }
}

TEST_P(GasEstimates, Creations) {
  Transaction tx = to_contract();
  tx.is_create = true;
  const std::vector<uint8_t> init = code_of("60205ff3"); // 32 zero bytes
  tx.data = init;
  const uint64_t intrinsic = (has_state_gas() ? 24'000u : 53'000u) + 4 * 16 + 2;
  EXPECT_EQ(expect_exact(tx),
            has_state_gas() ? intrinsic + 8 + 183'600 + 6 + 32 * 1'530 : intrinsic + 8 + 32 * 200);
}

TEST_P(GasEstimates, WhatFailsHasNone) {
  put(0xc0de, "5f5ffd");
  GasEstimate out = estimate(to_contract());
  EXPECT_EQ(out.gas_limit, 0u);
  EXPECT_EQ(out.result.status, Status::Revert);
  Transaction tx = to_contract();
  tx.gas_limit = 100;
  out = estimate(tx);
  EXPECT_EQ(out.gas_limit, 0u);
  EXPECT_EQ(out.result.refusal, TxError::IntrinsicGasTooLow);
}

TEST_P(GasEstimates, NothingIsCommitted) {
  put(0xc0de, "60015f55");
  (void)estimate(to_contract());
  EXPECT_EQ(slot_of(store_, kContract, U256{}), U256{});
  EXPECT_EQ(account_of(store_, kAlice).nonce, 0u);
}

INSTANTIATE_TEST_SUITE_P(Revisions, GasEstimates,
                         testing::Values(Revision::Shanghai, Revision::Osaka, Revision::Amsterdam),
                         [](const auto& tested) { return std::string{name(tested.param)}; });

} // namespace
} // namespace zvm::engine
