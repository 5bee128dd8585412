#include "runtime/block/context.hpp"

#include "runtime/tx/blob_fee.hpp"

namespace zvm::runtime {

BlockContext block_context(const BlockHeader& header, const gas::Schedule& schedule,
                           const BlockContext& chain) {
  BlockContext block;
  block.coinbase = header.coinbase;
  block.number = header.number;
  block.timestamp = header.timestamp;
  block.gas_limit = header.gas_limit;
  const bool has_randao = schedule.has(gas::Rule::PrevRandao);
  block.prev_randao = has_randao ? to_word(header.prev_randao) : header.difficulty;
  block.slot_number = header.slot_number.value_or(0);
  block.base_fee = header.base_fee.value_or(U256{});
  if (header.excess_blob_gas) {
    const auto fraction = static_cast<uint64_t>(schedule[gas::Cost::BlobFraction]);
    block.blob_base_fee = blob_base_fee(*header.excess_blob_gas, fraction);
  }
  block.chain_id = chain.chain_id;
  block.block_hash = chain.block_hash;
  block.block_hash_user = chain.block_hash_user;
  return block;
}

} // namespace zvm::runtime
