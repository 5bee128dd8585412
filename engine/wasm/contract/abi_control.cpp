// Ends of messages, gas, debugging.
#include <array>

#include "base/host_failure.hpp"
#include "engine/wasm/contract/abi_routines.hpp"
#include "runtime/execution.hpp"
#include "runtime/tracer.hpp"

namespace zvm::engine::wasm::abi {
namespace {

Status end(HostCall& call, Leaving leaving) {
  const uint64_t size = call.u32(1);
  if (bytes_at(call, 0, size) == nullptr)
    return Status::MemoryViolation;
  call.frame.output_offset = size == 0 ? 0 : call.u32(0);
  call.frame.output_size = size;
  call.leaving = leaving;
  return Status::Suspended;
}

bool append_utf8(Buffer& out, uint32_t point) {
  const auto byte = [](uint32_t lead, uint32_t bits) { return static_cast<uint8_t>(lead | bits); };
  const auto next = [&](unsigned shift) { return byte(0x80, point >> shift & 0x3f); };
  std::array<uint8_t, 4> bytes;
  size_t size = 0;
  if (point < 0x80) {
    bytes = {byte(0, point)};
    size = 1;
  } else if (point < 0x800) {
    bytes = {byte(0xc0, point >> 6), next(0)};
    size = 2;
  } else if (point < 0x10000) {
    bytes = {byte(0xe0, point >> 12), next(6), next(0)};
    size = 3;
  } else {
    bytes = {byte(0xf0, point >> 18), next(12), next(6), next(0)};
    size = 4;
  }
  return out.try_append({bytes.data(), size});
}

/// Little-endian UTF-16; a surrogate without its other half becomes U+FFFD, an odd byte at the end
/// is dropped.
bool append_utf16(Buffer& out, ByteView text) {
  const size_t count = text.size() / 2;
  const auto unit = [&](size_t i) {
    return uint32_t{text[2 * i]} | uint32_t{text[2 * i + 1]} << 8;
  };
  for (size_t i = 0; i < count; ++i) {
    uint32_t point = unit(i);
    if (point >= 0xd800 && point < 0xe000) {
      const uint32_t low = point < 0xdc00 && i + 1 < count ? unit(i + 1) : 0;
      const bool is_pair = low >= 0xdc00 && low < 0xe000;
      point = is_pair ? 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
      i += is_pair ? 1 : 0;
    }
    if (!append_utf8(out, point))
      return false;
  }
  return true;
}

} // namespace

Status finish(HostCall& call) { return end(call, Leaving::Finish); }
Status revert(HostCall& call) { return end(call, Leaving::Revert); }

Status use_gas(HostCall& call) {
  const uint64_t gas = call.slots[0];
  return gas > static_cast<uint64_t>(call.frame.gas)
             ? Status::OutOfGas
             : runtime::charge(call.frame, static_cast<int64_t>(gas));
}

/// The size of a string, in bytes, stands in the 4 bytes before it (AssemblyScript, memory layout).
Status abort(HostCall& call) {
  call.frame.output_offset = call.frame.output_size = 0;
  if (const uint64_t text = call.u32(0); text != 0) {
    const uint8_t* header = text < 4 ? nullptr : call.range(text - 4, 4);
    if (header == nullptr)
      return Status::MemoryViolation;
    const uint64_t size = uint32_t{header[0]} | uint32_t{header[1]} << 8 |
                          uint32_t{header[2]} << 16 | uint32_t{header[3]} << 24;
    const uint8_t* units = bytes_at(call, 0, size);
    if (units == nullptr)
      return Status::MemoryViolation;
    ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::CopyWord, size));
    if (!append_utf16(call.output, {units, size}))
      return out_of_memory();
  }
  call.leaving = Leaving::Revert;
  return Status::Suspended;
}

/// Ranges and gas are the same whether somebody listens.
Status debug_log(HostCall& call) {
  const uint64_t size = call.u32(1);
  const uint8_t* text = bytes_at(call, 0, size);
  if (text == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::CopyWord, size));
  if (runtime::Tracer* tracer = call.frame.execution->tracer; tracer != nullptr)
    tracer->debug(call.frame.message, {text, size});
  return Status::Success;
}

} // namespace zvm::engine::wasm::abi
