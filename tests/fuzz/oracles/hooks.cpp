#include "tests/fuzz/oracles/hooks.hpp"

#include <algorithm>

namespace zvm::fuzz {

using runtime::ReadStatus;

uint64_t hash_accesses(const runtime::Journal& journal) {
  Digest d;
  for (size_t i = 0; i < journal.account_count(); ++i) {
    const runtime::Account& account = journal.account(i);
    d.add(account.address);
    d.add(account.flags | uint64_t{account.loaded} << 8);
    for (const auto& [key, slot] : account.slots) {
      d.add(key);
      d.add(slot.current);
      d.add((slot.warm ? 1u : 0u) | (slot.loaded ? 2u : 0u));
    }
  }
  return d.value();
}

void TroubledStore::begin(runtime::StateStore& base, bool waits, uint64_t error_at) {
  base_ = &base;
  waits_ = waits;
  errors_in_ = error_at;
  arrived_.clear();
}

ReadStatus TroubledStore::answer(Kind kind, const Address& address, const U256& key) {
  if (hook_)
    hook_();
  if (errors_in_ == 0)
    return ReadStatus::Error;
  if (errors_in_ != UINT64_MAX)
    --errors_in_;
  if (!waits_)
    return ReadStatus::Ok;
  Digest d;
  d.add(static_cast<uint64_t>(kind));
  d.add(address);
  d.add(key);
  if (std::ranges::find(arrived_, d.value()) != arrived_.end())
    return ReadStatus::Ok;
  arrived_.push_back(d.value());
  return ReadStatus::Pending;
}

ReadStatus TroubledStore::read_account(const Address& address, runtime::AccountRecord& record,
                                       bool& exists) {
  const ReadStatus read = answer(Kind::Account, address, {});
  return read == ReadStatus::Ok ? base_->read_account(address, record, exists) : read;
}
ReadStatus TroubledStore::read_slot(const Address& address, const U256& key, U256& value) {
  const ReadStatus read = answer(Kind::Slot, address, key);
  return read == ReadStatus::Ok ? base_->read_slot(address, key, value) : read;
}
ReadStatus TroubledStore::read_kv(const Address& address, ByteView key, Buffer& value,
                                  bool& exists) {
  Digest d;
  d.add(key);
  const ReadStatus read = answer(Kind::Kv, address, d.value());
  return read == ReadStatus::Ok ? base_->read_kv(address, key, value, exists) : read;
}
ReadStatus TroubledStore::read_code(const Address& address, const Bytes32& hash, ByteView& code) {
  const ReadStatus read = answer(Kind::Code, address, {});
  return read == ReadStatus::Ok ? base_->read_code(address, hash, code) : read;
}
ReadStatus TroubledStore::count_slots(const Address& address, uint64_t& count) {
  const ReadStatus read = answer(Kind::Count, address, {});
  return read == ReadStatus::Ok ? base_->count_slots(address, count) : read;
}

Status HashingExtension::perform(runtime::Frame&, uint8_t opcode, ByteView payload, U256& result) {
  digest_.add(uint64_t{opcode});
  digest_.add(payload);
  result = U256{digest_.value() & 1 ? digest_.value() : digest_.value() >> 60};
  return Status::Success;
}

} // namespace zvm::fuzz
