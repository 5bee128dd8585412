// A refusal: a code, where in the input, and a sentence. The rows are in error.def.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace zvm {

enum class ErrorCode : uint8_t {
#define ERROR(name, phase, text) name,
#include "base/error.def"
#undef ERROR
};

struct Error {
  ErrorCode code;
  /// Offset in the refused input, in bytes (in text: the 1-based line); 0 where there is none.
  uint64_t offset = 0;
  std::string detail;

  /// One line: code, offset, detail.
  [[nodiscard]] std::string message() const;
};

[[nodiscard]] std::string_view name(ErrorCode code);
[[nodiscard]] std::string_view text(ErrorCode code);

/// The one place where errors are made: a single breakpoint sees every refusal.
[[nodiscard]] Error make_error(ErrorCode code, uint64_t offset, std::string detail);

} // namespace zvm
