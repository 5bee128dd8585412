// Choices: bytes read as decisions. What a fuzzer mutates is a program's decisions, not its bytes,
// so that most inputs are programs that run.
//
// The first two bytes are the seed of a stream of pseudo-random bytes that goes on where the input
// ends: a short input is a whole program too, and cutting one off changes nothing in front of the
// cut.
#pragma once

#include <cstdint>
#include <span>

#include "base/types.hpp"

namespace zvm::fuzz {

class Choices {
 public:
  explicit Choices(ByteView data) : data_(data) {
    const uint64_t seed = static_cast<uint64_t>(raw()) << 8 | raw();
    state_ = seed * 0x9e3779b97f4a7c15 + 0x7f4a7c15;
  }

  uint8_t byte() {
    if (left_ == 0) {
      state_ += 0x9e3779b97f4a7c15;
      uint64_t z = state_;
      z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
      z = (z ^ z >> 27) * 0x94d049bb133111eb;
      stream_ = z ^ z >> 31;
      left_ = 8;
    }
    const auto tail = static_cast<uint8_t>(stream_);
    stream_ >>= 8;
    --left_;
    return at_ < data_.size() ? data_[at_++] : tail;
  }
  /// `bytes` of them as a number.
  uint64_t number(unsigned bytes) {
    uint64_t n = 0;
    for (unsigned i = 0; i < bytes; ++i)
      n = n << 8 | byte();
    return n;
  }
  /// Below n, of one byte where n is no more than 256.
  uint32_t below(uint32_t n) {
    return static_cast<uint32_t>(number(n <= 256 ? 1 : n <= 65536 ? 2 : 4) % n);
  }
  bool one_in(uint32_t n) { return below(n) == 0; }
  template <typename T, size_t N>
  const T& pick(const T (&items)[N]) {
    return items[below(N)];
  }
  template <typename List>
  const auto& pick_of(const List& items) {
    return items[below(static_cast<uint32_t>(items.size()))];
  }
  /// An index, each as likely as its weight.
  template <size_t N>
  uint32_t weighted(const uint16_t (&weights)[N]) {
    uint32_t sum = 0;
    for (const uint16_t w : weights)
      sum += w;
    uint32_t at = below(sum);
    for (uint32_t i = 0; i < N; ++i) {
      if (at < weights[i])
        return i;
      at -= weights[i];
    }
    return 0;
  }
  /// The input that has not been read.
  [[nodiscard]] ByteView rest() const { return data_.subspan(at_); }

 private:
  uint8_t raw() { return at_ < data_.size() ? data_[at_++] : 0; }

  ByteView data_;
  size_t at_ = 0;
  uint64_t state_ = 0, stream_ = 0;
  unsigned left_ = 0;
};

} // namespace zvm::fuzz
