#include "runtime/hash/sha3.hpp"

#include "runtime/hash/keccak.hpp"
#include "runtime/hash/lanes.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kLanes = 25;

/// The bits that tell a function from the others, and the first 1 of the padding above them (FIPS
/// 202, B.2).
enum class Suffix : uint8_t { Keccak = 0x01, Sha3 = 0x06, Shake = 0x1f };

/// The sponge whose security is `strength` bits: what the capacity leaves of the state is its
/// block.
template <unsigned strength>
void sponge(Suffix suffix, ByteView data, std::span<uint8_t> out) {
  constexpr size_t kRateLanes = kLanes - 2 * strength / 64;
  constexpr size_t kRate = 8 * kRateLanes;
  uint64_t lanes[kLanes]{};
  for (; data.size() >= kRate; data = data.subspan(kRate)) {
    for (size_t i = 0; i < kRateLanes; ++i)
      lanes[i] ^= load_lane(data.data() + 8 * i);
    keccak_f1600(lanes);
  }
  const size_t whole = data.size() / 8, rest = data.size() % 8;
  for (size_t i = 0; i < whole; ++i)
    lanes[i] ^= load_lane(data.data() + 8 * i);
  lanes[whole] ^= load_partial_lane(data.data() + 8 * whole, rest) |
                  uint64_t{static_cast<uint8_t>(suffix)} << (8 * rest);
  lanes[kRateLanes - 1] ^= uint64_t{1} << 63;

  while (!out.empty()) {
    keccak_f1600(lanes);
    uint8_t block[kRate];
    for (size_t i = 0; i < kRateLanes; ++i)
      store_lane(block + 8 * i, lanes[i]);
    const size_t size = out.size() < kRate ? out.size() : kRate;
    std::memcpy(out.data(), block, size);
    out = out.subspan(size);
  }
}

} // namespace

Bytes32 sha3_256(ByteView data) {
  Bytes32 digest;
  sponge<256>(Suffix::Sha3, data, digest.bytes);
  return digest;
}

std::array<uint8_t, 64> sha3_512(ByteView data) {
  std::array<uint8_t, 64> digest;
  sponge<512>(Suffix::Sha3, data, digest);
  return digest;
}

std::array<uint8_t, 64> keccak512(ByteView data) {
  std::array<uint8_t, 64> digest;
  sponge<512>(Suffix::Keccak, data, digest);
  return digest;
}

void shake128(ByteView data, std::span<uint8_t> out) { sponge<128>(Suffix::Shake, data, out); }
void shake256(ByteView data, std::span<uint8_t> out) { sponge<256>(Suffix::Shake, data, out); }

} // namespace zvm::runtime
