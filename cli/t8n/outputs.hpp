// Where a transition tool's outputs go: files of a folder, or standard output or error, each as one
// JSON object of its parts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace zvm::cli {

class Outputs {
 public:
  /// The folder is made where it is missing; empty: the working directory. Throws UsageError.
  explicit Outputs(std::string folder);

  /// `target`: "stdout", "stderr", a file of the folder, or nothing.
  void add(const std::string& target, const char* key, nlohmann::ordered_json value);
  /// Prints what goes to standard output and error.
  void finish();

 private:
  std::string folder_;
  nlohmann::ordered_json standard_output_;
  nlohmann::ordered_json standard_error_;
};

} // namespace zvm::cli
