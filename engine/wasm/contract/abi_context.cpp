// What a contract may ask about its message, transaction and block, and its input.
#include <algorithm>

#include "base/guest.hpp"
#include "engine/wasm/contract/abi_routines.hpp"
#include "runtime/copy.hpp"
#include "runtime/execution.hpp"

namespace zvm::engine::wasm::abi {
namespace {

const U256& context(const HostCall& call, ContextField field) {
  const auto index = static_cast<size_t>(field);
  return index < kMessageFields ? call.frame.message_words[index]
                                : call.frame.transaction_words[index];
}

Status write_word(HostCall& call, ContextField field) {
  uint8_t* out = word_at(call, 0);
  if (out == nullptr)
    return Status::MemoryViolation;
  context(call, field).store_be(out);
  return Status::Success;
}

Status write_address(HostCall& call, ContextField field) {
  uint8_t* out = address_at(call, 0);
  if (out == nullptr)
    return Status::MemoryViolation;
  store_address(context(call, field), out);
  return Status::Success;
}

/// Nothing is cut off: what does not fit is all ones.
Status give_number(HostCall& call, ContextField field) {
  const U256& word = context(call, field);
  give(call, word.fits_u64() ? word.low64() : UINT64_MAX);
  return Status::Success;
}

} // namespace

Status get_caller(HostCall& call) { return write_address(call, ContextField::Caller); }
Status get_origin(HostCall& call) { return write_address(call, ContextField::Origin); }
Status get_address(HostCall& call) { return write_address(call, ContextField::Address); }
Status get_coinbase(HostCall& call) { return write_address(call, ContextField::Coinbase); }
Status get_value(HostCall& call) { return write_word(call, ContextField::Value); }
Status get_gas_price(HostCall& call) { return write_word(call, ContextField::GasPrice); }
Status get_base_fee(HostCall& call) { return write_word(call, ContextField::BaseFee); }
Status get_prevrandao(HostCall& call) { return write_word(call, ContextField::PrevRandao); }
Status get_block_number(HostCall& call) { return give_number(call, ContextField::Number); }
Status get_block_timestamp(HostCall& call) { return give_number(call, ContextField::Timestamp); }
Status get_chain_id(HostCall& call) { return give_number(call, ContextField::ChainId); }
Status get_block_gas_limit(HostCall& call) { return give_number(call, ContextField::GasLimit); }

Status get_self_balance(HostCall& call) {
  uint8_t* out = word_at(call, 0);
  if (out == nullptr)
    return Status::MemoryViolation;
  U256 wei;
  ZVM_RETURN_UNLESS_SUCCESS(call.frame.host->self_balance(call.frame, wei));
  wei.store_be(out);
  return Status::Success;
}

Status get_balance(HostCall& call) {
  return read_word<&runtime::HostTable::balance, kAddressSize>(call);
}

Status gas_left(HostCall& call) {
  give(call, static_cast<uint64_t>(call.frame.gas));
  return Status::Success;
}

Status get_block_hash(HostCall& call) {
  uint8_t* out = word_at(call, 1);
  if (out == nullptr)
    return Status::MemoryViolation;
  U256 hash;
  ZVM_RETURN_UNLESS_SUCCESS(call.frame.host->block_hash(call.frame, U256{call.slots[0]}, hash));
  hash.store_be(out);
  give(call, hash.is_zero() ? 0 : 1);
  return Status::Success;
}

Status dao_context(HostCall& call) {
  const uint64_t size = call.u32(1);
  uint8_t* out = bytes_at(call, 0, size);
  if (out == nullptr)
    return Status::MemoryViolation;
  const runtime::DaoContext& dao = call.frame.execution->dao;
  const auto encoded = runtime::encode(dao);
  const uint64_t written = dao.present ? std::min<uint64_t>(size, encoded.size()) : 0;
  std::memcpy(out, encoded.data(), written);
  give(call, written);
  return Status::Success;
}

Status input_size(HostCall& call) {
  give(call, static_cast<uint32_t>(call.frame.calldata_size));
  return Status::Success;
}

Status input_copy(HostCall& call) {
  const uint64_t size = call.u32(2);
  uint8_t* out = bytes_at(call, 0, size);
  if (out == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::CopyWord, size));
  const runtime::Frame& frame = call.frame;
  runtime::copy_padded(out, {frame.calldata, frame.calldata_size}, U256{call.u32(1)}, size);
  return Status::Success;
}

} // namespace zvm::engine::wasm::abi
