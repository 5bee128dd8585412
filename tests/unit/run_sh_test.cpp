// tests/run.sh: the rows of suites whose data are there, are not, and are broken.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/process.hpp"

namespace zvm::test {
namespace {

/// The row that a suite gets, with `data` as the folder of all data.
std::string row_of_suite(const std::string& data, const TemporaryFolder& folder) {
  const std::string script = "cd '" ZVM_SOURCE_DIR "'; build_root='" + folder.path("build") +
                             "'; jobs=1; ZVM_DATA='" + data + R"('
say() { :; }
die() { exit 1; }
source tests/run.sh
mkdir -p "$logs"
suite name release hashes auto hashes >&2
printf 'row %s\n' "${rows[@]}"
)";
  return run_program("/bin/bash", {"-c", script}).out;
}

TEST(RunSh, RowsOfSuites) {
  const TemporaryFolder folder;
  EXPECT_EQ(row_of_suite(folder.path("data"), folder),
            "row name|||||yes|0|no " + folder.path("data") + "/hashes\n");
  std::filesystem::create_directories(folder.path("data/hashes"));
  static_cast<void>(folder.write("data/hashes/hashes.tar.zst", "cut off"));
  const std::string row = row_of_suite(folder.path("data"), folder);
  EXPECT_TRUE(row.starts_with("row name|1|0|1|0||")) << row;
  // It does not count as unpacked the next time.
  EXPECT_TRUE(row_of_suite(folder.path("data"), folder).starts_with("row name|1|0|1|0||"));
}

} // namespace
} // namespace zvm::test
