#include "runtime/hash/blake3.hpp"

#include <algorithm>
#include <cstring>

#include "runtime/hash/blake3_constants.hpp"
#include "runtime/hash/kernels.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

using Flags = Blake3Flags;
using Key = uint32_t[8];

constexpr size_t kBlock = kBlake3Block;
constexpr size_t kChunk = kBlake3Chunk;
/// Chunks that are hashed before their chaining values are joined, a power of two.
constexpr size_t kWindow = 64;
/// Subtrees that wait for their right sibling: a message has fewer than 2^54 chunks.
constexpr size_t kMaxDepth = 54;

/// A chaining value, in bytes as it stands in its parent's block.
struct Value {
  uint8_t bytes[32];
};

void load_words(const uint8_t (&bytes)[32], uint32_t (&words)[8]) {
  for (unsigned i = 0; i < 8; ++i)
    words[i] = load_word32<std::endian::little>(bytes + 4 * i);
}
Value to_value(const uint32_t (&words)[8]) {
  Value value;
  store_words32<std::endian::little>(value.bytes, words);
  return value;
}

/// Nodes of the tree whose inputs lie behind one another: whole chunks, or pairs of values.
struct Nodes {
  const uint8_t* data;
  size_t blocks;    ///< of each
  uint64_t counter; ///< of the first
  bool counts;      ///< the next have the next
  uint32_t flags, first, last;
};

/// At most kLanes of them; what is left over does the first one again.
template <size_t kLanes>
void compress_together(const Key& key, const Nodes& nodes, size_t from, size_t count,
                       const Kernel<Blake3Blocks<kLanes>>& compress, Value* out) {
  alignas(64) uint32_t states[kLanes][8];
  const uint8_t* data[kLanes];
  Blake3Tweaks<kLanes> tweaks;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const size_t node = from + (lane < count ? lane : 0);
    const uint64_t counter = nodes.counter + (nodes.counts ? node : 0);
    std::memcpy(states[lane], key, sizeof key);
    data[lane] = nodes.data + node * nodes.blocks * kBlock;
    tweaks.counter[0][lane] = static_cast<uint32_t>(counter);
    tweaks.counter[1][lane] = static_cast<uint32_t>(counter >> 32);
    tweaks.sizes[lane] = kBlock;
  }
  tweaks.flags = nodes.flags;
  tweaks.first = nodes.first;
  tweaks.last = nodes.last;
  compress(states, data, nodes.blocks, tweaks);
  for (size_t lane = 0; lane < count; ++lane)
    out[from + lane] = to_value(states[lane]);
}

/// The chaining values of all nodes. `out` may be where the nodes lie.
void compress_nodes(const Key& key, const Nodes& nodes, size_t count, Value* out) {
  for (size_t done = 0; done < count;) {
    const size_t left = count - done;
    const size_t now = std::min<size_t>(left, left > 8 ? 16 : left > 1 ? 8 : 1);
    if (now > 8)
      compress_together<16>(key, nodes, done, now, kernels.blake3_blocks_x16, out);
    else if (now > 1)
      compress_together<8>(key, nodes, done, now, kernels.blake3_blocks_x8, out);
    else
      compress_together<1>(key, nodes, done, now, kernels.blake3_blocks, out);
    done += now;
  }
}

/// A compression not done yet: only at the end is it known whether it is the root's.
struct Node {
  Key chaining;
  alignas(
      64) uint8_t block[kBlock]; ///< a store across lines is not forwarded to the kernel's loads
  uint32_t size;
  uint64_t counter;
  uint32_t flags;
};

Value value_of(const Node& node, uint32_t more_flags = 0) {
  alignas(32) uint32_t states[1][8];
  std::memcpy(states[0], node.chaining, sizeof node.chaining);
  const auto low = static_cast<uint32_t>(node.counter);
  const auto high = static_cast<uint32_t>(node.counter >> 32);
  kernels.blake3_blocks(states, {node.block}, 1,
                        {{{low}, {high}}, {node.size}, node.flags | more_flags, 0, 0});
  return to_value(states[0]);
}

Node parent(const Key& key, const Value& left, const Value& right, uint32_t flags) {
  Node node;
  std::memcpy(node.chaining, key, sizeof key);
  std::memcpy(node.block, left.bytes, sizeof left.bytes);
  std::memcpy(node.block + sizeof left.bytes, right.bytes, sizeof right.bytes);
  node.size = kBlock;
  node.counter = 0;
  node.flags = flags | Flags::kParent;
  return node;
}

