// Where a transition tool's inputs come from: files, or parts of one JSON object on standard input.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "cli/errors.hpp"
#include "cli/fixtures/json_view.hpp"

namespace zvm::cli {

inline constexpr const char* kStandardInput = "stdin";

class Inputs {
 public:
  Inputs() = default;
  /// What stands on standard input, already read; it outlives this.
  explicit Inputs(const nlohmann::json& standard_input) : standard_input_(&standard_input) {}

  /// The document of a file, or for "stdin" the value at `key` of what stands there, which is read
  /// once. The views live as long as this. Throws UsageError that names the file.
  [[nodiscard]] JsonView read(const std::string& source, const char* key);
  /// Whether standard input has the key; true for files.
  [[nodiscard]] bool has(const std::string& source, const char* key);

 private:
  const nlohmann::json& standard_input();

  std::deque<nlohmann::json> documents_; ///< their places stay
  const nlohmann::json* standard_input_ = nullptr;
};

/// What `read` makes of a source; what it cannot read becomes a UsageError that names the source
/// and the place in it.
template <typename Read>
auto from_source(const std::string& source, Read read) {
  try {
    return read();
  } catch (const Unreadable& error) {
    throw UsageError(source + ": " + error.what());
  }
}

} // namespace zvm::cli
