// Withdrawals: what the beacon chain pays out in a block (EIP-4895).
#pragma once

#include <span>

#include "runtime/execution.hpp"
#include "runtime/trie/rlp.hpp"

namespace zvm::runtime {

struct Withdrawal {
  uint64_t index = 0;     ///< of the withdrawal, counted over all blocks
  uint64_t validator = 0; ///< its index
  Address recipient{};
  uint64_t amount = 0; ///< gwei: 10^9 wei

  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};

void encode_withdrawal(const Withdrawal&, RlpWriter&);
[[nodiscard]] Result<Withdrawal> decode_withdrawal(RlpReader&);

/// Pays them out into the execution's store. Anything but Success: nothing has been paid.
[[nodiscard]] Status pay_withdrawals(Execution&, std::span<const Withdrawal>);

} // namespace zvm::runtime
