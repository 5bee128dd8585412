// wasm_cases FOLDER COUNT [SEED [TIER]]: writes portable WebAssembly programs into the folder, and into
// cases.json what they do here, in tier asmjit if no other is named, for run.js to compare with what V8
// makes of them. What ran out of something is not said.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/wasm/module.hpp"
#include "tests/fuzz/oracles/wasm_runner.hpp"

namespace {

using namespace zvm;
using namespace zvm::fuzz;
namespace fs = std::filesystem;

constexpr int64_t kPolls = 20000; ///< of a call

/// Whether another engine must end the same way.
bool is_promised(Status status) { return !is_host(status) && status != Status::StackExhausted; }

/// "il:l" for an import that takes an i32 and an i64 and gives an i64.
std::string letters(const runtime::Signature& signature) {
  std::string text;
  const auto add = [&](std::span<const runtime::ValueType> types) {
    for (const runtime::ValueType type : types)
      text += type == runtime::ValueType::I32 ? 'i' : 'l';
  };
  add(signature.parameters());
  text += ':';
  add(signature.results());
  return text;
}

nlohmann::json make_case(const WasmProgram& program, engine::Tier tier, const std::string& file) {
  const auto module = engine::wasm::Module::load(ByteView{program.module}, {.tier = tier});
  if (!module)
    throw std::runtime_error(file + ": " + module.error().message());
  const std::vector<int64_t> polls(program.calls.size() + 1, kPolls);
  const WasmOutcome outcome =
      run_wasm(**module, {.calls = program.calls, .gas = polls, .acts = false});
  nlohmann::json item{{"file", file}, {"start", name(outcome.start.status)}};
  item["imports"] = nlohmann::json::array();
  for (uint32_t i = 0; i < (*module)->decoded().imported_functions; ++i)
    item["imports"].push_back(letters((*module)->signature_of_function(i)));
  item["calls"] = nlohmann::json::array();
  bool is_whole = true;
  for (size_t i = 0; i < outcome.calls.size() && is_whole; ++i) {
    const WasmCallOutcome& call = outcome.calls[i];
    is_whole = is_promised(call.status);
    if (!is_whole)
      break;
    item["calls"].push_back(
        {{"name", program.calls[i].name},
         {"status", name(call.status)},
         {"result", call.results.empty() ? "" : std::to_string(call.results[0].slots[0])}});
  }
  if (is_whole)
    item["memory"] = outcome.first_memory;
  return item;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: wasm_cases FOLDER COUNT [SEED [TIER]]\n";
    return 2;
  }
  const fs::path folder = argv[1];
  const uint64_t count = std::stoull(argv[2]), seed = argc > 3 ? std::stoull(argv[3]) : 1;
  const auto tier = engine::parse_tier(argc > 4 ? argv[4] : "asmjit");
  if (!tier) {
    std::cerr << tier.error().message() << "\n";
    return 2;
  }
  fs::create_directories(folder);
  nlohmann::json cases = nlohmann::json::array();
  for (uint64_t i = 0; i < count; ++i) {
    // Choices makes the rest from the first two bytes; the others make inputs beyond 65,536 differ.
    const uint64_t state = (seed << 32 | i) * 0x9e3779b97f4a7c15;
    uint8_t input[8];
    for (size_t b = 0; b < sizeof input; ++b)
      input[b] = static_cast<uint8_t>(state >> (8 * b));
    Choices choices{input};
    const WasmProgram program = make_wasm(choices, {.is_portable = true});
    const std::string file = std::to_string(i) + ".wasm";
    std::ofstream{folder / file, std::ios::binary}.write(
        reinterpret_cast<const char*>(program.module.data()),
        static_cast<std::streamsize>(program.module.size()));
    cases.push_back(make_case(program, *tier, file));
  }
  std::ofstream{folder / "cases.json"} << cases;
  return 0;
}
