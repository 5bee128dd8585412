// zvm wasm: a plain module of WebAssembly: what it imports and exports, or what one of its
// functions returns.
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/uint256_text.hpp"
#include "cli/errors.hpp"
#include "cli/program.hpp"
#include "cli/report.hpp"
#include "cli/verbs.hpp"
#include "cli/watch.hpp"
#include "engine/options.hpp"
#include "engine/wasm/store.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::cli {
namespace {

namespace wasm = engine::wasm;
using nlohmann::ordered_json;
using runtime::ValueType;
using wasm::Value;

struct WasmOptions {
  ProgramOptions program;
  std::string invoke; ///< empty: list
  std::vector<std::string> arguments;
  std::string gas = "30000000";
  std::string gas_schedule = "wasm-1";
  std::string tier = "auto";
  bool explicit_bounds = false;
  bool json = false;
  WatchOptions watch;
};

/// What the code pays; without a schedule nothing.
struct Prices {
  explicit Prices(const WasmOptions& options) {
    if (options.gas_schedule == "none")
      return;
    schedule = gas::make_wasm_schedule(
        value_or_throw(gas::parse_wasm_schedule(options.gas_schedule), "--gas-schedule"),
        options.program.parsed_revision());
    costs = frontend::wasm::make_costs(*schedule);
    const U256 word = value_or_throw(parse_u256(options.gas), "--gas");
    if (word > U256{static_cast<uint64_t>(INT64_MAX / schedule->subunits)})
      throw UsageError("--gas: " + options.gas.substr(0, 40) + " is more than can be counted");
    limit = static_cast<int64_t>(word.low64());
  }
  std::optional<gas::Schedule> schedule;
  frontend::wasm::Costs costs;
  int64_t limit = 0; ///< gas

  [[nodiscard]] int64_t counter() const {
    return schedule ? schedule->to_counter(limit) : INT64_MAX;
  }
};

std::unique_ptr<wasm::Module> load(const WasmOptions& options, const Prices& prices,
                                   NativeDump& dump) {
  const Program program = load_program(options.program);
  const auto tier = value_or_throw(engine::parse_tier(options.tier), "--tier");
  auto module = wasm::Module::load(
      program.code(),
      {.costs = prices.schedule ? &prices.costs : nullptr,
       .tier = tier,
       .bounds = options.explicit_bounds ? runtime::Bounds::Explicit : runtime::Bounds::Guard,
       .watch = options.watch.told(dump),
       .hash = runtime::keccak256(program.code())});
  if (!module) {
    throw UsageError(options.program.file + ": " + module.error().detail + " (at offset " +
                     std::to_string(module.error().offset) + ")");
  }
  return *std::move(module);
}

// --- listing ---

int list(const WasmOptions& options) {
  const Prices prices{options};
  NativeDump dump{{}};
  const auto module = load(options, prices, dump);
  const frontend::wasm::Module& m = module->decoded();
  ordered_json out = {{"imports", ordered_json::array()}, {"exports", ordered_json::array()}};
  for (const frontend::wasm::Import& import : m.imports) {
    out["imports"].push_back({{"module", import.module},
                              {"name", import.name},
                              {"type", describe(type_of(*module, import))}});
  }
  for (const frontend::wasm::Export& item : m.exports) {
    // What an item's type is does not depend on which way it goes.
    const auto type = type_of(*module, {{}, {}, item.kind, item.index, item.offset});
    out["exports"].push_back({{"name", item.name}, {"type", describe(type)}});
  }
  if (options.json) {
    std::cout << out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
    return kDone;
  }
  const auto text = [](const ordered_json& value) {
    return value.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
  };
  for (const ordered_json& row : out["imports"]) {
    std::cout << "import  " << text(row["module"]) << ' ' << text(row["name"]) << "  "
              << row["type"].get<std::string>() << '\n';
  }
  for (const ordered_json& row : out["exports"])
    std::cout << "export  " << text(row["name"]) << "  " << row["type"].get<std::string>() << '\n';
  return kDone;
}

// --- values ---

[[noreturn]] void refuse(const std::string& text, ValueType type) {
  throw UsageError("'" + text.substr(0, 60) + "' is no " + std::string{runtime::name(type)});
}

uint64_t parse_integer(const std::string& text, ValueType type) {
  const unsigned bits = type == ValueType::I32 ? 32 : 64;
  const bool is_negative = text.starts_with('-');
  const auto word = parse_u256(text.substr(is_negative ? 1 : 0));
  const U256 limit = U256{1} << (is_negative ? bits - 1 : bits);
  if (!word || (is_negative ? *word > limit : *word >= limit))
    refuse(text, type);
  const uint64_t number = is_negative ? 0 - word->low64() : word->low64();
  return bits == 32 ? static_cast<uint32_t>(number) : number;
}

template <typename Float>
Float parse_float(const std::string& text, ValueType type) {
  Float number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end)
    refuse(text, type);
  return number;
}