/// A chunk of at most 1,024 bytes, up to its last block.
Node chunk(const Key& key, ByteView data, uint64_t counter, uint32_t flags) {
  alignas(32) uint32_t states[1][8];
  std::memcpy(states[0], key, sizeof key);
  const size_t before = data.empty() ? 0 : (data.size() - 1) / kBlock;
  if (before != 0) {
    const auto low = static_cast<uint32_t>(counter), high = static_cast<uint32_t>(counter >> 32);
    kernels.blake3_blocks(states, {data.data()}, before,
                          {{{low}, {high}}, {kBlock}, flags, Flags::kChunkStart, 0});
    data = data.subspan(before * kBlock);
  }
  Node node{{}, {}, static_cast<uint32_t>(data.size()), counter, flags | Flags::kChunkEnd};
  node.flags |= before == 0 ? Flags::kChunkStart : 0;
  std::memcpy(node.chaining, states[0], sizeof states[0]);
  if (!data.empty())
    std::memcpy(node.block, data.data(), data.size());
  return node;
}

/// The values of the chunks of `data`, at most kWindow, of which the first has the number
/// `counter`. Returns how many they are.
size_t chunk_values(const Key& key, ByteView data, uint64_t counter, uint32_t flags, Value* out) {
  const size_t whole = data.size() / kChunk;
  const Nodes chunks{data.data(), kChunk / kBlock,    counter,         true,
                     flags,       Flags::kChunkStart, Flags::kChunkEnd};
  compress_nodes(key, chunks, whole, out);
  const ByteView rest = data.subspan(whole * kChunk);
  if (rest.empty())
    return whole;
  out[whole] = value_of(chunk(key, rest, counter + whole, flags));
  return whole + 1;
}

/// Joins pairs from the left, level by level, until `most` values are left; one without a sibling
/// goes up a level.
void join(const Key& key, Value* values, size_t count, size_t most, uint32_t flags) {
  while (count > most) {
    const Nodes parents{values[0].bytes, 1, 0, false, flags | Flags::kParent, 0, 0};
    compress_nodes(key, parents, count / 2, values);
    if (count % 2 != 0)
      values[count / 2] = values[count - 1];
    count = count / 2 + count % 2;
  }
}

/// The tree over `data`, left to right: a full subtree is one value that waits on a stack until its
/// sibling is full too, as the bits of the number of windows say (5.1.2).
Node hash_tree(const Key& key, ByteView data, uint32_t flags) {
  Value values[kWindow];
  Value waiting[kMaxDepth];
  size_t depth = 0;
  uint64_t windows = 0;
  // The last window stays: what is to the right of a full subtree is not known before.
  for (; data.size() > kWindow * kChunk; data = data.subspan(kWindow * kChunk)) {
    chunk_values(key, data.first(kWindow * kChunk), windows * kWindow, flags, values);
    join(key, values, kWindow, 1, flags);
    Value subtree = values[0];
    ++windows;
    for (uint64_t full = windows; full % 2 == 0; full /= 2)
      subtree = value_of(parent(key, waiting[--depth], subtree, flags));
    waiting[depth++] = subtree;
  }
  Node node;
  if (data.size() <= kChunk) {
    node = chunk(key, data, windows * kWindow, flags);
  } else {
    join(key, values, chunk_values(key, data, windows * kWindow, flags, values), 2, flags);
    node = parent(key, values[0], values[1], flags);
  }
  while (depth != 0)
    node = parent(key, waiting[--depth], value_of(node), flags);
  return node;
}

void hash(const Key& key, ByteView data, uint32_t flags, std::span<uint8_t> out) {
  const Node root = hash_tree(key, data, flags);
  if (out.size() <= sizeof(Value)) {
    const Value value = value_of(root, Flags::kRoot);
    std::copy_n(value.bytes, out.size(), out.begin());
    return;
  }
  for (uint64_t counter = 0; !out.empty(); ++counter) {
    uint32_t words[16];
    blake3_compress(root.chaining, root.block, root.size, counter, root.flags | Flags::kRoot,
                    words);
    uint8_t bytes[kBlock];
    store_words32<std::endian::little>(bytes, words);
    const size_t size = std::min(out.size(), kBlock);
    std::memcpy(out.data(), bytes, size);
    out = out.subspan(size);
  }
}

void hash(const uint8_t (&key)[32], ByteView data, uint32_t flags, std::span<uint8_t> out) {
  Key words;
  load_words(key, words);
  hash(words, data, flags, out);
}

} // namespace

void blake3(ByteView data, std::span<uint8_t> out) { hash(kBlake3Initial, data, 0, out); }

void blake3_keyed(std::span<const uint8_t, 32> key, ByteView data, std::span<uint8_t> out) {
  uint8_t bytes[32];
  std::ranges::copy(key, bytes);
  hash(bytes, data, Flags::kKeyed, out);
}

void blake3_derive_key(std::string_view context, ByteView material, std::span<uint8_t> out) {
  uint8_t key[32];
  hash(kBlake3Initial, {reinterpret_cast<const uint8_t*>(context.data()), context.size()},
       Flags::kContext, key);
  hash(key, material, Flags::kMaterial, out);
}

Bytes32 blake3_256(ByteView data) {
  Bytes32 digest;
  blake3(data, digest.bytes);
  return digest;
}

} // namespace zvm::runtime
