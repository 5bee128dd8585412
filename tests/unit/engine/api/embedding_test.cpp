// docs/embedding.md shows code that is compiled and does what the text says.
#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <sstream>

#include "tests/support/process.hpp"

namespace zvm::engine {
namespace {

std::string read(const std::string& path) {
  std::ifstream stream{ZVM_SOURCE_DIR "/" + path};
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

/// Without white space: the guide may break lines elsewhere.
std::string plain(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

TEST(Embedding, ExampleRuns) {
  if (!test::has_program("zvm_example"))
    GTEST_SKIP() << "this build has no zvm_example";
  const test::ProcessResult result = test::run_program("zvm_example", {});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST(Embedding, GuideShowsTheExample) {
  const std::string guide = read("docs/embedding.md");
  const std::string example = plain(read("docs/examples/embed.cpp"));
  size_t blocks = 0;
  for (size_t at = guide.find("```cpp\n"); at != std::string::npos;
       at = guide.find("```cpp\n", at)) {
    at += 7;
    const size_t end = guide.find("```", at);
    ASSERT_NE(end, std::string::npos);
    const std::string block = plain(guide.substr(at, end - at));
    EXPECT_NE(example.find(block), std::string::npos) << "not in docs/examples/embed.cpp:\n"
                                                      << block;
    ++blocks;
    at = end;
  }
  EXPECT_GE(blocks, 8u);
}

} // namespace
} // namespace zvm::engine
