#include "runtime/hash/blake3.hpp"

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kBlock = 64;
constexpr size_t kChunk = 1024;
constexpr size_t kBlocks = kChunk / kBlock;
constexpr unsigned kRounds = 7;
/// Subtrees that wait for their right sibling: a message has fewer than 2^54 chunks.
constexpr size_t kMaxDepth = 54;

/// The initial values of SHA-256.
constexpr Blake3Words kInitial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// Flags (table 3).
constexpr uint32_t kChunkStart = 1 << 0;
constexpr uint32_t kChunkEnd = 1 << 1;
constexpr uint32_t kParent = 1 << 2;
constexpr uint32_t kRoot = 1 << 3;
constexpr uint32_t kKeyed = 1 << 4;
constexpr uint32_t kContext = 1 << 5;
constexpr uint32_t kMaterial = 1 << 6;

/// Which word of the message each place of a round takes: the permutation of table 2, once more each round.
constexpr auto kSchedule = [] {
  constexpr uint8_t kPermutation[16] = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
  std::array<std::array<uint8_t, 16>, kRounds> schedule{};
  for (unsigned i = 0; i < 16; ++i)
    schedule[0][i] = static_cast<uint8_t>(i);
  for (unsigned round = 1; round < kRounds; ++round)
    for (unsigned i = 0; i < 16; ++i)
      schedule[round][i] = schedule[round - 1][kPermutation[i]];
  return schedule;
}();

/// One word of each of eight messages. The compiler makes of it what the machine has.
constexpr size_t kLanes = 8;
constexpr size_t kWorthLanes = 4; // three chunks one by one take no longer
typedef uint32_t Vector __attribute__((vector_size(4 * kLanes)));

template <unsigned kCount, typename Word>
[[gnu::always_inline]] inline void rotate_right(Word& x) {
  x = x >> kCount | x << (32 - kCount);
}

template <typename Word>
[[gnu::always_inline]] inline void quarter(Word& a, Word& b, Word& c, Word& d, const Word& x,
                                           const Word& y) {
  a += b + x;
  d ^= a;
  rotate_right<16>(d);
  c += d;
  b ^= c;
  rotate_right<12>(b);
  a += b + y;
  d ^= a;
  rotate_right<8>(d);
  c += d;
  b ^= c;
  rotate_right<7>(b);
}

