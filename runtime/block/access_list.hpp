// The access list of a block (EIP-7928): every account and slot that it has touched, and what has changed when. The byte
// column of WASM contracts is no part of it.
#pragma once

#include <vector>

#include "base/types.hpp"
#include "runtime/trie/rlp.hpp"

namespace zvm::runtime {

/// A value that a step of the block left. Steps: 0 before the transactions, i + 1 transaction i, the last what follows them.
template <typename T>
struct AccessChange {
  uint32_t step = 0;
  T value{};
  friend bool operator==(const AccessChange&, const AccessChange&) = default;
};

struct SlotAccess {
  U256 slot;
  std::vector<AccessChange<U256>> changes; ///< by step; not empty
  friend bool operator==(const SlotAccess&, const SlotAccess&) = default;
};

struct AccountAccess {
  Address address{};
  std::vector<SlotAccess> written;          ///< by slot
  std::vector<U256> read;                   ///< slots that are not in `written`, in ascending order
  std::vector<AccessChange<U256>> balances; ///< wei
  std::vector<AccessChange<uint64_t>> nonces;
  std::vector<AccessChange<std::vector<uint8_t>>> codes;
  friend bool operator==(const AccountAccess&, const AccountAccess&) = default;
};

/// By address. Accounts that were only looked at are there, without changes.
using AccessList = std::vector<AccountAccess>;

/// Appends the list.
void encode_access_list(const AccessList&, RlpWriter&);
/// Keccak-256 of the encoding, as the header has it.
[[nodiscard]] Bytes32 access_list_hash(const AccessList&);
/// Accounts and slots: what a block's gas limit bounds.
[[nodiscard]] uint64_t item_count(const AccessList&);

} // namespace zvm::runtime
