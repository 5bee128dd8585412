// Calls of precompiles: lists of {precompile, address, name, input, success, output, gas: {fork:
// gas}}.
#include <algorithm>
#include <map>

#include "cli/conformance/suites.hpp"
#include "cli/fixtures/fixture.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

constexpr int64_t kGas = int64_t{1} << 40; // more than any call costs

std::string success_text(ByteView output, uint64_t gas) {
  return to_text(output) + " for " + std::to_string(gas) + " gas";
}
std::string failure_text(Status status, int64_t gas_left) {
  return std::string{name(status)} + " with " + std::to_string(gas_left) + " gas left";
}

/// What came of a call with this input, or nothing where the precompile is not built in.
std::optional<std::string> call(Transactor& transactor, const JsonView& vector, Revision revision) {
  Execution& x = transactor.prepare(revision);
  x.missing_precompile = {};
  const std::vector<uint8_t> input = read_bytes(vector.at("input"));
  Message message;
  message.gas = kGas;
  message.recipient = message.code_address = to_address(read_word(vector.at("address")));
  message.input = input;
  MemoryStore store;
  MessageResult result;
  const Status status = transactor.execute(store, message, result);
  if (!x.missing_precompile.empty())
    return std::nullopt;
  if (status != Status::Success)
    return "the host failed: " + host_failure().message();
  if (result.status != Status::Success)
    return failure_text(result.status, result.gas_left);
  return success_text(result.output.view(), static_cast<uint64_t>(kGas - result.gas_left));
}

/// On each fork that it gives the gas of, success; one that fails takes all gas, on any fork.
CaseReport run_vector(const ConformanceOptions& options, Transactor& transactor,
                      const JsonView& vector, const std::string& label) {
  std::map<std::string, std::string> expected; // of a fork
  if (vector.at("success").boolean()) {
    const std::vector<uint8_t> output = read_bytes(vector.at("output"));
    for (const auto& [fork, gas] : vector.at("gas").fields())
      expected[fork] = success_text(output, read_u64(gas));
    if (expected.empty())
      vector.at("gas").refuse("no fork is named");
  } else {
    const Revision revision = options.fork.value_or(kLatestRevision);
    expected[std::string{name(revision)}] = failure_text(Status::PrecompileFailure, 0);
  }

  std::string wrong;
  for (const auto& [fork, wanted] : expected) {
    const Result<Revision> revision = parse_revision(fork);
    if (!revision)
      vector.refuse(revision.error().message());
    if (options.fork && *options.fork != *revision)
      continue;
    const std::optional<std::string> got = call(transactor, vector, *revision);
    if (!got)
      return {Verdict::Skipped, label, "reached " + vector.at("precompile").text()};
    if (*got != wanted)
      wrong += "  " + fork + ": expected " + wanted + ", got " + *got + "\n";
  }
  return judge(label, std::move(wrong));
}

/// A list in which nothing is a vector belongs to others; in a list of vectors all have to be.
bool is_vector_list(const JsonView& document) {
  return document.is_list() && std::ranges::any_of(document.elements(), [](const JsonView& item) {
           return item.has("precompile");
         });
}

void run_file(const ConformanceOptions& options, Transactor& transactor, const std::string& file,
              const JsonView& document, FileReport& report) {
  if (!is_vector_list(document)) {
    report.pass_over(file, "no list of calls of precompiles");
    return;
  }
  size_t number = 0;
  for (const JsonView vector : document.elements()) {
    std::string label = file + " " + std::to_string(number++);
    try {
      if (vector.has("name"))
        label = file + " " + vector.at("name").text();
      report.add(run_vector(options, transactor, vector, label));
    } catch (const std::exception& error) {
      report.fail(label, error.what());
    }
  }
}

} // namespace

RunFile precompile_tests(const ConformanceOptions& options) {
  return [&options](Transactor& transactor, const SlowList&, const std::string& file,
                    const JsonView& document,
                    FileReport& report) { run_file(options, transactor, file, document, report); };
}

} // namespace zvm::cli
