// Messages of some accounts over a state in memory, and operations on registers in short.
#pragma once

#include "runtime/execution.hpp"
#include "runtime/frame.hpp"
#include "runtime/resource/capability.hpp"
#include "runtime/resource/register.hpp"
#include "tests/unit/runtime/state/fixture.hpp"

namespace zvm::runtime::testing {

inline const Address kAlice = address(0xa1), kBob = address(0xb0), kCarol = address(0xca);

class ResourceTest : public ::testing::Test {
 protected:
  static constexpr int64_t kGas = 1'000'000'000;
  static constexpr uint64_t kNow = 1000; ///< seconds
  static constexpr uint32_t kType = 7;
  static constexpr uint64_t kNever = UINT64_MAX;

  ResourceTest() {
    for (const Address& each : {kAlice, kBob, kCarol})
      EXPECT_TRUE(store_.put_account(each, account(1, 0)));
    x_.block.timestamp = kNow;
    frame_.execution = &x_;
    frame_.schedule = &schedule_;
    begin();
  }

  /// A transaction with this for its hash.
  void begin(uint8_t transaction = 0) {
    x_.tx.hash = {};
    x_.tx.hash.bytes[0] = transaction;
    x_.journal.begin(store_, schedule_);
    run_as(kAlice);
  }
  void commit() {
    StateDiff diff;
    ASSERT_OK(x_.journal.finish(diff));
    ASSERT_TRUE(store_.apply(diff));
    begin();
  }
  void run_as(const Address& who) {
    ASSERT_OK(x_.journal.load(who, frame_.account));
    frame_.gas = kGas;
  }

  // As whoever runs; the code, where the status must be success.

  static ResourceCode code(const Answer& answer) {
    EXPECT_OK(answer.status);
    return answer.code;
  }
  Bytes32 create(const Bytes& data = {1, 2, 3}) {
    Bytes32 id;
    EXPECT_EQ(code(create_register(frame_, kType, data, id)), ResourceCode::Ok);
    return id;
  }
  ResourceCode read(const Bytes32& id, uint32_t capability = 0) {
    ByteView data;
    const ResourceCode answer = code(read_register(frame_, id, capability, data));
    read_ = bytes_of(data);
    return answer;
  }
  ResourceCode update(const Bytes32& id, uint32_t capability = 0, const Bytes& data = {4}) {
    return code(update_register(frame_, id, capability, data, made_));
  }
  ResourceCode transfer(const Bytes32& id, const Address& to, uint32_t capability = 0) {
    return code(transfer_register(frame_, id, capability, to, made_));
  }
  ResourceCode consume(const Bytes32& id, uint32_t capability = 0) {
    return code(consume_register(frame_, id, capability, made_));
  }
  ResourceCode set(const Bytes32& id, RegisterStatus to, uint32_t capability = 0) {
    return code(set_register_status(frame_, id, capability, static_cast<uint32_t>(to)));
  }
  RegisterStatus status(const Bytes32& id) {
    auto status = RegisterStatus::Frozen;
    EXPECT_EQ(code(register_status(frame_, id, status)), ResourceCode::Ok);
    return status;
  }
  ResourceCode try_delegate(const Bytes32& id, uint32_t from, uint8_t rights, const Address& to,
                            uint64_t expiry = kNever) {
    return code(delegate_capability(frame_, id, from, rights, to, expiry, number_));
  }
  uint32_t delegate(const Bytes32& id, uint32_t from, uint8_t rights, const Address& to,
                    uint64_t expiry = kNever) {
    EXPECT_EQ(try_delegate(id, from, rights, to, expiry), ResourceCode::Ok);
    return number_;
  }
  ResourceCode revoke(const Bytes32& id, uint32_t capability) {
    return code(revoke_capability(frame_, id, capability));
  }

  gas::Schedule schedule_ = gas::make_wasm_schedule(gas::WasmSchedule::Wasm1, kLatestRevision);
  MemoryStore store_;
  Execution x_;
  Frame frame_;
  Bytes read_;          ///< what read has read
  Bytes32 made_{};      ///< the last successor or nullifier
  uint32_t number_ = 0; ///< the last capability
};

constexpr uint8_t bits(std::initializer_list<Right> rights) {
  uint8_t sum = 0;
  for (const Right right : rights)
    sum = static_cast<uint8_t>(sum | static_cast<uint8_t>(right));
  return sum;
}

} // namespace zvm::runtime::testing
