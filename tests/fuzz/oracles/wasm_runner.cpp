#include "tests/fuzz/oracles/wasm_runner.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <deque>
#include <map>

#include "engine/wasm/store.hpp"
#include "tests/fuzz/oracles/hooks.hpp"
#include "tests/support/hot_loops.hpp"

namespace zvm::fuzz {
namespace {

using engine::wasm::CallOptions;
using engine::wasm::CallResult;
using engine::wasm::Instance;
using engine::wasm::Linker;
using engine::wasm::Module;
using engine::wasm::Store;
using engine::wasm::Value;
using runtime::ValueType;

constexpr engine::wasm::StoreLimits kLimits{
    .memory_bytes = 8 * runtime::kPage, .table_items = 1000, .total_bytes = 64 * runtime::kPage};
constexpr unsigned kMostReentries = 2;

void add_words(const runtime::LinearMemory& memory, uint64_t from, uint64_t to, Digest& digest) {
  for (uint64_t at = from; at < to; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, memory.base + at, 8);
    if (word != 0) {
      digest.add(at);
      digest.add(word);
    }
  }
}

/// Adds what the memory holds, looking only where it has noted that it was written; false where it
/// should have noted more.
bool add_written(const runtime::LinearMemory& memory, Digest& digest) {
  using runtime::kTouchReach, runtime::kTouchShift, runtime::kTouchUnit;
  static constexpr uint8_t kZeros[kTouchUnit] = {};
  digest.add(memory.size);
  uint64_t noted = 0; // where that ends
  for (uint64_t unit = 0; unit < memory.size; unit += kTouchUnit) {
    const uint64_t end = unit + kTouchUnit;
    if (memory.touched[unit >> kTouchShift] != 0)
      noted = end + kTouchReach;
    const bool is_next = end < memory.size && memory.touched[end >> kTouchShift] != 0;
    const uint64_t first = std::clamp(noted, unit, end);
    const uint64_t second = std::max(first, end - (is_next ? kTouchReach : 0));
    add_words(memory, unit, first, digest);
    add_words(memory, second, end, digest);
    if (std::memcmp(memory.base + first, kZeros, second - first) != 0)
      return false;
  }
  return true;
}

struct Runner;
struct Stub {
  Runner* runner;
  const runtime::Signature* signature;
};

struct Runner {
  explicit Runner(const Module& m) : module(m), is_metered(m.options().costs != nullptr) {}

  const Module& module;
  const bool is_metered;
  Store store{kLimits};
  Linker linker;
  std::deque<Stub> stubs;
  Instance* instance = nullptr;
  std::map<const runtime::Function*, uint64_t> ordinals;
  Digest imports;
  int64_t polls = 0, polls_left = 0;
  int64_t loops_from = 0, loops_seen = 0;
  unsigned reentries = 0;

  CallOptions options(int64_t gas) {
    if (is_metered && polls == 0)
      return {.gas = gas, .frame = nullptr, .context = this};
    return {.gas = is_metered ? gas : 0,
            .floor = INT64_MAX,
            .poll = poll,
            .frame = nullptr,
            .context = this};
  }
  static Status poll(runtime::Context& context, int64_t) {
    auto& activation = static_cast<runtime::Activation&>(context);
    auto& runner = *static_cast<Runner*>(activation.context);
    if (runner.loops_from != 0 && activation.loop != nullptr &&
        ++runner.loops_seen >= runner.loops_from)
      test::compile_loop(runner.module, activation);
    return --runner.polls_left < 0 ? Status::StepLimit : Status::Success;
  }

  uint64_t ordinal(runtime::Reference reference) const {
    const auto at = ordinals.find(runtime::function_of(reference));
    return reference == 0 ? 0 : at != ordinals.end() ? at->second : UINT64_MAX;
  }

