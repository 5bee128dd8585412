// Expanding memory: what it costs, and how it grows.
#include <algorithm>

#include "runtime/frame.hpp"
#include "runtime/libcalls.hpp"
#include "runtime/libcalls/memory.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using Wide = unsigned __int128;

constexpr uint64_t kHopeless = uint64_t{1} << kMemoryBits;

Wide memory_cost(const gas::Schedule& schedule, uint64_t bytes) {
  const uint64_t words = bytes / 32;
  const auto divisor =
      static_cast<uint64_t>(std::max<int64_t>(schedule[Cost::MemoryQuadDivisor], 1));
  // Dividing a number of 128 bits is a call.
  const Wide square =
      words <= UINT32_MAX ? Wide{words * words / divisor} : Wide{words} * words / divisor;
  return Wide{words} * static_cast<uint64_t>(schedule[Cost::MemoryWord]) + square;
}

} // namespace

Status libcall::touch(Frame& frame, const U256& offset, const U256& length) {
  if (length.is_zero())
    return Status::Success;
  if (!offset.fits_u64() || !length.fits_u64() || offset.low64() >= kHopeless ||
      length.low64() >= kHopeless)
    return Status::OutOfGas;
  return grow(frame, offset.low64() + length.low64());
}

Status libcall::grow(Frame& frame, uint64_t end) {
  if (end <= frame.memory_size || try_grow(frame, frame.gas, frame.memory_size, end))
    return Status::Success;
  const gas::Schedule& schedule = *frame.schedule;
  if (end >= kHopeless)
    return Status::OutOfGas;
  const uint64_t size = (end + 31) / 32 * 32;
  if (size > static_cast<uint64_t>(schedule[Cost::MaxMemory]))
    return Status::OutOfGas;
  const Wide cost = memory_cost(schedule, size) - memory_cost(schedule, frame.memory_size);
  if (frame.gas < 0 || static_cast<Wide>(frame.gas) < cost)
    return Status::OutOfGas;
  if (size <= frame.memory_ready)
    frame.memory_size = size;
  else if (const Status s = grow_memory(frame, size); s != Status::Success)
    return s;
  frame.gas -= static_cast<int64_t>(cost);
  return Status::Success;
}

} // namespace zvm::runtime
