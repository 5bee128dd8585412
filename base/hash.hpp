// Hash functions of FlatMap for the engine's keys. Not cryptographic, seeded per process.
#pragma once

#include <bit>
#include <cstring>

#include "base/flat_map.hpp"
#include "base/types.hpp"

namespace zvm {

/// Three numbers nobody outside knows. Each factor of a product is mixed with one: with a known factor,
/// keys that make it zero would all have the same hash.
struct HashSecrets {
  uint64_t first = hash_seed();
  uint64_t second = std::rotl(first, 23);
  uint64_t third = std::rotl(first, 41);
};

struct HashWord {
  uint64_t operator()(const U256& word) const {
    const HashSecrets s;
    return mix(mix(word.limb(0) ^ s.first, word.limb(1) ^ s.second) ^ word.limb(2),
               word.limb(3) ^ s.third);
  }
};

struct HashAddress {
  uint64_t operator()(const Address& address) const {
    const HashSecrets s;
    const AddressPieces p = pieces_of(address);
    return mix(mix(p.high ^ s.first, p.middle ^ s.second), p.low ^ s.third);
  }
};

struct HashBytes32 {
  uint64_t operator()(const Bytes32& bytes) const {
    const HashSecrets s;
    uint64_t a, b;
    std::memcpy(&a, bytes.bytes.data(), 8);
    std::memcpy(&b, bytes.bytes.data() + 8, 8);
    return mix(a ^ s.first, b ^ s.second);
  }
};

/// Bytes as a key: compared, not owned.
struct BytesKey {
  ByteView bytes;
  friend bool operator==(const BytesKey& a, const BytesKey& b) {
    return a.bytes.size() == b.bytes.size() &&
           (a.bytes.empty() || std::memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0);
  }
};

/// Of any number of bytes, and a number beside them.
struct HashBytes {
  uint64_t operator()(const BytesKey& key, uint64_t beside = 0) const {
    ByteView bytes = key.bytes;
    const HashSecrets s;
    uint64_t hash = mix(beside ^ s.second, bytes.size() ^ s.third);
    while (!bytes.empty()) {
      uint64_t words[2] = {};
      const size_t taken = bytes.size() < sizeof words ? bytes.size() : sizeof words;
      std::memcpy(words, bytes.data(), taken);
      hash = mix(words[0] ^ s.first, words[1] ^ hash ^ s.third);
      bytes = bytes.subspan(taken);
    }
    return hash;
  }
};

} // namespace zvm
