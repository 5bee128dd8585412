// Names for what the demo shows: accounts, storage slots, functions, events.
#pragma once

#include <map>
#include <set>
#include <string>

#include "zvm/zvm.hpp"

namespace zvm::cli {

class Names {
 public:
  void add_account(const Address& address, std::string name) {
    accounts_[address] = std::move(name);
  }
  void add_slot(const Address& address, const U256& slot, std::string name) {
    slots_[{address, to_bytes32(slot)}] = std::move(name);
  }
  /// A slot that holds the address of an account.
  void add_account_slot(const Address& address, const U256& slot, std::string name) {
    account_slots_.insert({address, to_bytes32(slot)});
    add_slot(address, slot, std::move(name));
  }
  /// A mapping's slots for all accounts named so far, as solc and TABLEHASH place them.
  void add_mapping(const Address& address, const U256& slot, const std::string& name);
  /// A function or an event by its signature, "transfer(address,uint256)".
  void add_signature(const std::string& signature);

  [[nodiscard]] std::string account(const Address& address) const;
  [[nodiscard]] std::string slot(const Address& address, const U256& slot) const;
  /// What stands in a slot: a number, or an account.
  [[nodiscard]] std::string value(const Address& address, const U256& slot,
                                  const U256& value) const;
  /// The function that calldata call.
  [[nodiscard]] std::string function(ByteView calldata) const;
  /// An event with its arguments: all are accounts but the last, which is a number.
  [[nodiscard]] std::string event(const LogView& log) const;
  /// A custom error with its arguments: the first is an account, the others are numbers.
  [[nodiscard]] std::string error(ByteView output) const;

 private:
  [[nodiscard]] const std::string* find_signature(ByteView selector) const;

  std::map<Address, std::string> accounts_;
  std::map<std::pair<Address, Bytes32>, std::string> slots_;
  std::set<std::pair<Address, Bytes32>> account_slots_;
  std::map<Bytes32, std::string> signatures_; ///< by Keccak-256
};

/// The first four bytes of the hash of a function's signature.
[[nodiscard]] std::array<uint8_t, 4> selector_of(const std::string& signature);

} // namespace zvm::cli
