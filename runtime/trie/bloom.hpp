// The bloom filter of logs that receipts and headers carry (Yellow Paper, section 4.3.1).
#pragma once

#include <array>

#include "runtime/state/journal.hpp"

namespace zvm::runtime {

/// 2,048 bits; bit n counts from the low end of the last byte.
using Bloom = std::array<uint8_t, 256>;

/// Collects addresses and topics and hashes them together.
class BloomBuilder {
 public:
  /// Three bits for the address and for each topic.
  void add(const LogView& log);
  /// The filter of what was added; begins another.
  [[nodiscard]] Bloom finish();

 private:
  static constexpr size_t kBatch = 64;

  void add(ByteView item);
  void hash_waiting();

  Bloom bloom_{};
  uint8_t items_[kBatch][32];
  ByteView waiting_[kBatch];
  size_t count_ = 0;
};

/// Of the journal's logs.
[[nodiscard]] Bloom logs_bloom(const Journal& journal);

} // namespace zvm::runtime
