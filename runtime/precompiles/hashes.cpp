// The hash functions 0x02, 0x03, 0x09, and the identity 0x04.
#include <algorithm>

#include "runtime/hash/blake2.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/lanes.hpp"
#include "runtime/hash/ripemd160.hpp"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kBlake2Input =
    213; // EIP-152: rounds, state, message, two limbs of offset, last flag
constexpr uint32_t kRoundsPerPoll = 1u << 16; // well below a millisecond

} // namespace

Status run_sha256(const Precompile&, ByteView input, Buffer& output, PrecompileContext&) {
  return give(output, sha256(input).bytes);
}

Status run_ripemd160(const Precompile&, ByteView input, Buffer& output, PrecompileContext&) {
  std::array<uint8_t, 32> padded{};
  std::ranges::copy(ripemd160(input), padded.begin() + 12);
  return give(output, padded);
}

Status run_identity(const Precompile&, ByteView input, Buffer& output, PrecompileContext&) {
  return give(output, input);
}

Status run_blake2f(const Precompile&, ByteView input, Buffer& output, PrecompileContext& context) {
  if (input.size() != kBlake2Input || input[212] > 1)
    return Status::PrecompileFailure;
  const uint8_t* bytes = input.data();
  uint32_t rounds = uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 |
                    uint32_t{bytes[3]};
  std::array<uint64_t, 8> state;
  for (size_t i = 0; i < 8; ++i)
    state[i] = load_lane(bytes + 4 + 8 * i);
  std::array<uint64_t, 16> message;
  for (size_t i = 0; i < 16; ++i)
    message[i] = load_lane(bytes + 68 + 8 * i);
  Blake2bCompression compression{
      state, message, {load_lane(bytes + 196), load_lane(bytes + 204)}, input[212] == 1};
  for (;;) {
    const uint32_t now = std::min(rounds, kRoundsPerPoll);
    compression.mix(now);
    rounds -= now;
    if (rounds == 0)
      break;
    ZVM_RETURN_UNLESS_SUCCESS(context.poll());
  }
  std::array<uint8_t, 64> result;
  const std::array<uint64_t, 8> mixed = compression.finish();
  for (size_t i = 0; i < 8; ++i)
    store_lane(result.data() + 8 * i, mixed[i]);
  return give(output, result);
}

} // namespace zvm::runtime