Value parse_value(const std::string& text, ValueType type) {
  switch (type) {
  case ValueType::I32:
  case ValueType::I64:
    return {type, {parse_integer(text, type), 0}};
  case ValueType::F32:
    return Value::f32(parse_float<float>(text, type));
  case ValueType::F64:
    return Value::f64(parse_float<double>(text, type));
  case ValueType::V128: {
    const auto word = parse_u256(text);
    if (!word || *word >= U256{1} << 128)
      refuse(text, type);
    return Value::v128(word->low64(), (*word >> 64).low64());
  }
  case ValueType::FuncRef:
  case ValueType::ExternRef:
    break;
  }
  if (text != "null")
    refuse(text, type);
  return {type, {0, 0}};
}

template <typename Number>
std::string shortest(Number number) {
  char text[64];
  const auto [end, error] = std::to_chars(std::begin(text), std::end(text), number);
  return {text, error == std::errc{} ? end : text};
}

std::string text_of(const Value& value) {
  const uint64_t low = value.slots[0];
  switch (value.type) {
  case ValueType::I32:
    return shortest(static_cast<int32_t>(low));
  case ValueType::I64:
    return shortest(static_cast<int64_t>(low));
  case ValueType::F32:
    return shortest(std::bit_cast<float>(static_cast<uint32_t>(low)));
  case ValueType::F64:
    return shortest(std::bit_cast<double>(low));
  case ValueType::V128:
    return to_hex((U256{value.slots[1]} << 64) | U256{low});
  case ValueType::FuncRef:
  case ValueType::ExternRef:
    break;
  }
  return low == 0 ? "null" : "a reference";
}

// --- running ---

struct Invocation {
  Status status = Status::Success;
  int64_t counter_left = 0;
  std::vector<Value> results;
  HostFailure failure; ///< where the status is the host's
};

Invocation invoke(const WasmOptions& options, const wasm::Module& module, int64_t counter) {
  const std::string& file = options.program.file;
  const frontend::wasm::Export* item = module.find_export(options.invoke);
  if (item == nullptr || item->kind != wasm::ExternKind::Function) {
    throw UsageError("--invoke: " + file + " exports no function '" + options.invoke +
                     "' (zvm wasm " + file + " lists what it exports)");
  }
  const runtime::Signature& type = module.signature_of_function(item->index);
  if (options.arguments.size() != type.parameter_count) {
    throw UsageError("--invoke: '" + options.invoke + "' takes " +
                     std::to_string(type.parameter_count) + " arguments, and " +
                     std::to_string(options.arguments.size()) + " are given");
  }
  std::vector<Value> arguments;
  for (size_t i = 0; i < options.arguments.size(); ++i)
    arguments.push_back(parse_value(options.arguments[i], type.parameters()[i]));

  wasm::Store store;
  const wasm::Instantiated made =
      value_or_throw(store.instantiate(module, wasm::Linker{}, {.gas = counter}), file);
  Invocation out{made.status, made.gas_left, {}, {}};
  if (made.status != Status::Success) {
    out.failure = is_host(made.status) ? host_failure() : HostFailure{};
    return out;
  }
  out.results.resize(type.result_count);
  const wasm::CallResult done = store.call(*made.instance->function(item->index), arguments,
                                           out.results, {.gas = made.gas_left});
  out.status = done.status;
  out.failure = is_host(done.status) ? host_failure() : HostFailure{};
  out.counter_left = done.gas_left;
  return out;
}

