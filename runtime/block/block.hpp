// Block: a header with what it stands for, and its encoding.
#pragma once

#include "runtime/block/header.hpp"
#include "runtime/block/withdrawals.hpp"

namespace zvm::runtime {

struct Block {
  BlockHeader header;
  /// Signed bytes of each transaction, as decode_transaction takes them: views of the caller's memory.
  std::vector<ByteView> transactions;
  std::vector<BlockHeader> ommers;
  std::optional<std::vector<Withdrawal>> withdrawals; ///< EIP-4895
};

/// Reads an encoded block; its transactions are views of the bytes. BadRlp.
[[nodiscard]] Result<Block> decode_block(ByteView bytes);
/// Appends the block as a list.
void encode_block(const Block&, RlpWriter&);

/// Keccak-256 of the list of headers.
[[nodiscard]] Bytes32 ommers_hash(std::span<const BlockHeader> ommers);

} // namespace zvm::runtime
