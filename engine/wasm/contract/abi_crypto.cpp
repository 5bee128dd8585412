// Hashes, at once and deferred.
#include "engine/wasm/contract/abi_routines.hpp"
#include "runtime/execution.hpp"
#include "runtime/hash/blake2.hpp"
#include "runtime/hash/blake3.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"
#include "runtime/hash/ripemd160.hpp"

namespace zvm::engine::wasm::abi {
namespace {

template <auto kHash>
Status hash(HostCall& call, Cost per_word) {
  using Digest = decltype(kHash(ByteView{}));
  const uint64_t size = call.u32(1);
  const uint8_t* data = bytes_at(call, 0, size);
  uint8_t* out = bytes_at(call, 2, sizeof(Digest));
  if (data == nullptr || out == nullptr)
    return Status::MemoryViolation;
  ZVM_RETURN_UNLESS_SUCCESS(charge_words(call, per_word, size));
  const Digest digest = kHash({data, size});
  std::memcpy(out, &digest, sizeof digest);
  return Status::Success;
}

} // namespace

Status keccak256(HostCall& call) { return hash<runtime::keccak256>(call, Cost::KeccakWord); }
Status sha256(HostCall& call) { return hash<runtime::sha256>(call, Cost::Sha256Word); }
Status ripemd160(HostCall& call) { return hash<runtime::ripemd160>(call, Cost::Ripemd160Word); }
Status blake2b(HostCall& call) { return hash<runtime::blake2b256>(call, Cost::Blake2bWord); }
Status blake3(HostCall& call) { return hash<runtime::blake3_256>(call, Cost::Blake2bWord); }
Status poseidon(HostCall& call) {
  return hash<runtime::poseidon_bn254_sponge>(call, Cost::PoseidonWord);
}

Status deferred_hash(HostCall& call) {
  const uint64_t size = call.u32(2);
  const uint8_t* data = bytes_at(call, 1, size);
  uint8_t* out = word_at(call, 3);
  if (data == nullptr || out == nullptr)
    return Status::MemoryViolation;
  U256 handle;
  ZVM_RETURN_UNLESS_SUCCESS(
      call.frame.host->defer_hash(call.frame, U256{call.u32(0)}, data, size, handle));
  handle.store_be(out);
  // The request is the last one of the transaction so far.
  give(call, static_cast<uint32_t>(call.frame.execution->journal.deferred().size() - 1));
  return Status::Success;
}

} // namespace zvm::engine::wasm::abi
