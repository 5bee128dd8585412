// Expanding memory inline: the short way of growing it, also for who has the counter and the size
// in registers. Most contracts grow it to a few kilobytes, a word at a time: the price then fits 64
// bits and needs no division, and a call would have all registers spilled. What this way does not
// do is libcall::touch's business; both have the same price.
#pragma once

#include <bit>

#include "runtime/frame.hpp"

namespace zvm::runtime {

/// Pays for and makes memory up to `end`, which is past what there is. False: nothing has happened.
[[nodiscard, gnu::always_inline]] inline bool try_grow(Frame& frame, int64_t& gas,
                                                       uint64_t& memory_size, uint64_t end) {
  using gas::Cost;
  constexpr uint64_t kShort = uint64_t{1} << 33; // squares of its words fit
  const gas::Schedule& schedule = *frame.schedule;
  const auto price = static_cast<uint64_t>(schedule[Cost::MemoryWord]);
  const auto divisor = static_cast<uint64_t>(schedule[Cost::MemoryQuadDivisor]);
  if ((end >= kShort) | (price > UINT32_MAX) | !std::has_single_bit(divisor))
    return false;
  const uint64_t words = (end + 31) / 32, grown = words * 32;
  if (grown > frame.memory_ready || grown > static_cast<uint64_t>(schedule[Cost::MaxMemory]))
    return false;
  const uint64_t had = memory_size / 32;
  const auto shift = std::countr_zero(divisor);
  const uint64_t cost = (words - had) * price + (words * words >> shift) - (had * had >> shift);
  if (gas < static_cast<int64_t>(cost))
    return false;
  gas -= static_cast<int64_t>(cost);
  memory_size = frame.memory_size = grown;
  return true;
}

/// The same for `size` bytes at `offset`.
[[nodiscard, gnu::always_inline]] inline bool
try_touch(Frame& frame, int64_t& gas, uint64_t& memory_size, const U256& offset, uint64_t size) {
  constexpr uint64_t kShort = uint64_t{1} << 32; // the sum of two is no carry
  if (((offset.limbs[1] | offset.limbs[2] | offset.limbs[3]) != 0) | (offset.limbs[0] >= kShort) |
      (size >= kShort))
    return false;
  return try_grow(frame, gas, memory_size, offset.limbs[0] + size);
}

/// Where `size` bytes at a touched address stand. The address of no bytes may be anything.
[[nodiscard]] inline uint8_t* touched_at(const Frame& frame, uint64_t address, uint64_t size) {
  return frame.memory + (size == 0 ? 0 : address);
}

} // namespace zvm::runtime