  /// Answers by its arguments; now and then it calls the module, gives up, or takes gas.
  static Status import(runtime::Activation& activation, void* data, uint64_t* slots) {
    const auto& stub = *static_cast<const Stub*>(data);
    Runner& runner = *stub.runner;
    std::vector<uint64_t> arguments;
    const uint64_t* slot = slots;
    for (const ValueType type : stub.signature->parameters()) {
      uint64_t value = type == ValueType::FuncRef ? runner.ordinal(*slot) : *slot;
      if (type == ValueType::V128)
        value += 3 * slot[1];
      arguments.push_back(value);
      slot += runtime::slots_of(type);
    }
    for (const uint64_t argument : arguments)
      runner.imports.add(argument);
    runner.imports.add(static_cast<uint64_t>(activation.gas));
    runner.imports.add(static_cast<uint64_t>(activation.depth_left));
    if (const Status status = runner.act(activation, import_result(arguments, 0));
        status != Status::Success)
      return status;
    uint64_t index = 0;
    for (const ValueType type : stub.signature->results()) {
      const uint64_t value = import_result(arguments, index++);
      switch (type) {
      case ValueType::FuncRef:
        *slots++ = 0;
        break;
      case ValueType::I32:
      case ValueType::F32:
        *slots++ = static_cast<uint32_t>(value);
        break;
      case ValueType::V128:
        *slots++ = value;
        *slots++ = ~value;
        break;
      default:
        *slots++ = value;
      }
    }
    return Status::Success;
  }
  Status act(runtime::Activation& activation, uint64_t sum) {
    if (!acts)
      return Status::Success;
    switch (sum % 23) {
    case 0:
      return Status::Revert;
    case 1:
      if (is_metered)
        activation.gas = std::max<int64_t>(activation.gas - 50, 0);
      return Status::Success;
    case 2:
    case 3: {
      const runtime::Function* function = instance == nullptr || reentries == kMostReentries
                                              ? nullptr
                                              : instance->find_function("run0");
      if (function == nullptr || function->signature->parameter_count != 0)
        return Status::Success;
      ++reentries;
      std::vector<Value> results(function->signature->result_count);
      const CallResult done = store.call(*function, {}, results, options(activation.gas));
      --reentries;
      activation.gas = is_metered ? done.gas_left : 0;
      imports.add(static_cast<uint64_t>(done.status));
      return done.status; // a trap leaves no gas to go on with
    }
    default:
      return Status::Success;
    }
  }
  bool acts = true;

  /// What the module imports, empty or doing next to nothing. False where it is too large.
  bool define_imports() {
    const auto& decoded = module.decoded();
    for (const auto& wanted : decoded.imports) {
      const auto type = engine::wasm::type_of(module, wanted);
      switch (wanted.kind) {
      case engine::wasm::ExternKind::Function: {
        stubs.push_back({this, type.signature});
        const auto* made = store.add_function(type.signature->parameters(),
                                              type.signature->results(), import, &stubs.back());
        if (made == nullptr)
          return false;
        linker.define(wanted.module, wanted.name, made);
        break;
      }
      case engine::wasm::ExternKind::Table: {
        auto* made = store.add_table(type.type, type.sizes);
        if (made == nullptr)
          return false;
        linker.define(wanted.module, wanted.name, made);
        break;
      }
      case engine::wasm::ExternKind::Memory: {
        auto* made = store.add_memory(type.sizes);
        if (made == nullptr)
          return false;
        linker.define(wanted.module, wanted.name, made);
        break;
      }
      case engine::wasm::ExternKind::Global: {
        auto* made = store.add_global({type.type, {0, 0}}, type.is_mutable);
        if (made == nullptr)
          return false;
        linker.define(wanted.module, wanted.name, made);
        break;
      }
      }
    }
    return true;
  }

  void number_functions() {
    const uint64_t first = ordinals.size() + 1;
    for (uint32_t i = 0; i < module.decoded().functions.size(); ++i)
      ordinals.emplace(instance->function(i), first + i);
  }

  /// A second instance that imports functions of the first, and shares with it what else it
  /// imports. False: none is wanted.
  [[nodiscard]] bool link() {
    const auto& decoded = module.decoded();
    if (!acts || decoded.imports.empty())
      return false;
    for (const auto& wanted : decoded.imports) {
      if (wanted.kind != engine::wasm::ExternKind::Function)
        continue;
      const runtime::Signature& signature = module.signature_of_function(wanted.index);
      for (auto i = static_cast<uint32_t>(decoded.functions.size());
           i-- > decoded.imported_functions;) {
        if (&module.signature_of_function(i) == &signature) {
          linker.define(wanted.module, wanted.name, instance->function(i));
          break;
        }
      }
    }
    return true;
  }

  Value comparable(Value value) const {
    if (value.type == ValueType::FuncRef)
      value.slots[0] = ordinal(value.slots[0]);
    if (value.type != ValueType::V128)
      value.slots[1] = 0;
    return value;
  }

  WasmCallOutcome call(const WasmCall& wanted, int64_t gas) {
    const runtime::Function* function = instance->find_function(wanted.name);
    WasmCallOutcome outcome;
    polls_left = is_metered ? polls : gas;
    outcome.results.resize(function->signature->result_count);
    const CallResult done = store.call(*function, wanted.arguments, outcome.results, options(gas));
    outcome.status = done.status;
    if (done.status == Status::Success) {
      for (Value& value : outcome.results)
        value = comparable(value);
    } else {
      outcome.results.clear();
    }
    outcome.gas_left = done.status == Status::OutOfGas || !is_metered ? 0 : done.gas_left;
    return outcome;
  }

