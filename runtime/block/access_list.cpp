#include "runtime/block/access_list.hpp"

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

void write(RlpWriter& out, const U256& value) { out.number(value); }
void write(RlpWriter& out, uint64_t value) { out.number(value); }
void write(RlpWriter& out, const std::vector<uint8_t>& value) { out.bytes(value); }

template <typename T>
void write(RlpWriter& out, const std::vector<AccessChange<T>>& changes) {
  const size_t list = out.begin_list();
  for (const AccessChange<T>& change : changes) {
    const size_t item = out.begin_list();
    out.number(change.step);
    write(out, change.value);
    out.end_list(item);
  }
  out.end_list(list);
}

void write(RlpWriter& out, const AccountAccess& account) {
  const size_t whole = out.begin_list();
  out.bytes(account.address.bytes);
  const size_t written = out.begin_list();
  for (const SlotAccess& slot : account.written) {
    const size_t item = out.begin_list();
    out.number(slot.slot);
    write(out, slot.changes);
    out.end_list(item);
  }
  out.end_list(written);
  const size_t read = out.begin_list();
  for (const U256& slot : account.read)
    out.number(slot);
  out.end_list(read);
  write(out, account.balances);
  write(out, account.nonces);
  write(out, account.codes);
  out.end_list(whole);
}

} // namespace

void encode_access_list(const AccessList& accounts, RlpWriter& out) {
  const size_t list = out.begin_list();
  for (const AccountAccess& account : accounts)
    write(out, account);
  out.end_list(list);
}

Bytes32 access_list_hash(const AccessList& accounts) {
  std::vector<uint8_t> bytes;
  RlpWriter writer{bytes};
  encode_access_list(accounts, writer);
  return keccak256(bytes);
}

uint64_t item_count(const AccessList& accounts) {
  uint64_t items = accounts.size();
  for (const AccountAccess& account : accounts)
    items += account.written.size() + account.read.size();
  return items;
}

} // namespace zvm::runtime
