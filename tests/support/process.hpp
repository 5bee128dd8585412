// Programs of this build, run with arguments; what they print and how they end.
#pragma once

#include <string>
#include <vector>

namespace zvm::test {

struct ProcessResult {
  int exit_code = -1; ///< 128 + the signal's number where one ended it
  std::string out;
  std::string err;
};

/// Runs `program` of the folder that the tests' own program is in. Throws std::runtime_error where
/// it cannot be started.
[[nodiscard]] ProcessResult run_program(const std::string& program,
                                        const std::vector<std::string>& arguments,
                                        const std::string& input = {});
/// False where this build has no such program.
[[nodiscard]] bool has_program(const std::string& program);

/// A folder that is removed with all it holds when the object goes.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  /// Writes a file; its path.
  std::string write(const std::string& name, const std::string& content) const;
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + '/' + name; }
  [[nodiscard]] std::string read(const std::string& name) const;

 private:
  std::string path_;
};

} // namespace zvm::test
