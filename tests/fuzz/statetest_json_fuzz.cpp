// State test files: any text, and the small corpus of the tree with values exchanged for worse ones. A test may pass
// or fail; the runner says which, and goes on.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>
#include <vector>

#include "cli/conformance/engine_machine.hpp"
#include "cli/conformance/runner.hpp"
#include "tests/fuzz/generators/choices.hpp"

namespace zvm::fuzz {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Ends what would take long: gas in a test file is any number.
class HastyMachine final : public cli::Machine {
 public:
  explicit HastyMachine(std::unique_ptr<cli::Machine> machine) : machine_(std::move(machine)) {}
  runtime::Execution& prepare(Revision revision) override {
    using namespace std::chrono;
    runtime::Execution& x = machine_->prepare(revision);
    const auto end = steady_clock::now() + milliseconds{50};
    x.deadline = static_cast<uint64_t>(duration_cast<nanoseconds>(end.time_since_epoch()).count());
    x.limits.memory = 64 << 20;
    return x;
  }
  Status execute_transaction(runtime::StateStore& store, const runtime::Transaction& transaction,
                             runtime::TransactionResult& result) override {
    return machine_->execute_transaction(store, transaction, result);
  }
  Status execute(runtime::StateStore& store, const runtime::Message& message,
                 runtime::MessageResult& result) override {
    return machine_->execute(store, message, result);
  }

 private:
  std::unique_ptr<cli::Machine> machine_;
};

const std::vector<json>& corpus() {
  static const std::vector<json> kAll = [] {
    std::vector<json> all;
    for (const auto& entry :
         fs::directory_iterator{fs::path{ZVM_SOURCE_DIR} / "tests/conformance/mini/statetest"})
      all.push_back(json::parse(std::ifstream{entry.path()}));
    return all;
  }();
  return kAll;
}

/// All places in a document, the document itself first.
void collect(json& root, std::vector<json*>& out) {
  out.push_back(&root);
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i]->is_structured()) {
      for (json& child : *out[i])
        out.push_back(&child);
    }
  }
}

std::string worse_test(ByteView data) {
  Choices c{data};
  if (corpus().empty())
    return {};
  json document = c.pick_of(corpus());
  for (unsigned n = 1 + c.below(4); n > 0; --n) {
    std::vector<json*> places;
    collect(document, places);
    json& place = *c.pick_of(places);
    constexpr const char* kTexts[] = {
        "",
        "0x",
        "0x0",
        "0x00",
        "0x01",
        "0xzz",
        "0x123",
        "10",
        "-1",
        "0x-1",
        "hello",
        "0xffffffffffffffff",
        "0x10000000000000000",
        "18446744073709551616",
        "0x10000000000000000000000000000000000000000000000000000000000000000",
        "0x0000000000000000000000000000000000000001",
        "0x5b600056",
        "0xef0100"};
    switch (c.below(12)) {
    case 0:
      place = nullptr;
      break;
    case 1:
      place = json::array();
      break;
    case 2:
      place = json::object();
      break;
    case 3:
      place = c.number(8);
      break;
    case 4:
      place = -1.5e300;
      break;
    case 5:
      place = *c.pick_of(places);
      break;
    case 6:
      if (place.is_object() && !place.empty())
        place.erase(place.begin());
      break;
    default:
      place = c.pick(kTexts);
    }
  }
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

void run(std::string_view text) {
  static const fs::path kFile = [] {
    const fs::path shared = "/dev/shm";
    const fs::path folder = fs::is_directory(shared) ? shared : fs::temp_directory_path();
    return folder / ("zvm-statetest-" + std::to_string(getpid()) + ".json");
  }();
  static const cli::MachineFactory kMachines = [] {
    engine::EngineOptions options;
    options.promote_gas = 0;
    options.code_cache_limit = 4 << 20;
    return cli::engine_machines(options);
  }();
  std::ofstream{kFile, std::ios::binary} << text;
  cli::ConformanceOptions options;
  options.paths = {kFile};
  std::ostringstream out;
  (void)cli::run_state_tests(
      options, [] { return std::make_unique<HastyMachine>(kMachines()); }, out);
  fs::remove(kFile);
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace zvm::fuzz;
  if (size > 0 && data[0] % 8 == 0)
    run({reinterpret_cast<const char*>(data) + 1, size - 1});
  else
    run(worse_test({data, size}));
  return 0;
}
