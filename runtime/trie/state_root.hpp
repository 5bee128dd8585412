// Hashes of state and logs: the storage and account tries of a state, and the hash of a log list.
#pragma once

#include <memory>
#include <vector>

#include "runtime/state/journal.hpp"

namespace zvm::runtime {

/// Computes state roots. Every account that exists counts, empty ones too: whether those are there is the
/// transactions' business (EIP-161). Memory is kept from one root to the next.
class StateRoot final : public StateVisitor {
 public:
  StateRoot();
  StateRoot(StateRoot&&) noexcept;
  StateRoot& operator=(StateRoot&&) noexcept;
  ~StateRoot() override;

  /// Error or Pending, and zeros, where the store's walk does not reach its end.
  [[nodiscard]] ReadStatus compute(StateStore&, Bytes32& root);

  [[nodiscard]] bool begin_account(const Address&, const AccountRecord&) override;
  [[nodiscard]] bool slot(const U256& key, const U256& value) override;
  /// No part of Ethereum's state: the byte column is not in its roots.
  [[nodiscard]] bool kv(ByteView, ByteView) override { return true; }
  [[nodiscard]] bool end_account() override;

 private:
  Address address_;
  AccountRecord record_;
  struct Tries;
  std::unique_ptr<Tries> tries_;
  std::vector<uint8_t> value_;
};

/// Keccak-256 of the RLP of the journal's logs: a list of [address, topics, data].
[[nodiscard]] Bytes32 logs_hash(const Journal&);

} // namespace zvm::runtime
