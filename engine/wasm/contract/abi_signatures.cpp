// Signatures: recovered, verified, and those of a host's extension.
#include <array>
#include <optional>
#include <utility>

#include "base/host_failure.hpp"
#include "engine/wasm/contract/abi_routines.hpp"
#include "frontend/zvm/opcodes.hpp"
#include "runtime/execution.hpp"
#include "runtime/precompiles/precompiles.hpp"
#include "runtime/precompiles/recover.hpp"
#include "runtime/precompiles/verify.hpp"

namespace zvm::engine::wasm::abi {
namespace {

/// What the precompile ecrecover costs: one product of two scalars with points, as every signature
/// here.
Status charge_signature(HostCall& call) {
  const runtime::Precompile* ecrecover =
      runtime::find_precompile(to_address(U256{1}), call.frame.schedule->revision);
  return runtime::charge(call.frame, static_cast<int64_t>(gas_cost(*ecrecover, {})));
}

Status give_verdict(HostCall& call, runtime::Verdict verdict) {
  if (verdict == runtime::Verdict::Error)
    return host_failed(HostCause::SignatureLibrary);
  give(call, verdict == runtime::Verdict::Valid ? 1 : 0);
  return Status::Success;
}

template <size_t kSize>
std::span<const uint8_t, kSize> fixed(const uint8_t* bytes) {
  return std::span<const uint8_t, kSize>{bytes, kSize};
}

/// A parameter set of a post-quantum scheme by NIST's category of its strength and the size of its
/// keys.
struct ParameterSet {
  uint32_t level;
  uint32_t key_size; ///< bytes
};
constexpr ParameterSet kMlDsa[] = {{2, 1312}, {3, 1952}, {5, 2592}}; // FIPS 204, table 2
constexpr ParameterSet kFalcon[] = {{1, 897}, {5, 1793}};            // Falcon 1.2, table 3.3
constexpr ParameterSet kSlhDsa[] = {{1, 32}, {3, 48}, {5, 64}};      // FIPS 205, table 2

/// An extension reads ranges from a frame's memory, and a module's memory is its instance's.
Status ask_extension(HostCall& call, uint32_t opcode, std::span<const U256> operands,
                     U256& result) {
  runtime::Frame& frame = call.frame;
  uint8_t* const memory = std::exchange(frame.memory, call.memory.base);
  const uint64_t size = std::exchange(frame.memory_size, call.memory.size);
  const Status status = frame.host->ext(frame, opcode, operands, result);
  runtime::touch(call.memory, call.memory.base, call.memory.size); // it may write anywhere
  frame.memory = memory;
  frame.memory_size = size;
  return status;
}

/// As the opcode of the ZVM, which knows the parameters by the size of the key: so a key of another
/// level's size is none, and the extension is not asked.
Status verify_by_extension(HostCall& call, uint32_t opcode, std::span<const ParameterSet> sets) {
  std::array<U256, 6> operands; // message, signature and key, each pointer and size
  for (unsigned i = 0; i < operands.size(); i += 2) {
    const uint32_t size = call.u32(i + 2);
    if (bytes_at(call, i + 1, size) == nullptr)
      return Status::MemoryViolation;
    operands[i] = U256{size == 0 ? 0 : call.u32(i + 1)};
    operands[i + 1] = U256{size};
  }
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::PqWord, call.u32(2)));
  const uint32_t level = call.u32(0), key_size = call.u32(6);
  U256 result;
  for (const ParameterSet& set : sets) {
    if (set.level == level && set.key_size == key_size)
      ZVM_RETURN_UNLESS_SUCCESS(ask_extension(call, opcode, operands, result));
  }
  give(call, result.is_zero() ? 0 : 1);
  return Status::Success;
}

} // namespace

Status ecrecover(HostCall& call) {
  const uint8_t* hash = word_at(call, 0);
  const uint8_t* signature = bytes_at(call, 1, 65);
  uint8_t* out = address_at(call, 2);
  if (hash == nullptr || signature == nullptr || out == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_signature(call));
  const unsigned v = signature[64];
  const unsigned parity = v >= 27 ? v - 27 : v;
  std::optional<Address> signer;
  if (parity <= 1) {
    signer =
        runtime::recover_address(to_bytes32(U256::load_be(hash)), U256::load_be(signature),
                                 U256::load_be(signature + kWordSize), /*is_y_odd=*/parity == 1);
  }
  if (signer.has_value())
    std::memcpy(out, signer->bytes.data(), kAddressSize);
  give(call, signer.has_value() ? 1 : 0);
  return Status::Success;
}

Status secp256k1_verify(HostCall& call) {
  const uint64_t key_size = call.u32(3);
  const uint8_t* hash = word_at(call, 0);
  const uint8_t* signature = bytes_at(call, 1, runtime::kSecp256k1Signature);
  const uint8_t* key = bytes_at(call, 2, key_size);
  if (hash == nullptr || signature == nullptr || key == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_signature(call));
  return give_verdict(call, runtime::verify_secp256k1(
                                to_bytes32(U256::load_be(hash)),
                                fixed<runtime::kSecp256k1Signature>(signature), {key, key_size}));
}

Status ed25519_verify(HostCall& call) {
  const uint64_t size = call.u32(1);
  const uint8_t* message = bytes_at(call, 0, size);
  const uint8_t* signature = bytes_at(call, 2, runtime::kEd25519Signature);
  const uint8_t* key = bytes_at(call, 3, runtime::kEd25519Key);
  if (message == nullptr || signature == nullptr || key == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_signature(call));
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, Cost::Sha256Word, size));
  return give_verdict(call, runtime::verify_ed25519({message, size},
                                                    fixed<runtime::kEd25519Signature>(signature),
                                                    fixed<runtime::kEd25519Key>(key)));
}

Status ml_dsa_verify(HostCall& call) {
  return verify_by_extension(call, frontend::zvm::OP_PQ_VERIFY_DILITHIUM, kMlDsa);
}
Status falcon_verify(HostCall& call) {
  return verify_by_extension(call, frontend::zvm::OP_PQ_VERIFY_FALCON, kFalcon);
}
Status slh_dsa_verify(HostCall& call) {
  return verify_by_extension(call, frontend::zvm::OP_PQ_VERIFY_SPHINCS, kSlhDsa);
}

} // namespace zvm::engine::wasm::abi
