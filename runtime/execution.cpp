#include "runtime/execution.hpp"

namespace zvm::runtime {

void Execution::refill() {
  steps_left = limits.steps;
  linear_memory_left = limits.memory;
}

void Execution::fill_context_words() {
  const auto set = [this](ContextField field, const U256& word) {
    context_words[static_cast<size_t>(field)] = word;
  };
  set(ContextField::Origin, to_word(tx.origin));
  set(ContextField::GasPrice, tx.gas_price);
  set(ContextField::Coinbase, to_word(block.coinbase));
  set(ContextField::Timestamp, U256{block.timestamp});
  set(ContextField::Number, U256{block.number});
  set(ContextField::PrevRandao, block.prev_randao);
  set(ContextField::GasLimit, U256{block.gas_limit});
  set(ContextField::ChainId, block.chain_id);
  set(ContextField::BaseFee, block.base_fee);
  set(ContextField::BlobBaseFee, block.blob_base_fee);
  set(ContextField::SlotNumber, U256{block.slot_number});
}

} // namespace zvm::runtime
