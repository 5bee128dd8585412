#include "runtime/hash/algorithms.hpp"

#include <algorithm>
#include <array>

#include "runtime/hash/blake2.hpp"
#include "runtime/hash/blake3.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/lanes.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"
#include "runtime/hash/ripemd160.hpp"
#include "runtime/hash/sha256.hpp"
#include "runtime/hash/sha3.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kAny = SIZE_MAX;

ByteView bytes_of(const Bytes32& digest) { return digest.bytes; }
template <size_t kSize>
ByteView bytes_of(const std::array<uint8_t, kSize>& digest) {
  return digest;
}

/// A function that returns its digest.
template <auto kFunction>
void fixed(ByteView data, std::span<uint8_t> out) {
  const auto digest = kFunction(data);
  std::ranges::copy(bytes_of(digest), out.begin());
}

void unkeyed_blake2b(ByteView data, std::span<uint8_t> out) { blake2b(data, out); }

void keccak_f1600_bytes(ByteView data, std::span<uint8_t> out) {
  uint64_t lanes[25];
  for (size_t i = 0; i < 25; ++i)
    lanes[i] = load_lane(data.data() + 8 * i);
  keccak_f1600(lanes);
  for (size_t i = 0; i < 25; ++i)
    store_lane(out.data() + 8 * i, lanes[i]);
}

void poseidon_bn254_bytes(ByteView data, std::span<uint8_t> out) {
  std::array<U256, kMaxBn254Width - 1> inputs;
  const size_t count = data.size() / 32;
  for (size_t i = 0; i < count; ++i)
    inputs[i] = U256::load_be(data.data() + 32 * i);
  poseidon_bn254(std::span{inputs}.first(count)).store_be(out.data());
}

void poseidon_goldilocks_bytes(ByteView data, std::span<uint8_t> out) {
  std::array<uint64_t, kGoldilocksWidth> state;
  for (size_t i = 0; i < kGoldilocksWidth; ++i)
    state[i] = __builtin_bswap64(load_lane(data.data() + 8 * i));
  poseidon_goldilocks_permute(state);
  for (size_t i = 0; i < kGoldilocksWidth; ++i)
    store_lane(out.data() + 8 * i, __builtin_bswap64(state[i]));
}

constexpr HashAlgorithm kAlgorithms[] = {
#define HASH(name, digest, shortest, longest, unit, least, most, function, text)                   \
  {#name, digest, shortest, longest, unit, least, most, function, text},
#include "runtime/hash/algorithms.def"
#undef HASH
};

} // namespace

std::span<const HashAlgorithm> hash_algorithms() { return kAlgorithms; }

const HashAlgorithm* find_hash_algorithm(std::string_view name) {
  const auto* found = std::ranges::find(kAlgorithms, name, &HashAlgorithm::name);
  return found == std::end(kAlgorithms) ? nullptr : found;
}

} // namespace zvm::runtime
