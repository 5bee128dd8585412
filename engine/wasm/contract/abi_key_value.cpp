// The byte column: values by keys of bytes, beside the account's slots.
#include <algorithm>

#include "engine/wasm/contract/abi_routines.hpp"
#include "runtime/kv_access.hpp"

namespace zvm::engine::wasm::abi {
namespace {

using runtime::KvEntry;
using runtime::KvValue;

/// Whether the ranges of a key (operands 0 and 1) and of a value (2 and 3) are what they must be.
Status admit(HostCall& call, bool has_value) {
  const uint64_t key_size = call.u32(1), size = has_value ? call.u32(3) : 0;
  if (bytes_at(call, 0, key_size) == nullptr || (has_value && bytes_at(call, 2, size) == nullptr))
    return Status::MemoryViolation;
  return key_size > runtime::kMaxKvKey || size > runtime::kMaxKvValue ? Status::OutOfGas
                                                                      : Status::Success;
}

/// The range that operands `pointer` and `pointer` + 1 name, which has been checked.
ByteView range(const HostCall& call, unsigned pointer) {
  const uint64_t size = call.u32(pointer + 1);
  return {bytes_at(call, pointer, size), size};
}

Status store(HostCall& call, const KvValue& value, bool& existed) {
  return runtime::store_kv(call.frame, *call.frame.account, range(call, 0), value, existed);
}

} // namespace

Status kv_get(HostCall& call) {
  const uint64_t capacity = call.u32(3);
  uint8_t* out = bytes_at(call, 2, capacity);
  if (out == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(admit(call, /*has_value=*/false));
  KvEntry* entry = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(
      runtime::access_kv(call.frame, *call.frame.account, range(call, 0), entry));
  const ByteView value = entry->current.bytes;
  if (const size_t copied = std::min<uint64_t>(value.size(), capacity); copied != 0)
    std::memcpy(out, value.data(), copied);
  give(call, entry->current.exists ? value.size() : uint32_t{0xffffffff});
  return Status::Success;
}

Status kv_set(HostCall& call) {
  ZVM_RETURN_UNLESS_SUCCESS(admit(call, /*has_value=*/true));
  bool existed = false;
  return store(call, {.exists = true, .bytes = range(call, 2)}, existed);
}

Status kv_remove(HostCall& call) {
  ZVM_RETURN_UNLESS_SUCCESS(admit(call, /*has_value=*/false));
  bool existed = false;
  ZVM_RETURN_UNLESS_SUCCESS(store(call, {}, existed));
  give(call, existed ? 1 : 0);
  return Status::Success;
}

} // namespace zvm::engine::wasm::abi
