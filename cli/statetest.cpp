// zvm statetest: state tests in the shape of other clients' tools, for what drives them (goevmlab,
// execution-spec-tests).
//
// Results go to standard output, traces and roots to standard error. A verdict is part of the
// results, not of the exit code: fuzzers run tests that have no expectation. zvm conformance
// statetest is for suites.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "cli/errors.hpp"
#include "cli/fixtures/engine_transactor.hpp"
#include "cli/statetest/batch.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNamesOnInput = "-";

struct Options {
  std::string path = kNamesOnInput;
  std::string run;
  std::string fork;
  std::string trace_format = "json";
  int64_t index = -1;
  bool json = false;
  bool no_memory = true;
  bool no_stack = false;
  bool no_return_data = true;
  bool no_storage = false;
  StateTestOptions batch;
};

StateTestOptions batch_options(const Options& options) {
  StateTestOptions batch = options.batch;
  batch.fork = options.fork;
  if (options.index < -1)
    throw UsageError("--index: " + std::to_string(options.index) + " is below -1");
  if (options.index >= 0)
    batch.index = static_cast<size_t>(options.index);
  if (options.trace_format != "json")
    throw UsageError("--trace.format: traces are 'json', not '" + options.trace_format + "'");
  batch.fields = {.stack = !options.no_stack,
                  .return_data = !options.no_return_data,
                  .memory = !options.no_memory};
  if (options.run.empty())
    return batch;
  try {
    batch.run.emplace(options.run);
  } catch (const std::regex_error&) {
    throw UsageError("--run: '" + options.run + "' is no regular expression");
  }
  return batch;
}

/// Those of a folder by name; a file that is named is taken whatever its name.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error))
    return {path};
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator at{path, error}, end; !error && at != end;
       at.increment(error)) {
    std::error_code broken; // a link that leads nowhere is no file
    if (at->is_regular_file(broken) && at->path().extension() == ".json")
      files.push_back(at->path().string());
  }
  if (error)
    throw UsageError(path + ": " + error.message());
  std::ranges::sort(files);
  return files;
}

/// A list of objects, one a line; with --json the lines alone.
class Printer {
 public:
  explicit Printer(bool lines_alone) : lines_alone_(lines_alone) {}
  void add(const std::vector<std::string>& results) {
    for (const std::string& result : results) {
      if (lines_alone_)
        std::cout << result << '\n';
      else
        std::cout << (begun_ ? ",\n" : "[\n") << result;
      begun_ = true;
    }
  }
  void end() {
    if (!lines_alone_)
      std::cout << (begun_ ? "\n]\n" : "[]\n");
    std::cout.flush();
    begun_ = false;
  }

 private:
  bool lines_alone_;
  bool begun_ = false;
};

int statetest(const Options& options) {
  // One write for each instruction would be most of what a trace costs.
  std::setvbuf(stderr, nullptr, _IOFBF, size_t{1} << 16);
  std::cerr << std::nounitbuf;
  StateTestBatch batch{batch_options(options), engine_transactors({})(), std::cerr};
  Printer printer{options.json};
  if (options.path != kNamesOnInput) {
    size_t count = 0;
    for (const std::string& file : files_of(options.path)) {
      const std::vector<std::string> results = batch.run_file(file);
      count += results.size();
      printer.add(results);
    }
    if (count == 0)
      throw UsageError(options.path + ": there is no case to run" +
                       (options.fork.empty() ? "" : " of fork " + options.fork));
    printer.end();
    std::cerr.flush();
    return kDone;
  }
  // A driver waits for each file's results before it names the next; an empty line ends, as the end
  // of input does.
  bool begun = false;
  for (std::string name; std::getline(std::cin, name) && !name.empty(); begun = true) {
    printer.add(batch.run_file(name));
    printer.end();
    std::cerr.flush();
  }
  if (!begun)
    throw UsageError("standard input: there is no name of a file");
  return kDone;
}

} // namespace

void add_statetest(Tool& tool) {
  auto options = std::make_shared<Options>();
  Verb verb = tool.add_verb("statetest", "run state tests as other clients' tools do: results to "
                                         "standard output, traces to standard error");
  verb.add_option("FILE", options->path,
                  "a file or folder; '-' or nothing: names of files on standard input, one a line");
  verb.add_option("--run", options->run, "only tests whose name this regular expression finds");
  verb.add_option("--fork,--statetest.fork", options->fork,
                  "only this fork, as the files spell it");
  verb.add_option("--index,--statetest.index", options->index,
                  "only this case of each fork; -1: all");
  verb.add_flag("--trace", options->batch.trace, "each instruction as EIP-3155 has it");
  verb.add_option("--trace.format", options->trace_format, "json");
  verb.add_flag("--trace.nomemory", options->no_memory, "without memory (the default)");
  verb.add_flag("--trace.noreturndata", options->no_return_data,
                "without return data (the default)");
  verb.add_flag("--trace.nostack", options->no_stack, "without the stack");
  verb.add_flag("--trace.nostorage", options->no_storage, "without storage, which is never shown");
  verb.add_flag("--dump", options->batch.dump, "with the state behind each case");
  verb.add_flag("--json", options->json, "results as lines alone, not as a list");
  verb.set_footer(
      "Exit codes: 0 all could be run, whatever the verdicts; 2 a file cannot be read, or there "
      "is no case to run.");
  verb.does([options] { return statetest(*options); });
}

} // namespace zvm::cli
