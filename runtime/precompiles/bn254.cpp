// The curve bn254, called alt_bn128 in EIP-196 and EIP-197: 0x06, 0x07, 0x08.
#include <algorithm>
#include <array>

#include "runtime/precompiles/curves.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kPoint = 64;
constexpr size_t kScalar = 32;
constexpr size_t kPair = 192; // a point of G1 and one of G2

/// The input's first bytes; zeros follow a short one.
template <size_t kSize>
std::array<uint8_t, kSize> padded(ByteView input) {
  std::array<uint8_t, kSize> bytes{};
  std::ranges::copy(input.first(std::min(input.size(), kSize)), bytes.begin());
  return bytes;
}

} // namespace

Status run_bn254_add(const Precompile&, ByteView input, Buffer& output,
                     PrecompileContext& context) {
  const auto points = padded<2 * kPoint>(input);
  return compute<zvm_bn254_add, kPoint>(output, context, points.data());
}

Status run_bn254_mul(const Precompile&, ByteView input, Buffer& output,
                     PrecompileContext& context) {
  const auto operands = padded<kPoint + kScalar>(input);
  return compute<zvm_bn254_mul, kPoint>(output, context, operands.data());
}

Status run_bn254_pairing(const Precompile&, ByteView input, Buffer& output,
                         PrecompileContext& context) {
  if (input.size() % kPair != 0)
    return Status::PrecompileFailure;
  // The empty product is one.
  if (input.empty())
    return give(output, to_bytes32(U256{1}).bytes);
  return compute_polled<zvm_bn254_pairing, 32>(output, context, input.data(), input.size() / kPair);
}

} // namespace zvm::runtime
