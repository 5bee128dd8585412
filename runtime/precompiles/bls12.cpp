// The curve BLS12-381 (EIP-2537): 0x0b to 0x11.
#include "runtime/precompiles/curves.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kElement = 64; // 16 bytes of zeros, 48 of the element
constexpr size_t kG1 = 2 * kElement;
constexpr size_t kG2 = 4 * kElement;
constexpr size_t kScalar = 32;

/// Input of exactly kInput bytes.
template <auto* kFunction, size_t kInput, size_t kOutput>
Status run_one(ByteView input, Buffer& output, PrecompileContext& context) {
  if (input.size() != kInput)
    return Status::PrecompileFailure;
  return compute<kFunction, kOutput>(output, context, input.data());
}

/// Input of one or more items of kItem bytes.
template <auto* kFunction, size_t kItem, size_t kOutput>
Status run_many(ByteView input, Buffer& output, PrecompileContext& context) {
  if (input.empty() || input.size() % kItem != 0)
    return Status::PrecompileFailure;
  return compute_polled<kFunction, kOutput>(output, context, input.data(), input.size() / kItem);
}

} // namespace

Status run_bls12_g1add(const Precompile&, ByteView input, Buffer& output,
                       PrecompileContext& context) {
  return run_one<zvm_bls12_g1_add, 2 * kG1, kG1>(input, output, context);
}

Status run_bls12_g1msm(const Precompile&, ByteView input, Buffer& output,
                       PrecompileContext& context) {
  return run_many<zvm_bls12_g1_msm, kG1 + kScalar, kG1>(input, output, context);
}

Status run_bls12_g2add(const Precompile&, ByteView input, Buffer& output,
                       PrecompileContext& context) {
  return run_one<zvm_bls12_g2_add, 2 * kG2, kG2>(input, output, context);
}

Status run_bls12_g2msm(const Precompile&, ByteView input, Buffer& output,
                       PrecompileContext& context) {
  return run_many<zvm_bls12_g2_msm, kG2 + kScalar, kG2>(input, output, context);
}

Status run_bls12_pairing_check(const Precompile&, ByteView input, Buffer& output,
                               PrecompileContext& context) {
  return run_many<zvm_bls12_pairing, kG1 + kG2, 32>(input, output, context);
}

Status run_bls12_map_fp_to_g1(const Precompile&, ByteView input, Buffer& output,
                              PrecompileContext& context) {
  return run_one<zvm_bls12_map_fp_to_g1, kElement, kG1>(input, output, context);
}

Status run_bls12_map_fp2_to_g2(const Precompile&, ByteView input, Buffer& output,
                               PrecompileContext& context) {
  return run_one<zvm_bls12_map_fp2_to_g2, 2 * kElement, kG2>(input, output, context);
}

} // namespace zvm::runtime
