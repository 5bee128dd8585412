// The example for embedders does what it says. tests/users builds it as a user does, and the
// programs of the guide.
#include <gtest/gtest.h>

#include "tests/support/process.hpp"

namespace zvm::engine {
namespace {

TEST(Embedding, ExampleRuns) {
  if (!test::has_program("zvm_example"))
    GTEST_SKIP() << "this build has no zvm_example";
  const test::ProcessResult result = test::run_program("zvm_example", {});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

} // namespace
} // namespace zvm::engine
