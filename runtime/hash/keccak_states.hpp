// Keccak-256 of several messages beside one another: how their bytes come into the interleaved
// states of a kernel, and the hashes out of them. Only for batches.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/types.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/kernels.hpp"
#include "runtime/hash/lanes.hpp"

namespace zvm::runtime {

/// Whole vectors go in and out: parts of one that were just stored cannot be loaded as a whole
/// before they have come to the cache.
template <size_t kStates>
class KeccakStates {
 public:
  /// Where the bytes of each message are.
  using Bytes = const uint8_t* const (&)[kStates];
  using Permutation = Kernel<void(uint64_t (&)[25][kStates])>;

  explicit KeccakStates(const Permutation& permute) : permute_(permute) {}

  /// A whole block of each message.
  void absorb(Bytes blocks) {
    for (size_t quad = 0; quad < kQuads; ++quad)
      xor_quad(quad, blocks, kQuad * quad);
    xor_last_lane(blocks, kQuad * kQuads);
    permute_(lanes_);
  }

  /// The last `sizes` of the messages, each less than a block. Quads that all of them have are
  /// taken from where they are; messages of whole quads, such as words and pairs of words, are not
  /// copied at all.
  void absorb_last(Bytes bytes, const size_t (&sizes)[kStates]) {
    const auto [least, most] = std::ranges::minmax(sizes);
    const size_t whole = least / kQuad, end = most / kQuad + 1;
    for (size_t quad = 0; quad < whole; ++quad)
      xor_quad(quad, bytes, kQuad * quad);
    constexpr static uint8_t kPadding[kQuad] = {0x01};
    const uint8_t* padded[kStates];
    alignas(kQuad) uint8_t copies[kStates][kQuad * (kQuads + 1)];
    for (size_t j = 0; j < kStates; ++j) {
      padded[j] = kPadding;
      if (most == kQuad * whole)
        continue;
      const size_t size = sizes[j] - kQuad * whole;
      std::memset(copies[j], 0, kQuad * (end - whole));
      if (size != 0)
        std::memcpy(copies[j], bytes[j] + kQuad * whole, size);
      copies[j][size] = 0x01;
      padded[j] = copies[j];
    }
    for (size_t quad = whole; quad < std::min(end, kQuads); ++quad)
      xor_quad(quad, padded, kQuad * (quad - whole));
    if (end > kQuads)
      xor_last_lane(padded, kQuad * (kQuads - whole));
    for (size_t first = 0; first < kStates; first += 4)
      xor_into(lanes_[kLastLane] + first, Lane4{} + (uint64_t{1} << 63));
    permute_(lanes_);
  }

  /// Of the four messages from `first` on.
  void squeeze(size_t first, Bytes32 (&hashes)[4]) const {
    Lane4 rows[4];
    for (size_t i = 0; i < 4; ++i)
      std::memcpy(&rows[i], lanes_[i] + first, sizeof rows[i]);
    transpose(rows);
    for (size_t i = 0; i < 4; ++i) {
      to_little_endian(rows[i]);
      std::memcpy(hashes[i].bytes.data(), &rows[i], sizeof rows[i]);
    }
  }

 private:
  /// Four lanes beside one another: of one message, or one of each of four. Passed by reference:
  /// how else depends on what the compiler may use of the CPU.
  using Lane4 [[gnu::vector_size(32)]] = uint64_t;

  static constexpr size_t kQuad = sizeof(Lane4);           ///< bytes that become lanes together
  static constexpr size_t kQuads = kKeccak256Rate / kQuad; ///< of a block, which has a lane more
  static constexpr size_t kLastLane = kKeccak256Rate / 8 - 1;
  static_assert(kKeccak256Rate == kQuad * kQuads + 8);

  static void to_little_endian(Lane4& lanes) {
    if constexpr (std::endian::native == std::endian::big) {
      for (size_t i = 0; i < 4; ++i)
        lanes[i] = __builtin_bswap64(lanes[i]);
    }
  }

  /// From four lanes of one message in each row to one lane of four messages, and back.
  static void transpose(Lane4 (&rows)[4]) {
    const Lane4 even01 = __builtin_shufflevector(rows[0], rows[1], 0, 4, 2, 6);
    const Lane4 odd01 = __builtin_shufflevector(rows[0], rows[1], 1, 5, 3, 7);
    const Lane4 even23 = __builtin_shufflevector(rows[2], rows[3], 0, 4, 2, 6);
    const Lane4 odd23 = __builtin_shufflevector(rows[2], rows[3], 1, 5, 3, 7);
    rows[0] = __builtin_shufflevector(even01, even23, 0, 1, 4, 5);
    rows[1] = __builtin_shufflevector(odd01, odd23, 0, 1, 4, 5);
    rows[2] = __builtin_shufflevector(even01, even23, 2, 3, 6, 7);
    rows[3] = __builtin_shufflevector(odd01, odd23, 2, 3, 6, 7);
  }

  static void xor_into(uint64_t* lanes, const Lane4& value) {
    Lane4 sum;
    std::memcpy(&sum, lanes, sizeof sum);
    sum ^= value;
    std::memcpy(lanes, &sum, sizeof sum);
  }

  /// Four lanes of a block, whose bytes begin at `offset`.
  void xor_quad(size_t quad, Bytes bytes, size_t offset) {
    for (size_t first = 0; first < kStates; first += 4) {
      Lane4 rows[4];
      for (size_t j = 0; j < 4; ++j) {
        std::memcpy(&rows[j], bytes[first + j] + offset, sizeof rows[j]);
        to_little_endian(rows[j]);
      }
      transpose(rows);
      for (size_t i = 0; i < 4; ++i)
        xor_into(lanes_[4 * quad + i] + first, rows[i]);
    }
  }

  void xor_last_lane(Bytes bytes, size_t offset) {
    for (size_t first = 0; first < kStates; first += 4) {
      const auto lane = [&](size_t j) { return load_lane(bytes[first + j] + offset); };
      xor_into(lanes_[kLastLane] + first, Lane4{lane(0), lane(1), lane(2), lane(3)});
    }
  }

  const Permutation& permute_;
  alignas(64) uint64_t lanes_[25][kStates] = {};
};

} // namespace zvm::runtime
