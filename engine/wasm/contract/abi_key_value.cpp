// The byte column: values by keys of bytes, beside the account's slots.
#include <algorithm>

#include "engine/wasm/contract/abi_routines.hpp"
#include "runtime/execution.hpp"
#include "runtime/store_price.hpp"

namespace zvm::engine::wasm::abi {
namespace {

using runtime::Journal;
using runtime::KvEntry;
using runtime::KvValue;

/// Bytes of a key, or of a value, that the price of a slot covers.
constexpr uint64_t kCovered = kWordSize;

constexpr uint64_t beyond_covered(uint64_t bytes) { return bytes - std::min(bytes, kCovered); }

/// Finds the key in operands 0 and 1, whose range has been checked, and reads its value. `cold` is what its first access
/// costs.
Status find(HostCall& call, Cost cold_cost, KvEntry*& entry, int64_t& cold) {
  runtime::Frame& frame = call.frame;
  Journal& journal = frame.execution->journal;
  const uint64_t size = call.u32(1);
  ZVM_ABI_TRY(journal.locate_kv(*frame.account, {bytes_at(call, 0, size), size}, entry));
  cold = entry->warm ? 0 : (*frame.schedule)[cold_cost];
  return frame.gas < cold ? Status::OutOfGas : journal.read_kv(*entry);
}

/// What the ranges of a key and of a value must be, and what they cost by their length.
Status admit(HostCall& call, bool has_value) {
  const uint64_t key_size = call.u32(1), size = has_value ? call.u32(3) : 0;
  if (bytes_at(call, 0, key_size) == nullptr || (has_value && bytes_at(call, 2, size) == nullptr))
    return Status::MemoryViolation;
  if (key_size > runtime::kMaxKvKey || size > runtime::kMaxKvValue)
    return Status::OutOfGas;
  ZVM_ABI_TRY(charge_words(call, Cost::KeccakWord, key_size));
  return charge_words(call, Cost::CopyWord, size);
}

/// Writes, or removes where `value` does not exist. The order is SSTORE's.
Status store(HostCall& call, const KvValue& value, bool& existed) {
  runtime::Frame& frame = call.frame;
  const gas::Schedule& schedule = *frame.schedule;
  Journal& journal = frame.execution->journal;
  if (frame.message.is_static)
    return Status::StaticViolation;
  if (frame.gas <= schedule[Cost::SstoreSentry])
    return Status::OutOfGas;
  KvEntry* entry = nullptr;
  int64_t cold = 0;
  ZVM_ABI_TRY(find(call, Cost::ColdSlotFull, entry, cold));
  existed = entry->current.exists;
  const KvValue original = Journal::original(*entry);
  const runtime::StorePrice price = net_price(schedule, original, entry->current, value,
                                              [](const KvValue& v) { return !v.exists; });
  const bool changes = !(entry->current == value);
  ZVM_ABI_TRY(runtime::charge(frame, cold + price.gas));
  if (changes && value.exists) {
    const bool is_new = original == entry->current && !original.exists;
    ZVM_ABI_TRY(charge_each(call, Cost::CodeByte,
                            beyond_covered(value.bytes.size()) +
                                (is_new ? beyond_covered(entry->key.size()) : 0)));
  }
  if (cold != 0)
    ZVM_ABI_TRY(journal.warm_kv(*entry));
  if (price.refund != 0)
    ZVM_ABI_TRY(journal.add_refund(price.refund));
  if (!changes)
    return Status::Success;
  return value.exists ? journal.set_kv(*entry, value.bytes) : journal.remove_kv(*entry);
}

} // namespace

Status kv_get(HostCall& call) {
  const uint64_t capacity = call.u32(3);
  uint8_t* out = bytes_at(call, 2, capacity);
  if (out == nullptr)
    return Status::MemoryViolation;
  ZVM_ABI_TRY(admit(call, /*has_value=*/false));
  KvEntry* entry = nullptr;
  int64_t cold = 0;
  ZVM_ABI_TRY(find(call, Cost::ColdSlot, entry, cold));
  ZVM_ABI_TRY(runtime::charge(call.frame, cold));
  const ByteView value = entry->current.bytes;
  ZVM_ABI_TRY(charge_words(call, Cost::CopyWord, value.size()));
  if (cold != 0)
    ZVM_ABI_TRY(call.frame.execution->journal.warm_kv(*entry));
  if (const size_t copied = std::min<uint64_t>(value.size(), capacity); copied != 0)
    std::memcpy(out, value.data(), copied);
  give(call, entry->current.exists ? value.size() : uint32_t{0xffffffff});
  return Status::Success;
}

Status kv_set(HostCall& call) {
  ZVM_ABI_TRY(admit(call, /*has_value=*/true));
  const uint64_t size = call.u32(3);
  bool existed = false;
  return store(call, {.exists = true, .bytes = {bytes_at(call, 2, size), size}}, existed);
}

Status kv_remove(HostCall& call) {
  ZVM_ABI_TRY(admit(call, /*has_value=*/false));
  bool existed = false;
  ZVM_ABI_TRY(store(call, {}, existed));
  give(call, existed ? 1 : 0);
  return Status::Success;
}

} // namespace zvm::engine::wasm::abi
