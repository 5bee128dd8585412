// Readers of files that people write: the suites of zvm conformance, each with the small corpus of the tree, made worse, or with
// any text; and files of programs. A case may pass or fail; the suite says which, and goes on. The first byte chooses the
// reader, unless ZVM_READER names one.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <vector>

#include "base/hex.hpp"
#include "cli/conformance/engine_machine.hpp"
#include "cli/conformance/suites.hpp"
#include "cli/errors.hpp"
#include "cli/program.hpp"
#include "tests/fuzz/generators/worse_json.hpp"

namespace zvm::fuzz {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Ends what would take long: gas in a test file is any number.
class HastyMachine final : public cli::Machine {
 public:
  explicit HastyMachine(std::unique_ptr<cli::Machine> machine) : machine_(std::move(machine)) {}
  runtime::Execution& prepare(const cli::Fork& fork) override {
    using namespace std::chrono;
    runtime::Execution& x = machine_->prepare(fork);
    const auto end = steady_clock::now() + milliseconds{5};
    x.deadline = static_cast<uint64_t>(duration_cast<nanoseconds>(end.time_since_epoch()).count());
    x.limits.memory = 16 << 20;
    return x;
  }
  Status execute_transaction(runtime::StateStore& store, const runtime::Transaction& transaction,
                             runtime::TransactionResult& result) override {
    return machine_->execute_transaction(store, transaction, result);
  }
  Status execute_block(runtime::StateStore& store, const runtime::BlockRequest& request,
                       const runtime::BlockOptions& options,
                       runtime::BlockResult& result) override {
    return machine_->execute_block(store, request, options, result);
  }
  Status execute(runtime::StateStore& store, const runtime::Message& message,
                 runtime::MessageResult& result) override {
    return machine_->execute(store, message, result);
  }

 private:
  std::unique_ptr<cli::Machine> machine_;
};

struct Seed {
  std::string path; ///< other files that it names lie beside it
  json document;
};

struct Reader {
  std::string_view name;
  std::function<void(ByteView)> run;
};

/// Keeps what is read in a way of its own: forks and blocks beyond a few are read as the others are, and take time.
void thin_out(json& document) {
  const auto keep = [](json& part, const char* key, size_t count) {
    if (!part.is_object() || !part.contains(key) || !part[key].is_structured())
      return;
    while (part[key].size() > count)
      part[key].erase(std::prev(part[key].end()));
  };
  keep(document, "hardforks", 1);
  if (!document.is_object())
    return;
  for (json& test : document) {
    keep(test, "post", 2);
    keep(test, "blocks", 4);
  }
}

/// Tests of one file that stand for themselves.
std::vector<json> split(json document) {
  const auto is_test = [](const json& part) { return part.is_object() && part.contains("pre"); };
  if (!document.is_object() || !std::ranges::all_of(document, is_test))
    return {std::move(document)};
  std::vector<json> tests;
  for (const auto& [name, test] : document.items())
    tests.push_back({{name, test}});
  return tests;
}

std::vector<Seed> seeds_of(const cli::Suite& suite) {
  std::vector<Seed> seeds;
  const fs::path folder = fs::path{ZVM_SOURCE_DIR} / "tests/conformance/mini" / suite.name;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (!entry.path().string().ends_with(suite.files.suffix))
      continue;
    for (json& document : split(cli::read_json_file(entry.path().string()))) {
      thin_out(document);
      seeds.push_back({entry.path().string(), std::move(document)});
    }
  }
  std::ranges::sort(seeds, {}, &Seed::path);
  return seeds;
}

/// A document, and the place of the seed it may stand for.
Seed make_document(const std::vector<Seed>& seeds, ByteView data) {
  Choices c{data};
  Seed seed = c.pick_of(seeds);
  if (c.one_in(8)) {
    const ByteView rest = c.rest();
    seed.document = cli::parse_json({reinterpret_cast<const char*>(rest.data()), rest.size()});
  } else {
    make_worse(seed.document, c);
  }
  return seed;
}

void run_document(const cli::RunFile& runner, const std::vector<Seed>& seeds, ByteView data) {
  static const std::unique_ptr<cli::Machine> kMachine = std::make_unique<HastyMachine>(
      cli::engine_machines({.tier = engine::Tier::Step, .code_cache_limit = 4 << 20})());
  static const cli::SlowList kSlow{cli::ConformanceOptions{}};
  cli::FileReport report{std::stop_token{}};
  try {
    const Seed seed = make_document(seeds, data);
    runner(*kMachine, kSlow, seed.path, seed.document, report);
  } catch (const std::exception&) {
    // What a suite throws makes the file a failure.
  }
}

/// Files of programs: hexadecimal text, assembler text, containers.
void run_program_file(ByteView data) {
  static const std::string kFile = [] {
    const fs::path shared = "/dev/shm";
    const fs::path folder = fs::is_directory(shared) ? shared : fs::temp_directory_path();
    return (folder / ("zvm-readers-" + std::to_string(getpid()))).string();
  }();
  constexpr const char* kStarts[] = {"", "0x", "ZVMC\1\0\0", "0x5a564d43010000000400000000000000",
                                     "start: JUMPDEST PUSH @start JUMP\n"};
  constexpr const char* kFormats[] = {"auto", "raw", "hex", "asm"};
  constexpr const char* kVms[] = {"auto", "evm", "zvm", "wasm"};
  Choices c{data};
  cli::ProgramOptions options;
  options.file = kFile;
  options.format = c.pick(kFormats);
  options.vm = c.pick(kVms);
  options.zvm_1_1 = c.one_in(2);
  std::string text = c.pick(kStarts);
  const ByteView rest = c.rest();
  text.append(reinterpret_cast<const char*>(rest.data()), rest.size());
  (void)parse_hex(text);
  (void)parse_u256(text);
  (void)parse_address(text);
  std::ofstream{kFile, std::ios::binary} << text;
  try {
    const cli::Program program = cli::load_program(options);
    (void)to_hex(program.code());
  } catch (const cli::UsageError&) {
    // A refusal says what is wrong with the file.
  }
  fs::remove(kFile);
}

const std::vector<Reader>& readers() {
  static const cli::ConformanceOptions kOptions;
  static const std::vector<Reader> kReaders = [] {
    std::vector<Reader> all{{"program", run_program_file}};
    for (const cli::Suite& suite : cli::suites()) {
      all.push_back({suite.name, [runner = suite.runner(kOptions), seeds = seeds_of(suite)](
                                     ByteView data) { run_document(runner, seeds, data); }});
    }
    if (const char* only = std::getenv("ZVM_READER"))
      std::erase_if(all, [only](const Reader& reader) { return reader.name != only; });
    if (all.empty()) {
      std::fputs("there is no reader of the name in ZVM_READER\n", stderr);
      std::exit(1);
    }
    return all;
  }();
  return kReaders;
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace zvm::fuzz;
  if (size == 0)
    return 0;
  const auto& all = readers();
  all[data[0] % all.size()].run({data + 1, size - 1});
  return 0;
}
