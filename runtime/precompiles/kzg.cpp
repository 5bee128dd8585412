// The KZG point evaluation (EIP-4844): 0x0a.
#include <algorithm>

#include "runtime/hash/digests.hpp"
#include "runtime/precompiles/curves.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kInput = 192; // versioned hash, z, y, commitment, proof
constexpr uint8_t kVersion = 0x01;

} // namespace

Status run_kzg_point_evaluation(const Precompile&, ByteView input, Buffer& output,
                                PrecompileContext& context) {
  if (input.size() != kInput)
    return Status::PrecompileFailure;
  Bytes32 versioned = sha256(input.subspan(96, 48));
  versioned.bytes[0] = kVersion;
  if (!std::ranges::equal(versioned.bytes, input.first(32)))
    return Status::PrecompileFailure;
  return compute<zvm_kzg_point_evaluation, 64>(output, context, input.data() + 32);
}

} // namespace zvm::runtime
