#include "runtime/resource/records.hpp"

#include <array>

#include "runtime/execution.hpp"
#include "runtime/kv_access.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;

template <typename Number>
void store_be(uint8_t* to, Number number) {
  const Number big = to_big_endian(number);
  std::memcpy(to, &big, sizeof big);
}
template <typename Number>
Number load_be(const uint8_t* from) {
  Number big;
  std::memcpy(&big, from, sizeof big);
  return to_big_endian(big);
}

/// Of its holder, rights, parent and expiry, where they stand.
constexpr size_t kRights = 20, kParent = kRights + 1, kExpiry = kParent + 4,
                 kCapabilitySize = kExpiry + 8;

using CapabilityKey = std::array<uint8_t, 32 + 4>;

CapabilityKey capability_key(const Bytes32& id, uint32_t number) {
  CapabilityKey key;
  std::memcpy(key.data(), id.bytes.data(), 32);
  store_be(key.data() + 32, number);
  return key;
}

Status read(Frame& frame, ByteView key, KvValue& value) {
  ZVM_RETURN_UNLESS_SUCCESS(charge_each(frame, Cost::Sload, 1));
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(frame.execution->journal.load(kResourceAccount, account));
  KvEntry* entry = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(access_kv(frame, *account, key, entry));
  value = entry->current;
  return Status::Success;
}

Status write(Frame& frame, ByteView key, const KvValue& value) {
  ZVM_RETURN_UNLESS_SUCCESS(charge_each(frame, Cost::Sstore, 1));
  Journal& journal = frame.execution->journal;
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(kResourceAccount, account));
  bool existed = false;
  ZVM_RETURN_UNLESS_SUCCESS(store_kv(frame, *account, key, value, existed));
  return account->now.nonce != 0 ? Status::Success : journal.set_nonce(*account, 1);
}

/// Adds one to the number under this key; `before` is what it was.
template <typename Number>
Status count(Frame& frame, ByteView key, Number& before) {
  KvValue value;
  ZVM_RETURN_UNLESS_SUCCESS(read(frame, key, value));
  before = value.bytes.size() == sizeof before ? load_be<Number>(value.bytes.data()) : 0;
  std::array<uint8_t, sizeof before> bytes;
  store_be<Number>(bytes.data(), before + 1);
  return write(frame, key, {true, bytes});
}

} // namespace

bool make_record(ByteView owner, ByteView type, ByteView data, Record& record) {
  record.clear();
  return record.try_reserve(Register::kData + data.size()) &&
         record.try_push(static_cast<uint8_t>(RegisterStatus::Active)) &&
         record.try_append(owner) && record.try_append(type) && record.try_append(data);
}

Answer load_register(Frame& frame, const Bytes32& id, Register& found) {
  KvValue value;
  ZVM_RETURN_UNLESS_OK(read(frame, id.bytes, value));
  if (value.bytes.empty())
    return ResourceCode::NotFound;
  found.record = value.bytes;
  const bool is_short = value.bytes.size() < Register::kData;
  return is_short && found.status() != RegisterStatus::Consumed ? ResourceCode::NotFound
                                                                : ResourceCode::Ok;
}

Status store_register(Frame& frame, const Bytes32& id, ByteView record) {
  return write(frame, id.bytes, {true, record});
}

Status store_consumed(Frame& frame, const Bytes32& id, ByteView successor) {
  std::array<uint8_t, 1 + 32> record{static_cast<uint8_t>(RegisterStatus::Consumed)};
  if (!successor.empty())
    std::memcpy(record.data() + 1, successor.data(), successor.size());
  return write(frame, id.bytes, {true, ByteView{record}.first(1 + successor.size())});
}

Answer load_capability(Frame& frame, const Bytes32& id, uint32_t number, Capability& found) {
  KvValue value;
  ZVM_RETURN_UNLESS_OK(read(frame, capability_key(id, number), value));
  if (value.bytes.size() != kCapabilitySize)
    return ResourceCode::NotFound;
  const uint8_t* bytes = value.bytes.data();
  std::memcpy(found.holder.bytes.data(), bytes, kRights);
  found.rights = bytes[kRights];
  found.parent = load_be<uint32_t>(bytes + kParent);
  found.expiry = load_be<uint64_t>(bytes + kExpiry);
  return ResourceCode::Ok;
}

Status store_capability(Frame& frame, const Bytes32& id, uint32_t number,
                        const Capability& capability) {
  std::array<uint8_t, kCapabilitySize> bytes;
  std::memcpy(bytes.data(), capability.holder.bytes.data(), kRights);
  bytes[kRights] = capability.rights;
  store_be(bytes.data() + kParent, capability.parent);
  store_be(bytes.data() + kExpiry, capability.expiry);
  return write(frame, capability_key(id, number), {true, bytes});
}

Status remove_capability(Frame& frame, const Bytes32& id, uint32_t number) {
  return write(frame, capability_key(id, number), {});
}

Status number_capability(Frame& frame, const Bytes32& id, uint32_t& number) {
  uint32_t before = 0;
  ZVM_RETURN_UNLESS_SUCCESS(count(frame, capability_key(id, 0), before));
  number = before + 1;
  return Status::Success;
}

Status number_register(Frame& frame, const Address& creator, uint64_t& number) {
  return count(frame, creator.bytes, number);
}

} // namespace zvm::runtime
