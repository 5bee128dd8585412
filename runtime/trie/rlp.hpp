// RLP: the encoding of everything Ethereum hashes (Yellow Paper, appendix B). The reader is strict: only
// canonical encodings are accepted.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"

namespace zvm::runtime {

/// Appends items to `out`. Lists nest; what is written between begin_list and end_list is the list.
class RlpWriter {
 public:
  explicit RlpWriter(std::vector<uint8_t>& out) : out_(out) {}

  void bytes(ByteView);
  /// Big-endian without leading zeros.
  void number(const U256&);
  /// An encoding made elsewhere.
  void raw(ByteView encoded);
  /// Where the list begins; give it to end_list.
  [[nodiscard]] size_t begin_list() const { return out_.size(); }
  void end_list(size_t begin);

 private:
  std::vector<uint8_t>& out_;
};

/// Largest encoding of the header of a string or list.
inline constexpr size_t kRlpHeaderMax = 9;
/// Writes the header of a string (`base` 0x80) or list (0xc0) of `size` bytes; returns its length.
[[nodiscard]] size_t write_rlp_header(uint8_t* out, uint8_t base, uint64_t size);

/// Walks the items of one list, or of a sequence. Errors are BadRlp with the offset in the whole input.
class RlpReader {
 public:
  explicit RlpReader(ByteView input, uint64_t offset = 0) : rest_(input), offset_(offset) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool next_is_list() const { return !rest_.empty() && rest_[0] >= 0xc0; }
  [[nodiscard]] uint64_t offset() const { return offset_; }

  [[nodiscard]] Result<ByteView> bytes();
  /// A string of exactly as many bytes as the type has.
  [[nodiscard]] Result<Address> address();
  [[nodiscard]] Result<Bytes32> bytes32();
  /// No leading zeros, at most 32 (8) bytes.
  [[nodiscard]] Result<U256> u256();
  [[nodiscard]] Result<uint64_t> u64();
  [[nodiscard]] Result<RlpReader> list();
  /// The whole encoding of the next item, of either kind; what a list holds is not looked at.
  [[nodiscard]] Result<ByteView> raw();
  /// BadRlp where something is left.
  [[nodiscard]] Result<void> end() const;

 private:
  [[nodiscard]] Result<ByteView> item(bool is_list);

  ByteView rest_;
  uint64_t offset_;
};

} // namespace zvm::runtime
