// The tool zvm under test.
#pragma once

#include <algorithm>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"

namespace zvm::cli {

class Tool : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_program("zvm"))
      GTEST_SKIP() << "this build has no zvm";
  }

  test::ProcessResult zvm(const std::vector<std::string>& arguments,
                          const std::string& input = {}) {
    return test::run_program("zvm", arguments, input);
  }
  /// The JSON object that the arguments make it print.
  nlohmann::ordered_json json(std::vector<std::string> arguments) {
    const test::ProcessResult result = zvm(std::move(arguments));
    EXPECT_EQ(result.err, "");
    return nlohmann::ordered_json::parse(result.out, nullptr, false);
  }
  /// Expects exit code 2 and one line that says `text`.
  void expect_refusal(std::vector<std::string> arguments, const std::string& text) {
    const test::ProcessResult result = zvm(std::move(arguments));
    EXPECT_EQ(result.exit_code, 2) << result.out << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(result.err.starts_with("zvm: error: ")) << result.err;
    EXPECT_NE(result.err.find(text), std::string::npos)
        << "wanted " << text << "\ngot    " << result.err;
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
  }

  test::TemporaryFolder folder_;
};

} // namespace zvm::cli
