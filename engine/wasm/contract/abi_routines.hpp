// The routines of abi.def, and what they share: ranges of memory, words, gas.
#pragma once

#include <cstring>

#include "base/types.hpp"
#include "engine/wasm/contract/abi.hpp"
#include "runtime/host_journal.hpp"

namespace zvm::engine::wasm::abi {

#define HOST(name, signature, cost, capability, doc) [[nodiscard]] Status name(HostCall& call);
#include "engine/wasm/contract/abi.def"
#undef HOST

using gas::Cost;

inline constexpr uint64_t kWordSize = 32;    ///< bytes
inline constexpr uint64_t kAddressSize = 20; ///< bytes

/// The `size` bytes at the pointer in operand `pointer`; nullptr where they are not all in memory.
/// No bytes are in memory wherever they are.
[[nodiscard]] inline uint8_t* bytes_at(const HostCall& call, unsigned pointer, uint64_t size) {
  static uint8_t nothing;
  return size == 0 ? &nothing : call.range(call.u32(pointer), size);
}
[[nodiscard]] inline uint8_t* word_at(const HostCall& call, unsigned pointer) {
  return bytes_at(call, pointer, kWordSize);
}
[[nodiscard]] inline uint8_t* address_at(const HostCall& call, unsigned pointer) {
  return bytes_at(call, pointer, kAddressSize);
}

/// A pointer in operand `pointer` that may be 0: none. Then `word` stays as it is.
[[nodiscard]] inline bool read_optional_word(const HostCall& call, unsigned pointer, U256& word) {
  if (call.u32(pointer) == 0)
    return true;
  const uint8_t* bytes = word_at(call, pointer);
  if (bytes != nullptr)
    word = U256::load_be(bytes);
  return bytes != nullptr;
}

[[nodiscard]] inline U256 load_address(const uint8_t* bytes) {
  return U256::from_be_bytes({bytes, kAddressSize});
}
inline void store_address(const U256& word, uint8_t* bytes) {
  const Address address = to_address(word);
  std::memcpy(bytes, address.bytes.data(), kAddressSize);
}

[[nodiscard]] inline Status charge_each(HostCall& call, Cost cost, uint64_t count) {
  return runtime::charge_each(call.frame, cost, count);
}
[[nodiscard]] inline Status charge_words(HostCall& call, Cost cost, uint64_t bytes) {
  return runtime::charge_words(call.frame, cost, bytes);
}

/// (key p, out p:32) Writes what the host says of the key, a word or an address.
template <auto kRead, uint64_t kKeySize>
[[nodiscard]] Status read_word(HostCall& call) {
  const uint8_t* key = bytes_at(call, 0, kKeySize);
  uint8_t* out = word_at(call, 1);
  if (key == nullptr || out == nullptr)
    return Status::MemoryViolation;
  U256 value;
  ZVM_RETURN_UNLESS_SUCCESS((call.frame.host->*kRead)(
      call.frame, kKeySize == kWordSize ? U256::load_be(key) : load_address(key), value));
  value.store_be(out);
  return Status::Success;
}

inline void give(HostCall& call, uint64_t result) { call.slots[0] = result; }

} // namespace zvm::engine::wasm::abi
