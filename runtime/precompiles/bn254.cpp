// The curve bn254, called alt_bn128 in EIP-196 and EIP-197: 0x06, 0x07, 0x08.
#include "runtime/precompiles/input.hpp"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kPair = 192; // a point of G1 and one of G2

constexpr U256 kField{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d,
                      0x30644e72e131a029};

/// Whether the `count` words from the start are elements of the field; the input is padded with zeros.
bool are_elements(ByteView input, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (word_at(input, 32 * i) >= kField)
      return false;
  return true;
}

} // namespace

Status run_bn254_add(const Precompile&, ByteView input, Buffer&, PrecompileContext& context) {
  return are_elements(input, 4) ? needs_pairing(context) : Status::PrecompileFailure;
}

/// The scalar, the third word, may be anything.
Status run_bn254_mul(const Precompile&, ByteView input, Buffer&, PrecompileContext& context) {
  return are_elements(input, 2) ? needs_pairing(context) : Status::PrecompileFailure;
}

Status run_bn254_pairing(const Precompile&, ByteView input, Buffer& output,
                         PrecompileContext& context) {
  if (input.size() % kPair != 0 || !are_elements(input, input.size() / 32))
    return Status::PrecompileFailure;
  // The empty product is one.
  if (input.empty())
    return give(output, to_bytes32(U256{1}).bytes);
  return needs_pairing(context);
}

} // namespace zvm::runtime
