// BLAKE2b (RFC 7693), and its compression function F with a free number of rounds (EIP-152).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/types.hpp"

namespace zvm::runtime {

/// F in steps, so that a caller can look up between them: construct, mix as often as wanted,
/// finish.
class Blake2bCompression {
 public:
  /// `offset` is the count of bytes hashed so far, its low limb first.
  Blake2bCompression(const std::array<uint64_t, 8>& state, const std::array<uint64_t, 16>& message,
                     const std::array<uint64_t, 2>& offset, bool is_last);
  /// Performs the next `rounds` rounds; the permutation of round i is that of i mod 10.
  void mix(uint32_t rounds);
  /// The new state.
  [[nodiscard]] std::array<uint64_t, 8> finish() const;

 private:
  std::array<uint64_t, 8> state_;
  alignas(64) uint64_t message_[16];
  alignas(64) uint64_t v_[16];
  uint32_t next_ = 0; ///< permutation of the next round, below 10
};

/// Fills `digest`, of 1 to 64 bytes, with the hash of that length under a key of at most 64 bytes.
void blake2b(ByteView data, std::span<uint8_t> digest, ByteView key = {});
[[nodiscard]] Bytes32 blake2b256(ByteView data);
[[nodiscard]] std::array<uint8_t, 64> blake2b512(ByteView data);

} // namespace zvm::runtime
