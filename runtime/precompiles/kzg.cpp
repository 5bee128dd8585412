// The KZG point evaluation (EIP-4844): 0x0a.
#include <algorithm>

#include "runtime/hash/digests.hpp"
#include "runtime/precompiles/bls12.hpp"
#include "runtime/precompiles/input.hpp"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kInput = 192; // versioned hash, z, y, commitment, proof
constexpr uint8_t kVersion = 0x01;

/// Whether 48 bytes can be a compressed point of G1: three flag bits (compressed, infinity, sign of y) above
/// x. Whether x belongs to a point takes arithmetic.
bool is_compressed_point(ByteView bytes) {
  constexpr uint8_t kCompressed = 0x80, kInfinity = 0x40, kFlags = 0xe0;
  if ((bytes[0] & kCompressed) == 0)
    return false;
  uint8_t x[kBls12FieldBytes];
  std::ranges::copy(bytes, x);
  if ((x[0] & kInfinity) != 0)
    return x[0] == (kCompressed | kInfinity) &&
           std::ranges::all_of(bytes.subspan(1), [](uint8_t byte) { return byte == 0; });
  x[0] &= static_cast<uint8_t>(~kFlags);
  return is_bls12_element(x);
}

} // namespace

Status run_kzg_point_evaluation(const Precompile&, ByteView input, Buffer&,
                                PrecompileContext& context) {
  if (input.size() != kInput)
    return Status::PrecompileFailure;
  const ByteView commitment = input.subspan(96, kBls12FieldBytes);
  const ByteView proof = input.subspan(144, kBls12FieldBytes);
  Bytes32 versioned = sha256(commitment);
  versioned.bytes[0] = kVersion;
  if (!std::ranges::equal(versioned.bytes, input.first(32)) || word_at(input, 32) >= kBls12Order ||
      word_at(input, 64) >= kBls12Order || !is_compressed_point(commitment) ||
      !is_compressed_point(proof))
    return Status::PrecompileFailure;
  return needs_pairing(context);
}

} // namespace zvm::runtime
