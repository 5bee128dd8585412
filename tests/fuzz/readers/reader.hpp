// A reader of what people write, as a fuzzer runs it, and what comes of its inputs.
#pragma once

#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "tests/fuzz/generators/choices.hpp"

namespace zvm::fuzz {

enum class Reading : uint8_t {
  NotJson,    ///< the text could not be parsed
  Refused,    ///< a value is missing, or is not what it should be
  PassedOver, ///< nothing in it is for this reader
  Understood, ///< all of it was read, and what it asks for was done, or would have been
};
inline constexpr size_t kReadings = 4;

struct Reader {
  std::string_view name;
  std::function<Reading(Choices&)> run;
};

/// Rows: the suites of zvm conformance, each with its small corpus made worse.
[[nodiscard]] std::vector<Reader> suite_readers();
/// Rows: what zvm t8n, t9n and statetest read.
[[nodiscard]] std::vector<Reader> tool_readers();
/// Rows: files of programs, and words of options and lists.
[[nodiscard]] std::vector<Reader> text_readers();

} // namespace zvm::fuzz
