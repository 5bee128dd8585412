// Writing small EVM programs.
#pragma once

#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "base/uint256.hpp"

namespace zvm::perf {

class Code {
 public:
  /// An opcode by its name in the EVM's table.
  Code& op(std::string_view name);
  Code& byte(size_t value) {
    bytes_.push_back(static_cast<uint8_t>(value));
    return *this;
  }
  /// The shortest PUSH of a value.
  Code& push(const U256& value);
  Code& push(const Address& address) { return push(to_word(address)); }
  /// The position behind `after` more bytes, or any, in as many bytes wherever that is.
  Code& push_ahead(size_t after) { return push_position(size() + 4 + after); }
  Code& push_position(size_t position) {
    return op("PUSH3").byte(position >> 16).byte(position >> 8).byte(position);
  }
  /// Body repeated `count` times: begin, body, end. The counter is the top item at begin, and the
  /// body leaves the stack as it found it.
  Code& begin_loop(uint64_t count);
  Code& end_loop();

  [[nodiscard]] size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::vector<uint8_t> bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
  size_t loop_ = 0;
};

} // namespace zvm::perf
