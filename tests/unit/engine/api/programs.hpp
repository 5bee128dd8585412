// Small programs and a machine for the tests of the API.
#pragma once

#include <gtest/gtest.h>

#include <zvm/zvm.hpp>

namespace zvm::engine {

inline const Address kAlice = to_address(U256{0xa11ce});
inline const Address kBob = to_address(U256{0xb0b});
inline const Address kContract = to_address(U256{0xc0de});

inline std::vector<uint8_t> code_of(std::string_view hex) { return parse_hex(hex).value(); }

/// Slot 0 counts the calls; each returns how many there were before.
inline const std::vector<uint8_t> kCounter = code_of("5f54806001015f555f5260205ff3");
inline const std::vector<uint8_t> kCounterInit =
    code_of("600e8060095f395ff35f54806001015f555f5260205ff3");
/// LOG1 of the word 7 under topic 5, then 1 to slot 1.
inline const std::vector<uint8_t> kLogger = code_of("60075f52600560205fa160016001555f5ff3");
inline const std::vector<uint8_t> kEndless = code_of("5b5f56");
inline const std::vector<uint8_t> kReverts = code_of("60015f5560205ffd");
/// The calldata's first word to slot 0, in ZVM code: CALLDATALOAD, SSTORE, HALT.
inline const std::vector<uint8_t> kZvmStore = code_of("1100b511009100");

inline std::unique_ptr<Machine> make_machine(const VmConfig& config = {},
                                             const EngineOptions& options = {}) {
  return Machine::create(Engine::create(config, options).value());
}

inline U256 slot_of(StateStore& store, const Address& address, const U256& key) {
  U256 value;
  EXPECT_EQ(store.read_slot(address, key, value), ReadStatus::Ok);
  return value;
}

inline AccountRecord account_of(StateStore& store, const Address& address) {
  AccountRecord record;
  bool exists = false;
  EXPECT_EQ(store.read_account(address, record, exists), ReadStatus::Ok);
  return record;
}

} // namespace zvm::engine
