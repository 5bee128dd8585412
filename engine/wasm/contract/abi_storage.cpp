// Slots, transient slots and events.
#include <array>

#include "engine/wasm/contract/abi_routines.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::engine::wasm::abi {
namespace {

using runtime::HostTable;

constexpr uint32_t kMostTopics = 4;

template <auto kMember>
Status store(HostCall& call) {
  const uint8_t* key = word_at(call, 0);
  const uint8_t* value = word_at(call, 1);
  if (key == nullptr || value == nullptr)
    return Status::MemoryViolation;
  return (call.frame.host->*kMember)(call.frame, U256::load_be(key), U256::load_be(value));
}

constexpr Cost price_of_topics(uint32_t count) {
  return static_cast<Cost>(static_cast<uint8_t>(Cost::Log0) + count);
}
static_assert(price_of_topics(1) == Cost::Log1 && price_of_topics(kMostTopics) == Cost::Log4);

} // namespace

Status storage_load(HostCall& call) { return read_word<&HostTable::sload, kWordSize>(call); }
Status storage_store(HostCall& call) { return store<&HostTable::sstore>(call); }
Status transient_load(HostCall& call) { return read_word<&HostTable::tload, kWordSize>(call); }
Status transient_store(HostCall& call) { return store<&HostTable::tstore>(call); }

/// More topics than the EVM has an instruction for are InvalidOpcode.
Status emit_event(HostCall& call) {
  const uint32_t count = call.u32(1);
  const uint64_t size = call.u32(3);
  if (count > kMostTopics)
    return Status::InvalidOpcode;
  const uint8_t* words = bytes_at(call, 0, count * kWordSize);
  const uint8_t* data = bytes_at(call, 2, size);
  if (words == nullptr || data == nullptr)
    return Status::MemoryViolation;
  const gas::Schedule& schedule = *call.frame.schedule;
  ZVM_RETURN_UNLESS_SUCCESS(
      runtime::charge(call.frame, schedule[price_of_topics(count)] - schedule[Cost::Log0]));
  ZVM_RETURN_UNLESS_SUCCESS(charge_each(call, Cost::LogByte, size));
  std::array<U256, kMostTopics> topics;
  for (uint32_t i = 0; i < count; ++i)
    topics[i] = U256::load_be(words + i * kWordSize);
  return call.frame.host->log(call.frame, data, size, std::span{topics}.first(count));
}

Status log(HostCall& call) {
  const uint64_t topic_size = call.u32(1), size = call.u32(3);
  const uint8_t* topic = bytes_at(call, 0, topic_size);
  const uint8_t* data = bytes_at(call, 2, size);
  if (topic == nullptr || data == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_each(call, Cost::Keccak, 1));
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::KeccakWord, topic_size));
  ZVM_RETURN_UNLESS_SUCCESS(charge_each(call, Cost::LogByte, size));
  const U256 hash = to_word(runtime::keccak256({topic, topic_size}));
  return call.frame.host->log(call.frame, data, size, {&hash, 1});
}

} // namespace zvm::engine::wasm::abi
