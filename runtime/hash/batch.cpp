#include "runtime/hash/batch.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/assert.hpp"
#include "runtime/hash/blake3.hpp"
#include "runtime/hash/blake3_constants.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/keccak_states.hpp"
#include "runtime/hash/kernels.hpp"
#include "runtime/hash/sha256.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

/// Messages that are sorted at a time.
constexpr size_t kWindow = 128;

/// Gives `hash` runs of indices into `inputs` whose messages have as many blocks, up to `most` at a
/// time.
void for_groups(std::span<const ByteView> inputs, size_t most, auto blocks_of, auto hash) {
  uint32_t order[kWindow];
  size_t blocks[kWindow]; // of the messages of the window as they stand
  for (size_t begin = 0; begin < inputs.size(); begin += kWindow) {
    const size_t count = std::min(kWindow, inputs.size() - begin);
    bool is_sorted = true;
    for (size_t i = 0; i < count; ++i) {
      order[i] = static_cast<uint32_t>(begin + i);
      blocks[i] = blocks_of(inputs[begin + i].size());
      is_sorted &= i == 0 || blocks[i - 1] <= blocks[i];
    }
    const std::span<uint32_t> window{order, count};
    const auto blocks_at = [&](uint32_t index) { return blocks[index - begin]; };
    if (!is_sorted)
      std::ranges::sort(window, {}, blocks_at);
    for (size_t i = 0; i < count;) {
      const size_t same = blocks_at(order[i]);
      size_t end = i + 1;
      while (end < count && end - i < most && blocks_at(order[end]) == same)
        ++end;
      hash(window.subspan(i, end - i), same);
      i = end;
    }
  }
}

// --- Keccak-256 ---

constexpr size_t kRate = kKeccak256Rate;

/// Fewer messages than states leave some to the first one.
template <size_t kStates>
void keccak_group(std::span<const ByteView> inputs, std::span<const uint32_t> group, size_t blocks,
                  const Kernel<void(uint64_t (&)[25][kStates])>& permute, std::span<Bytes32> out) {
  const uint8_t* data[kStates];
  size_t rest[kStates];
  for (size_t j = 0; j < kStates; ++j) {
    const ByteView input = inputs[group[j < group.size() ? j : 0]];
    data[j] = input.data();
    rest[j] = input.size() - kRate * (blocks - 1);
  }
  KeccakStates<kStates> states{permute};
  for (size_t block = 1; block < blocks; ++block) {
    states.absorb(data);
    for (const uint8_t*& bytes : data)
      bytes += kRate;
  }
  states.absorb_last(data, rest);
  for (size_t first = 0; first < group.size(); first += 4) {
    Bytes32 hashes[4];
    states.squeeze(first, hashes);
    for (size_t j = first; j < std::min(first + 4, group.size()); ++j)
      out[group[j]] = hashes[j - first];
  }
}

// --- SHA-256 ---

/// Messages with as many whole blocks and as many that follow. Fewer than lanes leave some to the
/// first one.
template <size_t kLanes>
void sha256_group(std::span<const ByteView> inputs, std::span<const uint32_t> group,
                  const Kernel<Sha256BlocksOf<kLanes>>& advance, std::span<Bytes32> out) {
  alignas(64) uint32_t states[kLanes][8];
  const uint8_t* data[kLanes];
  const uint8_t* last[kLanes];
  std::optional<LastBlocks<std::endian::big>> padded[kLanes];
  size_t last_blocks = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    std::ranges::copy(kSha256Initial, states[lane]);
    const size_t from = lane < group.size() ? lane : 0;
    const ByteView input = inputs[group[from]];
    data[lane] = input.data();
    if (from < lane) {
      last[lane] = last[from];
      continue;
    }
    const LastBlocks<std::endian::big>& end = padded[lane].emplace(input);
    last[lane] = end.bytes;
    last_blocks = end.count;
  }
  if (const size_t whole = inputs[group[0]].size() / 64; whole != 0)
    advance(states, data, whole);
  advance(states, last, last_blocks);
  for (size_t lane = 0; lane < group.size(); ++lane)
    store_words32<std::endian::big>(out[group[lane]].bytes.data(), states[lane]);
}

// --- BLAKE3 ---

