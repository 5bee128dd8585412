#include "cli/conformance/state_test.hpp"

#include <gtest/gtest.h>

#include "cli/conformance/engine_machine.hpp"
#include "cli/t8n/opcode_count.hpp"

namespace zvm::cli {
namespace {

TEST(StateTest, LeavesNoTracerBehindWhenACaseCannotBeRead) {
  const nlohmann::json file =
      read_json_file(ZVM_SOURCE_DIR "/tests/conformance/mini/statetest/transfer.json");
  nlohmann::json test = file.begin().value();
  const std::string fork = test["post"].begin().key();
  test["post"][fork][0].erase("indexes");
  test["post"][fork][0].erase("txbytes");

  const std::unique_ptr<Machine> machine = engine_machines({})();
  StateTest cases{*machine, test};
  const Result<Revision> revision = parse_revision(fork);
  ASSERT_TRUE(revision);
  OpcodeCounter tracer;
  StateOutcome outcome;
  EXPECT_THROW(cases.run(fork, *revision, JsonView{test}.at("post").at(fork).at(size_t{0}), &tracer,
                         outcome),
               Unreadable);
  EXPECT_EQ(machine->prepare(*revision).tracer, nullptr);
}

} // namespace
} // namespace zvm::cli
