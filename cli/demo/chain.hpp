// The demo's chain: each transaction runs in two tiers, over a state each, and both must come out
// alike.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "zvm/zvm.hpp"

namespace zvm::cli {

/// A message that a transaction led to.
struct CallRecord {
  uint32_t depth = 0;
  CallKind kind = CallKind::Call;
  bool is_static = false;
  Address sender;
  Address recipient;
  std::vector<uint8_t> selector; ///< first bytes of the calldata
  Status status = Status::Success;
  int64_t gas = 0; ///< given, then used, with all that it called
};

struct Receipt {
  TransactionResult result;
  LogList logs;
  int64_t intrinsic_gas = 0;     ///< taken before the first instruction
  std::vector<CallRecord> calls; ///< in order; a tree by their depths
};

class Chain {
 public:
  /// Rules of Osaka. UsageError where there is no memory.
  Chain();

  void fund(const Address& address, const U256& wei);
  /// Fills in nonce, fees and chain id, and commits. UsageError where it is refused or the host
  /// fails.
  void send(Transaction tx, Receipt& receipt);
  [[nodiscard]] U256 storage(const Address& address, const U256& slot);
  [[nodiscard]] std::vector<uint8_t> code(const Address& address);
  [[nodiscard]] Vm vm_of(const Address& address);
  [[nodiscard]] Bytes32 state_root();
  [[nodiscard]] const Engine& engine() const { return reference_.machine->engine(); }
  /// What differed between the tiers so far, a line each.
  [[nodiscard]] const std::vector<std::string>& differences() const { return differences_; }

 private:
  struct Side {
    std::unique_ptr<Machine> machine;
    MemoryStore store;
  };
  void compare(const Receipt& reference, const Receipt& fast);

  Side reference_; ///< tier step, traced
  Side fast_;      ///< tier interp, everything lowered at once
  uint64_t sent_ = 0;
  std::vector<std::string> differences_;
};

} // namespace zvm::cli
