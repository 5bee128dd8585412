// Registers and capabilities, which runtime/resource has: their operands are in memory, and what
// they answer goes there.
#include <algorithm>

#include "engine/wasm/contract/abi_routines.hpp"
#include "runtime/resource/capability.hpp"
#include "runtime/resource/register.hpp"

namespace zvm::engine::wasm::abi {
namespace {

using runtime::Answer;

template <typename Bytes>
Bytes load(const uint8_t* from) {
  Bytes loaded;
  std::memcpy(loaded.bytes.data(), from, loaded.bytes.size());
  return loaded;
}
Bytes32 load_id(const uint8_t* from) { return load<Bytes32>(from); }

Status answer_code(HostCall& call, const Answer& answer) {
  give(call, static_cast<uint8_t>(answer.code));
  return answer.status;
}
/// The code, and where it is Ok the word at `out`.
Status answer_word(HostCall& call, const Answer& answer, const Bytes32& word, uint8_t* out) {
  if (answer.is_ok())
    std::memcpy(out, word.bytes.data(), kWordSize);
  return answer_code(call, answer);
}
/// The number, or the code as a negative one.
Status answer_number(HostCall& call, const Answer& answer, uint64_t number) {
  give(call, answer.is_ok() ? number : static_cast<uint32_t>(-static_cast<int32_t>(answer.code)));
  return answer.status;
}

} // namespace

Status res_create(HostCall& call) {
  const uint64_t size = call.u32(2);
  const uint8_t* data = bytes_at(call, 1, size);
  uint8_t* out = word_at(call, 3);
  if (data == nullptr || out == nullptr)
    return Status::MemoryViolation;
  Bytes32 id;
  const Answer answer = runtime::create_register(call.frame, call.u32(0), {data, size}, id);
  return answer_word(call, answer, id, out);
}

Status res_read(HostCall& call) {
  const uint64_t capacity = call.u32(3);
  const uint8_t* id = word_at(call, 0);
  uint8_t* out = bytes_at(call, 2, capacity);
  if (id == nullptr || out == nullptr)
    return Status::MemoryViolation;
  ByteView data;
  const Answer answer = runtime::read_register(call.frame, load_id(id), call.u32(1), data);
  if (const size_t copied = std::min<uint64_t>(data.size(), capacity); copied != 0)
    std::memcpy(out, data.data(), copied);
  return answer_number(call, answer, data.size());
}

Status res_update(HostCall& call) {
  const uint64_t size = call.u32(3);
  const uint8_t* id = word_at(call, 0);
  const uint8_t* data = bytes_at(call, 2, size);
  uint8_t* out = word_at(call, 4);
  if (id == nullptr || data == nullptr || out == nullptr)
    return Status::MemoryViolation;
  Bytes32 successor;
  const Answer answer =
      runtime::update_register(call.frame, load_id(id), call.u32(1), {data, size}, successor);
  return answer_word(call, answer, successor, out);
}

Status res_consume(HostCall& call) {
  const uint8_t* id = word_at(call, 0);
  uint8_t* out = word_at(call, 2);
  if (id == nullptr || out == nullptr)
    return Status::MemoryViolation;
  Bytes32 nullifier;
  const Answer answer = runtime::consume_register(call.frame, load_id(id), call.u32(1), nullifier);
  return answer_word(call, answer, nullifier, out);
}

Status res_transfer(HostCall& call) {
  const uint8_t* id = word_at(call, 0);
  const uint8_t* owner = address_at(call, 2);
  uint8_t* out = word_at(call, 3);
  if (id == nullptr || owner == nullptr || out == nullptr)
    return Status::MemoryViolation;
  Bytes32 successor;
  const Answer answer = runtime::transfer_register(call.frame, load_id(id), call.u32(1),
                                                   load<Address>(owner), successor);
  return answer_word(call, answer, successor, out);
}

Status res_status(HostCall& call) {
  const uint8_t* id = word_at(call, 0);
  if (id == nullptr)
    return Status::MemoryViolation;
  auto status = runtime::RegisterStatus::None;
  const Answer answer = runtime::register_status(call.frame, load_id(id), status);
  return answer_number(call, answer, static_cast<uint8_t>(status));
}

Status res_set_status(HostCall& call) {
  const uint8_t* id = word_at(call, 0);
  if (id == nullptr)
    return Status::MemoryViolation;
  return answer_code(
      call, runtime::set_register_status(call.frame, load_id(id), call.u32(1), call.u32(2)));
}

Status cap_delegate(HostCall& call) {
  const uint8_t* id = word_at(call, 0);
  const uint8_t* holder = address_at(call, 3);
  if (id == nullptr || holder == nullptr)
    return Status::MemoryViolation;
  uint32_t number = 0;
  const Answer answer = runtime::delegate_capability(
      call.frame, load_id(id), call.u32(1), static_cast<uint8_t>(call.u32(2)),
      load<Address>(holder), /*expiry=*/call.slots[4], number);
  return answer_number(call, answer, number);
}

Status cap_revoke(HostCall& call) {
  const uint8_t* id = word_at(call, 0);
  if (id == nullptr)
    return Status::MemoryViolation;
  return answer_code(call, runtime::revoke_capability(call.frame, load_id(id), call.u32(1)));
}

} // namespace zvm::engine::wasm::abi
