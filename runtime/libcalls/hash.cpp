// Hashes of touched memory and of words.
#include "runtime/frame.hpp"
#include "runtime/hash/blake2.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/memo.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"
#include "runtime/hash/ripemd160.hpp"
#include "runtime/libcalls.hpp"
#include "runtime/libcalls/memory.hpp"

namespace zvm::runtime::libcall {
namespace {

ByteView bytes_at(const Frame& frame, uint64_t address, uint64_t size) {
  return {touched_at(frame, address, size), size};
}

} // namespace

void hash_keccak256(Frame& frame, uint64_t address, uint64_t size, U256& digest) {
  const ByteView bytes = bytes_at(frame, address, size);
  if (size == 64) // the places of elements of mappings
    digest = keccak256_pair_memo(U256::load_be(bytes.data()), U256::load_be(bytes.data() + 32));
  else
    digest = to_word(keccak256(bytes));
}
void hash_sha256(Frame& frame, uint64_t address, uint64_t size, U256& digest) {
  digest = to_word(sha256(bytes_at(frame, address, size)));
}
void hash_ripemd160(Frame& frame, uint64_t address, uint64_t size, U256& digest) {
  digest = U256::from_be_bytes(ripemd160(bytes_at(frame, address, size)));
}
void hash_blake2b(Frame& frame, uint64_t address, uint64_t size, U256& digest) {
  digest = to_word(blake2b256(bytes_at(frame, address, size)));
}
void hash_poseidon(Frame& frame, uint64_t address, uint64_t size, U256& digest) {
  digest = to_word(poseidon_bn254_sponge(bytes_at(frame, address, size)));
}

void hash_word(const U256& word, U256& digest) { digest = keccak256_word(word); }
void hash_pair(const U256& first, const U256& second, U256& digest) {
  digest = keccak256_pair_memo(first, second);
}

} // namespace zvm::runtime::libcall
