// Totals of WebAssembly gas: lists of {module, function, n, schedule, result, units}, as
// tests/conformance/wasm_gas writes.
#include <algorithm>

#include "cli/conformance/suites.hpp"
#include "engine/wasm/module.hpp"
#include "engine/wasm/store.hpp"
#include "frontend/wasm/costs.hpp"

namespace zvm::cli {
namespace {

namespace wasm = engine::wasm;

/// A run that is wrong ends, too: it may take twice what is expected, and this much more.
constexpr int64_t kSlack = int64_t{1} << 30;
constexpr int64_t kMaxUnits = int64_t{1} << 60;

template <typename T>
T value_of(Result<T> result) {
  if (!result)
    throw std::runtime_error(result.error().message());
  return std::move(*result);
}

bool is_run_list(const JsonView& document) {
  return document.is_list() && std::ranges::any_of(document.elements(), [](const JsonView& item) {
           return item.has("schedule") && item.has("module");
         });
}

std::string outcome_text(const std::string& result, int64_t units) {
  return result + " for " + std::to_string(units) + " units";
}

/// What comes of function(n) in a new instance of the module, which lies in `folder` unless it says
/// where.
std::string run_once(const std::filesystem::path& folder, const JsonView& run,
                     wasm::ModuleOptions options) {
  const auto schedule = value_of(gas::parse_wasm_schedule(run.at("schedule").text()));
  const auto costs = frontend::wasm::make_costs(gas::make_wasm_schedule(schedule, kLatestRevision));
  const std::vector<uint8_t> bytes = read_beside(folder / run.at("module").text());
  options.costs = &costs;
  const auto module = value_of(wasm::Module::load(bytes, options));
  wasm::Store store;
  const auto made = value_of(store.instantiate(*module, wasm::Linker{}));
  if (made.status != Status::Success)
    return std::string{name(made.status)};
  const auto* function = made.instance->find_function(run.at("function").text());
  if (function == nullptr)
    throw std::runtime_error("the module does not export the function");

  const auto argument = wasm::Value::i32(static_cast<uint32_t>(run.at("n").natural()));
  auto result = wasm::Value::i64(0);
  const int64_t units = run.at("units").integer();
  if (units < 0 || units > kMaxUnits)
    run.at("units").refuse("not a number of units");
  const int64_t gas = 2 * units + kSlack;
  const wasm::CallResult done = store.call(*function, {&argument, 1}, {&result, 1}, {.gas = gas});
  if (done.status != Status::Success)
    return std::string{name(done.status)};
  return outcome_text(std::to_string(static_cast<int64_t>(result.slots[0])), gas - done.gas_left);
}

CaseReport check(const std::filesystem::path& folder, const JsonView& run,
                 const wasm::ModuleOptions& options) {
  const std::string wanted = outcome_text(run.at("result").text(), run.at("units").integer());
  const std::string got = run_once(folder, run, options);
  if (got == wanted)
    return {};
  return {Verdict::Failed, {}, "  expected " + wanted + ", got " + got};
}

void run_file(const std::string& file, const JsonView& document, const wasm::ModuleOptions& options,
              FileReport& report) {
  if (!is_run_list(document)) {
    report.pass_over(file, "no list of runs of functions");
    return;
  }
  const auto folder = std::filesystem::path{file}.parent_path();
  size_t number = 0;
  for (const JsonView run : document.elements()) {
    std::string label = file + " " + std::to_string(number++);
    try {
      label = file + " " + run.at("module").text() + " " + run.at("schedule").text() + " " +
              std::to_string(run.at("n").natural());
      CaseReport done = check(folder, run, options);
      done.name = label;
      report.add(std::move(done));
    } catch (const std::exception& error) {
      report.fail(label, error.what());
    }
  }
}

} // namespace

RunFile wasm_gas_tests(const ConformanceOptions& options) {
  return [&options](Transactor&, const SlowList&, const std::string& file, const JsonView& document,
                    FileReport& report) { run_file(file, document, options.modules, report); };
}

} // namespace zvm::cli
