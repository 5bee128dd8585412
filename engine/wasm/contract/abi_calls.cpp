// Calls and creations, which leave the code for the driver loop, what they return, and code of
// accounts.
#include "engine/wasm/contract/abi_routines.hpp"

namespace zvm::engine::wasm::abi {
namespace {

/// Suspended too where a read is pending: then `leaving` is still No.
Status leave(HostCall& call, const runtime::CallArguments& arguments, uint64_t created_at) {
  runtime::Frame& frame = call.frame;
  frame.output_offset = frame.output_size = 0; // who wants the output asks for it
  ZVM_RETURN_UNLESS_SUCCESS(frame.host->prepare_call(frame, arguments));
  call.created_at = created_at;
  call.leaving = Leaving::Call;
  return Status::Suspended;
}

/// The account stands in operand 0; the input from operand `data` on, behind it the gas.
Status call_account(HostCall& call, CallKind kind, const U256& value, unsigned data) {
  const uint8_t* address = address_at(call, 0);
  const uint64_t size = call.u32(data + 1);
  const uint8_t* input = bytes_at(call, data, size);
  if (address == nullptr || input == nullptr)
    return Status::MemoryViolation;
  return leave(call,
               {.kind = kind,
                .gas = U256{call.slots[data + 2]},
                .address = load_address(address),
                .value = value,
                .input = {input, size}},
               0);
}

} // namespace

Status call_contract(HostCall& call) {
  U256 value;
  if (!read_optional_word(call, 1, value))
    return Status::MemoryViolation;
  return call_account(call, CallKind::Call, value, 2);
}

Status static_call(HostCall& call) { return call_account(call, CallKind::StaticCall, {}, 1); }
Status delegate_call(HostCall& call) { return call_account(call, CallKind::DelegateCall, {}, 1); }

Status create(HostCall& call) {
  const bool is_salted = call.u32(3) != 0;
  const uint64_t size = call.u32(2), out = call.u32(4);
  U256 value, salt;
  if (!read_optional_word(call, 0, value) || !read_optional_word(call, 3, salt) ||
      (out != 0 && address_at(call, 4) == nullptr))
    return Status::MemoryViolation;
  const uint8_t* init_code = bytes_at(call, 1, size);
  if (init_code == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::InitcodeWord, size));
  if (is_salted)
    ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::Create2Word, size));
  return leave(call,
               {.kind = is_salted ? CallKind::Create2 : CallKind::Create,
                .value = value,
                .salt = salt,
                .input = {init_code, size}},
               out);
}

Status return_data_size(HostCall& call) {
  give(call, static_cast<uint32_t>(call.frame.return_data_size));
  return Status::Success;
}

Status return_data_copy(HostCall& call) {
  const uint64_t from = call.u32(1), size = call.u32(2);
  uint8_t* out = bytes_at(call, 0, size);
  if (out == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::CopyWord, size));
  if (from + size > call.frame.return_data_size)
    return Status::OutOfBounds;
  if (size != 0)
    std::memcpy(out, call.frame.return_data + from, size);
  return Status::Success;
}

Status code_size(HostCall& call) {
  const uint8_t* address = address_at(call, 0);
  if (address == nullptr)
    return Status::MemoryViolation;
  U256 size;
  ZVM_RETURN_UNLESS_SUCCESS(call.frame.host->code_size(call.frame, load_address(address), size));
  give(call, static_cast<uint32_t>(size.low64()));
  return Status::Success;
}

Status code_hash(HostCall& call) {
  return read_word<&runtime::HostTable::code_hash, kAddressSize>(call);
}

Status code_copy(HostCall& call) {
  const uint64_t size = call.u32(3);
  const uint8_t* address = address_at(call, 0);
  uint8_t* out = bytes_at(call, 1, size);
  if (address == nullptr || out == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::CopyWord, size));
  return call.frame.host->code_copy(call.frame, load_address(address), out, U256{call.u32(2)},
                                    size);
}

} // namespace zvm::engine::wasm::abi
