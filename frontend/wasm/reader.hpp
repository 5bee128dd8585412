// Reads the binary format's small things: bytes, LEB128 numbers, names. After the first refusal
// every read gives 0 and there is nothing left to read, so callers look at ok() where it matters
// and not after each read.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"

namespace zvm::frontend::wasm {

class Reader {
 public:
  /// Reads bytes [begin, end) of a module; offsets count from the module's first byte.
  Reader(ByteView module, size_t begin, size_t end)
      : base_(module.data()), at_(base_ + begin), end_(base_ + end) {}
  explicit Reader(ByteView module) : Reader(module, 0, module.size()) {}

  [[nodiscard]] bool ok() const { return !failed_; }
  [[nodiscard]] size_t offset() const { return static_cast<size_t>(at_ - base_); }
  [[nodiscard]] size_t left() const { return static_cast<size_t>(end_ - at_); }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  /// The next byte of the module, in place.
  [[nodiscard]] const uint8_t* here() const { return at_; }

  /// The first refusal counts. `text` begins as the specification's tests name the fault.
  void refuse(ErrorCode code, size_t offset, std::string text);
  void refuse_malformed(size_t offset, std::string_view text);
  /// Only after a refusal; the Reader is of no use afterwards.
  [[nodiscard]] Error take_error() { return std::move(error_); }

  [[nodiscard]] uint8_t byte() {
    if (at_ == end_) [[unlikely]]
      return end_too_early(), uint8_t{0};
    return *at_++;
  }
  /// The next byte, or 0 at the end.
  [[nodiscard]] uint8_t peek() const { return at_ == end_ ? uint8_t{0} : *at_; }
  [[nodiscard]] ByteView bytes(size_t count);
  /// Goes behind bytes that are there.
  void skip(size_t count) { at_ += count; }

  /// LEB128, unsigned and signed; the number of bytes is limited by the width.
  [[nodiscard]] uint32_t u32() { return static_cast<uint32_t>(unsigned_leb(32)); }
  [[nodiscard]] uint64_t u64() { return unsigned_leb(64); }
  [[nodiscard]] int32_t s32() { return static_cast<int32_t>(signed_leb(32)); }
  [[nodiscard]] int64_t s33() { return signed_leb(33); }
  [[nodiscard]] int64_t s64() { return signed_leb(64); }
  /// Little-endian.
  [[nodiscard]] uint64_t fixed(unsigned bytes);

  /// A length and that many bytes of UTF-8.
  [[nodiscard]] std::string_view name();

  /// Goes on with other bytes of the module, unless something has been refused.
  void enter(size_t begin, size_t end) {
    if (failed_)
      return;
    at_ = base_ + begin;
    end_ = base_ + end;
    narrowed_ = true;
  }
  /// Ends the input earlier, for a section; gives what the end was, for restore_end.
  [[nodiscard]] size_t narrow(size_t size);
  void restore_end(size_t end) {
    if (!failed_)
      end_ = base_ + end;
  }

 private:
  // Most numbers are one byte long.
  [[nodiscard]] uint64_t unsigned_leb(unsigned width) {
    if (at_ != end_ && *at_ < 0x80) [[likely]]
      return *at_++;
    return leb(width, false);
  }
  [[nodiscard]] int64_t signed_leb(unsigned width) {
    if (at_ != end_ && *at_ < 0x80) [[likely]] {
      const int byte = *at_++;
      return byte < 0x40 ? byte : byte - 0x80;
    }
    return static_cast<int64_t>(leb(width, true));
  }
  [[nodiscard]] uint64_t leb(unsigned width, bool is_signed);
  void end_too_early();

  const uint8_t* base_;
  const uint8_t* at_;
  const uint8_t* end_;
  bool failed_ = false;
  bool narrowed_ = false;
  Error error_{ErrorCode::Internal, 0, {}};
};

/// True for well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

} // namespace zvm::frontend::wasm
