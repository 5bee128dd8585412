// Roots of the lists of a block: tries whose keys are the places in the list, in RLP.
#pragma once

#include <span>

#include "runtime/block/receipt.hpp"
#include "runtime/block/withdrawals.hpp"

namespace zvm::runtime {

/// Of the items as they are.
[[nodiscard]] Bytes32 list_root(std::span<const ByteView> items);
/// Of the signed bytes of the transactions.
[[nodiscard]] inline Bytes32 transactions_root(std::span<const ByteView> transactions) {
  return list_root(transactions);
}
[[nodiscard]] Bytes32 receipts_root(std::span<const Receipt>);
[[nodiscard]] Bytes32 withdrawals_root(std::span<const Withdrawal>);

/// The filter of all receipts together.
[[nodiscard]] Bloom block_bloom(std::span<const Receipt>);

} // namespace zvm::runtime
