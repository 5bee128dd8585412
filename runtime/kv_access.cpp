#include "runtime/kv_access.hpp"

#include <algorithm>

#include "runtime/execution.hpp"
#include "runtime/frame.hpp"
#include "runtime/store_price.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;

/// Bytes of a key, or of a value, that the price of a slot covers.
constexpr size_t kCovered = 32;

constexpr size_t beyond_covered(ByteView bytes) {
  return bytes.size() - std::min(bytes.size(), kCovered);
}

/// Finds the key and reads its value. `cold` is what its first access costs.
Status find(Frame& frame, Account& account, ByteView key, Cost cold_cost, KvEntry*& entry,
            int64_t& cold) {
  Journal& journal = frame.execution->journal;
  ZVM_RETURN_UNLESS_SUCCESS(journal.locate_kv(account, key, entry));
  cold = entry->warm ? 0 : (*frame.schedule)[cold_cost];
  return frame.gas < cold ? Status::OutOfGas : journal.read_kv(*entry);
}

} // namespace

Status access_kv(Frame& frame, Account& account, ByteView key, KvEntry*& entry) {
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(frame, Cost::KeccakWord, key.size()));
  int64_t cold = 0;
  ZVM_RETURN_UNLESS_SUCCESS(find(frame, account, key, Cost::ColdSlot, entry, cold));
  ZVM_RETURN_UNLESS_SUCCESS(charge(frame, cold));
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(frame, Cost::CopyWord, entry->current.bytes.size()));
  return cold != 0 ? frame.execution->journal.warm_kv(*entry) : Status::Success;
}

/// The order is SSTORE's.
Status store_kv(Frame& frame, Account& account, ByteView key, const KvValue& value, bool& existed) {
  const gas::Schedule& schedule = *frame.schedule;
  Journal& journal = frame.execution->journal;
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(frame, Cost::KeccakWord, key.size()));
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(frame, Cost::CopyWord, value.bytes.size()));
  if (frame.message.is_static)
    return Status::StaticViolation;
  if (frame.gas <= schedule[Cost::SstoreSentry])
    return Status::OutOfGas;
  KvEntry* entry = nullptr;
  int64_t cold = 0;
  ZVM_RETURN_UNLESS_SUCCESS(find(frame, account, key, Cost::ColdSlotFull, entry, cold));
  existed = entry->current.exists;
  const KvValue original = Journal::original(*entry);
  const auto is_nothing = [](const KvValue& v) { return !v.exists; };
  const StorePrice price = net_price(schedule, original, entry->current, value, is_nothing);
  const bool changes = !(entry->current == value);
  ZVM_RETURN_UNLESS_SUCCESS(charge(frame, cold + price.gas));
  ZVM_RETURN_UNLESS_SUCCESS(
      settle_state(frame, net_state_price(schedule, original, entry->current, value, is_nothing)));
  if (changes && value.exists) {
    const bool is_new = original == entry->current && !original.exists;
    ZVM_RETURN_UNLESS_SUCCESS(
        charge_each(frame, Cost::CodeByte,
                    beyond_covered(value.bytes) + (is_new ? beyond_covered(entry->key) : 0)));
  }
  if (cold != 0)
    ZVM_RETURN_UNLESS_SUCCESS(journal.warm_kv(*entry));
  if (price.refund != 0)
    ZVM_RETURN_UNLESS_SUCCESS(journal.add_refund(price.refund));
  if (!changes)
    return Status::Success;
  return value.exists ? journal.set_kv(*entry, value.bytes) : journal.remove_kv(*entry);
}

} // namespace zvm::runtime