int run(const WasmOptions& options) {
  const Prices prices{options};
  NativeDump dump{options.watch.dump};
  const auto module = load(options, prices, dump);
  const Invocation done = invoke(options, *module, prices.counter());
  dump.finish();
  const bool succeeded = done.status == Status::Success;
  // A gas that has been begun is used.
  const int64_t used =
      prices.schedule
          ? prices.limit - prices.schedule->to_gas(std::max<int64_t>(done.counter_left, 0))
          : 0;
  if (options.json) {
    ordered_json out = {{"status", name(done.status)}, {"success", succeeded}};
    if (prices.schedule)
      out.update({{"gas_limit", prices.limit}, {"gas_used", used}});
    out["gas_schedule"] = options.gas_schedule;
    out["tier"] = options.tier;
    if (succeeded) {
      out["results"] = ordered_json::array();
      for (const Value& value : done.results)
        out["results"].push_back({{"type", runtime::name(value.type)}, {"value", text_of(value)}});
    } else {
      out["error"] = info(done.status).text;
      if (is_host(done.status))
        out["host"] = to_json(done.failure);
    }
    std::cout << out.dump() << '\n';
    return succeeded ? kDone : kFailed;
  }
  std::cout << "status    " << name(done.status);
  if (!succeeded)
    std::cout << ": " << info(done.status).text;
  std::cout << '\n';
  if (done.failure.cause != HostCause::None)
    std::cout << "cause     " << done.failure.message() << '\n';
  if (prices.schedule) {
    std::cout << "gas used  " << used << " of " << prices.limit << ", " << options.gas_schedule
              << '\n';
  }
  if (succeeded) {
    for (const Value& value : done.results)
      std::cout << "result    " << runtime::name(value.type) << ' ' << text_of(value) << '\n';
  }
  return succeeded ? kDone : kFailed;
}

} // namespace

void add_wasm(Tool& tool) {
  auto options = std::make_shared<WasmOptions>();
  options->program.vm = "wasm";
  Verb verb = tool.add_verb(
      "wasm",
      "a plain module of WebAssembly: what it imports and exports, or a call of a function");
  options->program.add_to(verb, /*with_vm=*/false);
  verb.describe("FILE",
                "a module of WebAssembly: raw bytes, or hexadecimal text; - is standard input");
  verb.add_option("--invoke", options->invoke,
                  "the exported function to call; without it imports and exports are listed");
  verb.add_option("ARGUMENTS", options->arguments,
                  "what it is called with: numbers, 0x… for vectors, null (behind -- if negative)")
      .without_default();
  verb.add_option("--gas", options->gas, "gas to run with, up to 2^63-1");
  verb.add_option("--gas-schedule", options->gas_schedule,
                  "what instructions cost: wasm-1, wasm-v03, none");
  verb.add_option("--tier", options->tier, "auto, step, interp, asmjit");
  verb.add_flag("--explicit-bounds", options->explicit_bounds,
                "compare each access with the size of the memory, without guard pages");
  options->watch.add_to(verb);
  verb.add_flag("--json", options->json, "the result as one JSON object");
  verb.does([options] {
    if (options->invoke.empty() && !options->arguments.empty())
      throw UsageError("ARGUMENTS: they need --invoke NAME");
    return options->invoke.empty() ? list(*options) : run(*options);
  });
}

} // namespace zvm::cli
