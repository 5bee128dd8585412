#include "runtime/state/store.hpp"

#include <algorithm>

namespace zvm::runtime {
namespace {

/// With what the heap has refused: the store's own memory may be what was missing.
Status store_failed(const StateStore& store, HostCause cause) {
  const Status status = host_failed(cause, last_refused_allocation());
  const StoreError error = store.last_error();
  noted_failure().store_code = error.code;
  noted_failure().set_store_text(error.text);
  return status;
}

} // namespace

Status read_failed(const StateStore& store, ReadStatus read, HostCause cause) {
  return read == ReadStatus::Pending ? Status::Suspended : store_failed(store, cause);
}

Status read_failed(const StateStore& store, ReadStatus read, HostCause cause,
                   const Address& account) {
  const Status status = read_failed(store, read, cause);
  if (status == Status::HostError) {
    noted_failure().has_account = true;
    noted_failure().account = account;
  }
  return status;
}

Status apply(StateStore& store, const StateDiff& diff) {
  return store.apply(diff) ? Status::Success : store_failed(store, HostCause::Apply);
}

bool StateDiff::is_consistent() const {
  return std::ranges::all_of(accounts,
                             [this](const AccountChange& change) {
                               return holds(slots.view(), change.first_slot, change.slot_count) &&
                                      holds(code.view(), change.code_offset, change.code_size) &&
                                      holds(kv.view(), change.first_kv, change.kv_count);
                             }) &&
         std::ranges::all_of(kv, [this](const KvChange& change) {
           return holds(kv_data.view(), change.key_offset, change.key_size) &&
                  holds(kv_data.view(), change.value_offset, change.value_size);
         });
}

} // namespace zvm::runtime