/// All rounds, of one message or of one in each lane.
template <typename Word>
[[gnu::always_inline]] inline void mix(Word (&v)[16], const Word (&m)[16]) {
  ZVM_UNROLL
  for (unsigned round = 0; round < kRounds; ++round) {
    const auto& s = kSchedule[round];
    quarter(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
    quarter(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
    quarter(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
    quarter(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
    quarter(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
    quarter(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
    quarter(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
    quarter(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
  }
}

uint32_t flags_of_block(size_t block, uint32_t flags) {
  return flags | (block == 0 ? kChunkStart : 0) | (block == kBlocks - 1 ? kChunkEnd : 0);
}

Blake3Words next_chaining(const Blake3Words& chaining, const uint8_t* block, uint32_t size,
                          uint64_t counter, uint32_t flags) {
  std::array<uint32_t, 16> out;
  blake3_compress(chaining, block, size, counter, flags, out);
  Blake3Words next;
  std::memcpy(next.data(), out.data(), sizeof next);
  return next;
}

/// At most eight chunks that follow each other, one in each lane. What is left over does the last one again.
void chunks_in_lanes(const Blake3Words& key, const uint8_t* data, size_t count, uint64_t counter,
                     uint32_t flags, Blake3Words* out) {
  const uint8_t* chunks[kLanes];
  Vector chaining[8], low, high;
  for (unsigned i = 0; i < 8; ++i)
    chaining[i] = Vector{} + key[i];
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    chunks[lane] = data + kChunk * (lane < count ? lane : count - 1);
    low[lane] = static_cast<uint32_t>(counter + lane);
    high[lane] = static_cast<uint32_t>((counter + lane) >> 32);
  }
  for (size_t block = 0; block < kBlocks; ++block) {
    Vector m[16], v[16];
    ZVM_UNROLL
    for (unsigned i = 0; i < 16; ++i) {
      ZVM_UNROLL
      for (unsigned lane = 0; lane < kLanes; ++lane)
        m[i][lane] = load_word32<std::endian::little>(chunks[lane] + kBlock * block + 4 * i);
    }
    ZVM_UNROLL
    for (unsigned i = 0; i < 8; ++i)
      v[i] = chaining[i];
    ZVM_UNROLL
    for (unsigned i = 0; i < 4; ++i)
      v[8 + i] = Vector{} + kInitial[i];
    v[12] = low;
    v[13] = high;
    v[14] = Vector{} + static_cast<uint32_t>(kBlock);
    v[15] = Vector{} + flags_of_block(block, flags);
    mix(v, m);
    ZVM_UNROLL
    for (unsigned i = 0; i < 8; ++i)
      chaining[i] = v[i] ^ v[8 + i];
  }
  for (unsigned lane = 0; lane < count; ++lane)
    for (unsigned i = 0; i < 8; ++i)
      out[lane][i] = chaining[i][lane];
}

/// A compression not done yet: only at the end is it known whether it is the root's.
struct Node {
  Blake3Words chaining;
  uint8_t block[kBlock];
  uint32_t size;
  uint64_t counter;
  uint32_t flags;
};

Node parent(const Blake3Words& key, const Blake3Words& left, const Blake3Words& right,
            uint32_t flags) {
  Node node{key, {}, kBlock, 0, flags | kParent};
  for (unsigned i = 0; i < 8; ++i) {
    store_word32<std::endian::little>(node.block + 4 * i, left[i]);
    store_word32<std::endian::little>(node.block + 32 + 4 * i, right[i]);
  }
  return node;
}

Blake3Words chaining_of(const Node& node) {
  return next_chaining(node.chaining, node.block, node.size, node.counter, node.flags);
}

/// The last chunk, of at most 1,024 bytes, up to its last block.
Node last_chunk(const Blake3Words& key, ByteView data, uint64_t counter, uint32_t flags) {
  Node node{key, {}, 0, counter, flags | kChunkStart | kChunkEnd};
  for (; data.size() > kBlock; data = data.subspan(kBlock)) {
    node.chaining =
        next_chaining(node.chaining, data.data(), kBlock, counter, node.flags & ~kChunkEnd);
    node.flags &= ~kChunkStart;
  }
  if (!data.empty())
    std::memcpy(node.block, data.data(), data.size());
  node.size = static_cast<uint32_t>(data.size());
  return node;
}

/// The tree over `data`, left to right: a full subtree is one chaining value that waits on a stack until its sibling
/// is full too, as the bits of the number of chunks say (5.1.2).
Node hash_tree(const Blake3Words& key, ByteView data, uint32_t flags) {
  Blake3Words waiting[kMaxDepth];
  size_t depth = 0;
  uint64_t chunks = 0;
  while (data.size() > kChunk) {
    // The last chunk stays: it may be the root's, and what is to the right of a full subtree is not known before.
    const size_t whole = (data.size() - 1) / kChunk;
    const size_t now = whole < kLanes ? whole : kLanes;
    Blake3Words done[kLanes];
    blake3_chunks(key, data.data(), now, chunks, flags, done);
    for (size_t i = 0; i < now; ++i) {
      Blake3Words subtree = done[i];
      ++chunks;
      for (uint64_t full = chunks; full % 2 == 0; full /= 2)
        subtree = chaining_of(parent(key, waiting[--depth], subtree, flags));
      waiting[depth++] = subtree;
    }
    data = data.subspan(now * kChunk);
  }
  Node node = last_chunk(key, data, chunks, flags);
  while (depth != 0)
    node = parent(key, waiting[--depth], chaining_of(node), flags);
  return node;
}

void hash(const Blake3Words& key, ByteView data, uint32_t flags, std::span<uint8_t> out) {
  const Node root = hash_tree(key, data, flags);
  for (uint64_t counter = 0; !out.empty(); ++counter) {
    std::array<uint32_t, 16> words;
    blake3_compress(root.chaining, root.block, root.size, counter, root.flags | kRoot, words);
    uint8_t bytes[kBlock];
    for (unsigned i = 0; i < 16; ++i)
      store_word32<std::endian::little>(bytes + 4 * i, words[i]);
    const size_t size = out.size() < kBlock ? out.size() : kBlock;
    std::memcpy(out.data(), bytes, size);
    out = out.subspan(size);
  }
}

Blake3Words key_words(std::span<const uint8_t, 32> key) {
  Blake3Words words;
  for (unsigned i = 0; i < 8; ++i)
    words[i] = load_word32<std::endian::little>(key.data() + 4 * i);
  return words;
}

} // namespace

void blake3_compress(const Blake3Words& chaining, const uint8_t* block, uint32_t size,
                     uint64_t counter, uint32_t flags, std::array<uint32_t, 16>& out) {
  uint32_t m[16], v[16];
  for (unsigned i = 0; i < 16; ++i)
    m[i] = load_word32<std::endian::little>(block + 4 * i);
  for (unsigned i = 0; i < 8; ++i)
    v[i] = chaining[i];
  for (unsigned i = 0; i < 4; ++i)
    v[8 + i] = kInitial[i];
  v[12] = static_cast<uint32_t>(counter);
  v[13] = static_cast<uint32_t>(counter >> 32);
  v[14] = size;
  v[15] = flags;
  mix(v, m);
  for (unsigned i = 0; i < 8; ++i) {
    out[i] = v[i] ^ v[8 + i];
    out[8 + i] = v[8 + i] ^ chaining[i];
  }
}

void blake3_chunks(const Blake3Words& key, const uint8_t* data, size_t count, uint64_t counter,
                   uint32_t flags, Blake3Words* out) {
  while (count >= kWorthLanes) {
    const size_t now = count < kLanes ? count : kLanes;
    chunks_in_lanes(key, data, now, counter, flags, out);
    count -= now;
    counter += now;
    data += now * kChunk;
    out += now;
  }
  for (; count != 0; --count, ++counter, data += kChunk, ++out) {
    *out = key;
    for (size_t block = 0; block < kBlocks; ++block)
      *out =
          next_chaining(*out, data + kBlock * block, kBlock, counter, flags_of_block(block, flags));
  }
}

void blake3(ByteView data, std::span<uint8_t> out) { hash(kInitial, data, 0, out); }

void blake3_keyed(std::span<const uint8_t, 32> key, ByteView data, std::span<uint8_t> out) {
  hash(key_words(key), data, kKeyed, out);
}

void blake3_derive_key(std::string_view context, ByteView material, std::span<uint8_t> out) {
  uint8_t key[32];
  hash(kInitial, {reinterpret_cast<const uint8_t*>(context.data()), context.size()}, kContext, key);
  hash(key_words(key), material, kMaterial, out);
}

Bytes32 blake3_256(ByteView data) {
  Bytes32 digest;
  blake3(data, digest.bytes);
  return digest;
}

} // namespace zvm::runtime
