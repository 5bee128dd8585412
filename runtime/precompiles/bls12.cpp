// The curve BLS12-381 (EIP-2537): 0x0b to 0x11.
#include "runtime/precompiles/bls12.hpp"

#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kElement = 64; // 16 bytes of zeros, 48 of the element
constexpr size_t kG1 = 2 * kElement;
constexpr size_t kG2 = 4 * kElement;
constexpr size_t kScalar = 32;

bool are_elements(ByteView bytes) {
  for (size_t at = 0; at < bytes.size(); at += kElement) {
    for (size_t i = 0; i < kElement - kBls12FieldBytes; ++i)
      if (bytes[at + i] != 0)
        return false;
    if (!is_bls12_element(bytes.data() + at + kElement - kBls12FieldBytes))
      return false;
  }
  return true;
}

/// Input of one or more items, each beginning with `elements` bytes of field elements.
Status check(ByteView input, size_t item, size_t elements, PrecompileContext& context) {
  if (input.empty() || input.size() % item != 0)
    return Status::PrecompileFailure;
  for (size_t at = 0; at < input.size(); at += item)
    if (!are_elements(input.subspan(at, elements)))
      return Status::PrecompileFailure;
  return needs_pairing(context);
}

Status check_one(ByteView input, size_t size, PrecompileContext& context) {
  return input.size() == size ? check(input, size, size, context) : Status::PrecompileFailure;
}

} // namespace

Status run_bls12_g1add(const Precompile&, ByteView input, Buffer&, PrecompileContext& context) {
  return check_one(input, 2 * kG1, context);
}

Status run_bls12_g1msm(const Precompile&, ByteView input, Buffer&, PrecompileContext& context) {
  return check(input, kG1 + kScalar, kG1, context);
}

Status run_bls12_g2add(const Precompile&, ByteView input, Buffer&, PrecompileContext& context) {
  return check_one(input, 2 * kG2, context);
}

Status run_bls12_g2msm(const Precompile&, ByteView input, Buffer&, PrecompileContext& context) {
  return check(input, kG2 + kScalar, kG2, context);
}

Status run_bls12_pairing_check(const Precompile&, ByteView input, Buffer&,
                               PrecompileContext& context) {
  return check(input, kG1 + kG2, kG1 + kG2, context);
}

Status run_bls12_map_fp_to_g1(const Precompile&, ByteView input, Buffer&,
                              PrecompileContext& context) {
  return check_one(input, kElement, context);
}

Status run_bls12_map_fp2_to_g2(const Precompile&, ByteView input, Buffer&,
                               PrecompileContext& context) {
  return check_one(input, 2 * kElement, context);
}

} // namespace zvm::runtime
