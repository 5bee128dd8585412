// A message of a contract over a state in memory, whose host functions are called one by one, as
// code would call them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "engine/wasm/contract/abi.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/execution.hpp"
#include "runtime/frame.hpp"
#include "runtime/host_journal.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::engine::wasm::testing {

/// What became of one call.
struct Called {
  Status status = Status::Success;
  uint64_t result = 0;
  /// What it spent: without the gas that a call takes along, which is in the frame's next message.
  int64_t gas = 0;
  Leaving leaving = Leaving::No;
  uint64_t created_at = 0;
  std::vector<uint8_t> output; ///< that stands nowhere in memory
};

class World {
 public:
  static constexpr int64_t kGas = 10'000'000;
  static constexpr uint64_t kMemory = runtime::kPage;

  explicit World(Revision revision = kLatestRevision)
      : host_(runtime::journal_host(runtime::prepare_call)), bytes_(kMemory) {
    schedule = gas::make_wasm_schedule(gas::WasmSchedule::Wasm1, revision);
    x.block.coinbase = to_address(U256{0xc0});
    x.block.number = 1000;
    x.block.timestamp = 1'700'000'000;
    x.block.gas_limit = 30'000'000;
    x.block.prev_randao = U256{7} << 200;
    x.block.base_fee = 11;
    x.block.chain_id = 1337;
    x.block.block_hash = [](void*, uint64_t number, Bytes32& out) {
      out = to_bytes32(U256{number} << 8);
      return Status::Success;
    };
    x.tx.origin = to_address(U256{0x0419});
    x.tx.gas_price = 13;
    x.host = &host_;
    x.store = &store;
    x.fill_context_words();
    EXPECT_TRUE(store.put_account(self(), {.nonce = 1, .balance = 1000}));
    constexpr uint8_t kCode[] = {0xde, 0xad, 0xbe};
    EXPECT_TRUE(store.put_account(other(), {.nonce = 1, .balance = 500}, kCode));
    EXPECT_TRUE(store.put_slot(self(), 1, 0x1111));
    x.journal.begin(store, schedule);

    memory_.base = bytes_.data();
    memory_.size = kMemory;
    memory_.touched = touched_.data();
    frame.bytes = bytes_.data();
    frame.gas = kGas;
    frame.host = &host_;
    frame.schedule = &schedule;
    frame.execution = &x;
    frame.transaction_words = x.context_words;
    frame.calldata = kInput;
    frame.calldata_size = sizeof kInput;
    frame.return_data = kReturned;
    frame.return_data_size = sizeof kReturned;
    frame.next = &next;
    frame.message.recipient = frame.message.code_address = self();
    frame.message.sender = to_address(U256{0xca11e4});
    frame.message.value = 17;
    frame.message_words[0] = to_word(self());
    frame.message_words[1] = to_word(frame.message.sender);
    frame.message_words[2] = frame.message.value;
    runtime::Account* account = nullptr;
    EXPECT_EQ(x.journal.load(self(), account), Status::Success);
    EXPECT_EQ(x.journal.warm(*account), Status::Success);
    frame.account = account;
  }

  static Address self() { return to_address(U256{0x5e1f}); }
  static Address other() { return to_address(U256{0x07e4}); }

  /// Calls the function of that name, as the engine does it: first what the row costs.
  Called call(std::string_view name, std::vector<uint64_t> operands) {
    const HostRow* row = find_host_row(name);
    EXPECT_NE(row, nullptr) << name;
    EXPECT_EQ(row->signature.find(':'), operands.size()) << name;
    operands.push_back(0); // room for the result
    Called called;
    const int64_t before = frame.gas;
    Buffer output;
    HostCall host_call{frame, memory_, operands.data(), called.leaving, called.created_at, output};
    called.status = runtime::charge(frame, schedule[row->cost]);
    if (called.status == Status::Success)
      called.status = row->routine(host_call);
    called.result = operands[0];
    called.gas = before - frame.gas;
    if (called.leaving == Leaving::Call) {
      const bool sends = next.kind == CallKind::Call && !next.value.is_zero();
      called.gas -= next.gas - (sends ? schedule[gas::Cost::CallStipend] : 0);
    }
    called.output.assign(output.begin(), output.end());
    return called;
  }

  void put(uint64_t at, ByteView bytes) { std::ranges::copy(bytes, &bytes_[at]); }
  void put_word(uint64_t at, const U256& word) { word.store_be(&bytes_[at]); }
  void put_address(uint64_t at, const Address& address) { put(at, address.bytes); }
  [[nodiscard]] ByteView bytes(uint64_t at, uint64_t size) const { return {&bytes_[at], size}; }
  [[nodiscard]] U256 word(uint64_t at) const { return U256::load_be(&bytes_[at]); }
  [[nodiscard]] Address address(uint64_t at) const {
    return to_address(U256::from_be_bytes(bytes(at, 20)));
  }
  [[nodiscard]] const std::vector<uint8_t>& memory() const { return bytes_; }

  static constexpr uint8_t kInput[] = {1, 2, 3, 4, 5};
  static constexpr uint8_t kReturned[] = {9, 8, 7};

  gas::Schedule schedule;
  runtime::MemoryStore store;
  runtime::Execution x;
  runtime::Frame frame;
  runtime::Message next; ///< that the frame sends

 private:
  runtime::HostTable host_;
  std::vector<uint8_t> bytes_;
  std::vector<uint8_t> touched_ = std::vector<uint8_t>(kMemory / runtime::kTouchUnit);
  runtime::LinearMemory memory_;
};

} // namespace zvm::engine::wasm::testing
