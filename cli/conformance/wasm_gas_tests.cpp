// Totals of WebAssembly gas: lists of {module, function, n, schedule, result, units}, as tests/conformance/wasm_gas writes.
#include "cli/conformance/suite.hpp"
#include "engine/wasm/module.hpp"
#include "engine/wasm/store.hpp"
#include "frontend/wasm/costs.hpp"

namespace zvm::cli {
namespace {

using nlohmann::json;
namespace wasm = engine::wasm;

constexpr int64_t kUnits = int64_t{1} << 62; // more than any run costs

template <typename T>
T value_of(Result<T> result) {
  if (!result)
    throw std::runtime_error(result.error().message());
  return std::move(*result);
}

bool is_list(const json& document) {
  return document.is_array() && std::ranges::all_of(document, [](const json& item) {
           return item.is_object() && item.contains("schedule") && item.contains("units");
         });
}

std::string outcome_text(const std::string& result, int64_t units) {
  return result + " for " + std::to_string(units) + " units";
}

/// What comes of function(n) in a new instance.
std::string run_once(const json& run, wasm::ModuleOptions options) {
  const auto schedule = value_of(gas::parse_wasm_schedule(run.at("schedule").get<std::string>()));
  const auto costs = frontend::wasm::make_costs(gas::make_wasm_schedule(schedule, kLatestRevision));
  const std::vector<uint8_t> bytes = read_beside(run.at("module").get<std::string>());
  options.costs = &costs;
  const auto module = value_of(wasm::Module::load(bytes, options));
  wasm::Store store;
  const auto made = value_of(store.instantiate(*module, wasm::Linker{}));
  if (made.status != Status::Success)
    return std::string{name(made.status)};
  const auto* function = made.instance->find_function(run.at("function").get<std::string>());
  if (function == nullptr)
    throw std::runtime_error("the module does not export the function");

  const auto argument = wasm::Value::i32(run.at("n").get<uint32_t>());
  auto result = wasm::Value::i64(0);
  const wasm::CallResult done =
      store.call(*function, {&argument, 1}, {&result, 1}, {.gas = kUnits});
  if (done.status != Status::Success)
    return std::string{name(done.status)};
  return outcome_text(std::to_string(static_cast<int64_t>(result.slots[0])),
                      kUnits - done.gas_left);
}

CaseReport check(const json& run, const wasm::ModuleOptions& options) {
  const std::string wanted =
      outcome_text(run.at("result").get<std::string>(), run.at("units").get<int64_t>());
  const std::string got = run_once(run, options);
  if (got == wanted)
    return {};
  return {Verdict::Failed, {}, "  expected " + wanted + ", got " + got};
}

void run_file(const std::string& file, const json& document, const wasm::ModuleOptions& options,
              FileReport& report) {
  if (!is_list(document))
    return;
  for (const json& run : document) {
    CaseReport done;
    try {
      done = check(run, options);
    } catch (const std::exception& error) {
      done = {Verdict::Failed, {}, std::string{"  unreadable: "} + error.what()};
    }
    done.name = file + " " + run.value("module", "") + " " + run.value("schedule", "") + " " +
                run.value("n", json{}).dump();
    report.add(std::move(done));
  }
}

} // namespace

Totals run_wasm_gas_tests(const ConformanceOptions& options, const MachineFactory& make_machine,
                          std::ostream& out) {
  const auto run = [&](Machine&, const SlowList&, const std::string& file, const json& document,
                       FileReport& report) { run_file(file, document, options.modules, report); };
  return run_suite(options, make_machine, ".json", run, out);
}

} // namespace zvm::cli