  void look_at_state(const Instance& seen, WasmOutcome& outcome) {
    const auto& decoded = module.decoded();
    const runtime::Instance& code = seen.code();
    Digest digest;
    digest.add(outcome.memories);
    for (size_t i = 0; i < decoded.memories.size(); ++i) {
      if (!add_written(*code.memories[i], digest))
        outcome.notes_writes = false;
    }
    outcome.memories = digest.value();
    digest.clear();
    if (!acts && !decoded.memories.empty())
      outcome.first_memory = hash_words({code.memories[0]->base, code.memories[0]->size});
    digest.add(outcome.tables);
    for (size_t i = 0; i < decoded.tables.size(); ++i) {
      const runtime::Table& table = *code.tables[i];
      digest.add(table.size);
      for (uint64_t at = 0; at < table.size; ++at)
        digest.add(table.type == ValueType::FuncRef ? ordinal(table.items[at]) : table.items[at]);
    }
    outcome.tables = digest.value();
    digest.clear();
    digest.add(outcome.globals);
    for (size_t i = 0; i < decoded.globals.size(); ++i) {
      const Value value = comparable(engine::wasm::get(*code.globals[i]));
      digest.add(value.slots[0]);
      digest.add(value.slots[1]);
    }
    outcome.globals = digest.value();
    outcome.imports = imports.value();
  }
};

} // namespace

bool WasmOutcome::is_cut() const {
  return is_host(start.status) || (!calls.empty() && is_host(calls.back().status));
}

WasmOutcome run_wasm(const Module& module, const WasmRun& run, test::ModuleMachine* machine) {
  Runner runner{module};
  WasmOutcome outcome;
  runner.acts = run.acts;
  if (!runner.define_imports()) {
    outcome.refusal = "no room for the imports";
    return outcome;
  }
  runner.polls = run.polls;
  runner.loops_from = run.loops_from;
  const Instance* first = nullptr;
  for (bool is_last = false; !is_last;) {
    runner.polls_left = runner.is_metered ? run.polls : run.gas[0];
    const auto made = runner.store.instantiate(module, runner.linker, runner.options(run.gas[0]));
    if (!made) {
      outcome.refusal = made.error().message();
      return outcome;
    }
    const bool is_second = first != nullptr;
    first = is_second ? first : made->instance;
    runner.instance = made->instance;
    runner.number_functions();
    if (machine != nullptr)
      machine->take_over(*made->instance);
    outcome.start.status = made->status;
    outcome.start.gas_left = kind(made->status) == StatusKind::Failure ? 0 : made->gas_left;
    is_last = is_second || made->status != Status::Success || !runner.link();
  }
  if (outcome.start.status == Status::Success) {
    for (size_t i = 0; i < run.calls.size(); ++i) {
      outcome.calls.push_back(runner.call(run.calls[i], run.gas[i + 1]));
      if (is_host(outcome.calls.back().status))
        break;
    }
  }
  if (first != runner.instance)
    runner.look_at_state(*first, outcome);
  runner.look_at_state(*runner.instance, outcome);
  return outcome;
}

namespace {
std::string text(const WasmCallOutcome& outcome) {
  std::string out{name(outcome.status)};
  out += ", gas left " + std::to_string(outcome.gas_left);
  for (const Value& value : outcome.results) {
    out += ", " + std::string{runtime::name(value.type)} + " " + std::to_string(value.slots[0]);
    if (value.type == ValueType::V128)
      out += ":" + std::to_string(value.slots[1]);
  }
  return out;
}
} // namespace

std::vector<std::string> differences(const WasmOutcome& a, const WasmOutcome& b) {
  std::vector<std::string> lines;
  const auto differ = [&](const std::string& what, const std::string& x, const std::string& y) {
    if (x != y)
      lines.push_back(what + ": " + x + " / " + y);
  };
  differ("instantiation", a.refusal, b.refusal);
  differ("start", text(a.start), text(b.start));
  for (size_t i = 0; i < std::max(a.calls.size(), b.calls.size()); ++i) {
    differ("call " + std::to_string(i), i < a.calls.size() ? text(a.calls[i]) : "none",
           i < b.calls.size() ? text(b.calls[i]) : "none");
  }
  if (a.memories != b.memories)
    lines.emplace_back("memories");
  if (a.tables != b.tables)
    lines.emplace_back("tables");
  if (a.globals != b.globals)
    lines.emplace_back("globals");
  if (a.imports != b.imports)
    lines.emplace_back("what imported functions saw");
  return lines;
}

uint32_t hash_words(ByteView bytes) {
  uint32_t h = 0x811c9dc5;
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, 4);
    h = (std::rotl(h, 5) ^ word) * 0x01000193;
  }
  return h;
}

} // namespace zvm::fuzz