/// Of one chunk each, with as many blocks. Fewer messages than lanes leave some to the first one.
template <size_t kLanes>
void blake3_group(std::span<const ByteView> inputs, std::span<const uint32_t> group, size_t blocks,
                  const Kernel<Blake3Blocks<kLanes>>& compress, std::span<Bytes32> out) {
  const size_t before = kBlake3Block * (blocks - 1);
  alignas(64) uint32_t states[kLanes][8];
  const uint8_t* data[kLanes];
  const uint8_t* last[kLanes];
  alignas(64) uint8_t padded[kLanes][kBlake3Block];
  Blake3Tweaks<kLanes> tweaks{{}, {}, 0, Blake3Flags::kChunkStart, 0};
  for (size_t lane = 0; lane < kLanes; ++lane) {
    std::ranges::copy(kBlake3Initial, states[lane]);
    const size_t from = lane < group.size() ? lane : 0;
    const ByteView input = inputs[group[from]];
    data[lane] = input.data();
    last[lane] = from < lane ? last[from] : input.data() + before;
    tweaks.sizes[lane] = static_cast<uint32_t>(input.size() - before);
    if (from == lane && tweaks.sizes[lane] != kBlake3Block) {
      std::memset(padded[lane], 0, kBlake3Block);
      if (!input.empty())
        std::memcpy(padded[lane], input.data() + before, tweaks.sizes[lane]);
      last[lane] = padded[lane];
    }
  }
  if (blocks > 1) {
    Blake3Tweaks<kLanes> whole = tweaks;
    std::ranges::fill(whole.sizes, uint32_t{kBlake3Block});
    compress(states, data, blocks - 1, whole);
    tweaks.first = 0;
  }
  tweaks.last = Blake3Flags::kChunkEnd | Blake3Flags::kRoot;
  compress(states, last, 1, tweaks);
  for (size_t lane = 0; lane < group.size(); ++lane)
    store_words32<std::endian::little>(out[group[lane]].bytes.data(), states[lane]);
}

} // namespace

void keccak256_many(std::span<const ByteView> inputs, std::span<Bytes32> out) {
  ZVM_ASSERT(inputs.size() == out.size());
  const auto blocks_of = [](size_t size) { return size / kRate + 1; };
  for_groups(inputs, 8, blocks_of, [&](std::span<const uint32_t> group, size_t blocks) {
    if (group.size() > 4)
      keccak_group<8>(inputs, group, blocks, kernels.keccak_f1600_x8, out);
    else if (group.size() > 1)
      keccak_group<4>(inputs, group, blocks, kernels.keccak_f1600_x4, out);
    else
      out[group[0]] = keccak256(inputs[group[0]]);
  });
}

void sha256_many(std::span<const ByteView> inputs, std::span<Bytes32> out) {
  ZVM_ASSERT(inputs.size() == out.size());
  // Whole blocks, and whether one or two follow.
  const auto blocks_of = [](size_t size) {
    return size / 64 * 2 + (size % 64 > 64 - 1 - 8 ? 1 : 0);
  };
  for_groups(inputs, kMostSha256Lanes, blocks_of, [&](std::span<const uint32_t> group, size_t) {
    while (!group.empty()) {
      const size_t lanes = group.size() == 1 ? 1 : sha256_lanes(group.size());
      const std::span<const uint32_t> part = group.first(std::min(lanes, group.size()));
      group = group.subspan(part.size());
      if (part.size() == 1)
        out[part[0]] = sha256(inputs[part[0]]);
      else if (lanes == 2)
        sha256_group<2>(inputs, part, kernels.sha256_blocks_x2, out);
      else if (lanes == 8)
        sha256_group<8>(inputs, part, kernels.sha256_blocks_x8, out);
      else
        sha256_group<16>(inputs, part, kernels.sha256_blocks_x16, out);
    }
  });
}

void blake3_many(std::span<const ByteView> inputs, std::span<Bytes32> out) {
  ZVM_ASSERT(inputs.size() == out.size());
  const auto blocks_of = [](size_t size) {
    return size == 0              ? 1
           : size <= kBlake3Chunk ? (size - 1) / kBlake3Block + 1
                                  : kBlake3Chunk / kBlake3Block + 1; // they have a tree
  };
  for_groups(inputs, 16, blocks_of, [&](std::span<const uint32_t> group, size_t blocks) {
    if (group.size() == 1 || blocks > kBlake3Chunk / kBlake3Block) {
      for (const uint32_t i : group)
        out[i] = blake3_256(inputs[i]);
    } else if (group.size() > 8) {
      blake3_group<16>(inputs, group, blocks, kernels.blake3_blocks_x16, out);
    } else {
      blake3_group<8>(inputs, group, blocks, kernels.blake3_blocks_x8, out);
    }
  });
}

} // namespace zvm::runtime
