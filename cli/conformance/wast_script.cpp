#include "cli/conformance/wast_script.hpp"

#include <algorithm>

#include "cli/conformance/spectest.hpp"
#include "cli/conformance/suite.hpp"
#include "cli/conformance/wast_values.hpp"

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
namespace wasm = engine::wasm;
using nlohmann::json;

/// The binary module of a command; nothing where it has none.
std::string file_of(const json& command) {
  for (const char* field : {"binary_filename", "filename"}) {
    if (command.contains(field)) {
      const auto name = command[field].get<std::string>();
      if (name.ends_with(".wasm"))
        return name;
    }
  }
  return {};
}

/// What the specification's scripts call a trap.
struct TrapText {
  Status status;
  std::string_view text;
};
constexpr TrapText kTrapTexts[] = {
    {Status::Unreachable, "unreachable"},
    {Status::MemoryViolation, "out of bounds memory access"},
    {Status::TableViolation, "out of bounds table access"},
    {Status::UndefinedElement, "undefined element"},
    {Status::NullElement, "uninitialized element"},
    {Status::SignatureMismatch, "indirect call type mismatch"},
    {Status::DivisionByZero, "integer divide by zero"},
    {Status::IntegerOverflow, "integer overflow"},
    {Status::InvalidConversion, "invalid conversion to integer"},
    {Status::StackExhausted, "call stack exhausted"},
};

/// Scripts may say more than we do, as `uninitialized element 2`.
bool is_trap(Status status, std::string_view text) {
  const auto* known = std::ranges::find(kTrapTexts, status, &TrapText::status);
  return known != std::end(kTrapTexts) && text.starts_with(known->text);
}

CaseReport failed(std::string detail) { return {Verdict::Failed, {}, "  " + std::move(detail)}; }

std::string text_of(const std::vector<wasm::Value>& values) {
  std::string text;
  for (const wasm::Value& value : values)
    text += (text.empty() ? "" : ", ") + describe(value);
  return text.empty() ? "nothing" : text;
}

/// What a module is refused for, without what to do about it.
std::string fact_of(const Error& error) { return error.detail.substr(0, error.detail.find(';')); }

/// Commands that need features of their own.
struct ForeignCommand {
  std::string_view type;
  std::string_view feature;
};
constexpr ForeignCommand kForeignCommands[] = {
    {"assert_exception", "exception handling: not supported"},
    {"assert_suspension", "stack switching: not supported"},
    {"assert_invalid_custom", "annotations of custom sections: not supported"},
    {"assert_malformed_custom", "annotations of custom sections: not supported"},
    {"thread", "threads: not supported"},
    {"wait", "threads: not supported"},
};

} // namespace

WastScript::WastScript(fs::path folder, const WastRules& rules)
    : folder_(std::move(folder)), rules_(rules), current_(Missing{Verdict::Failed, "no module"}),
      definition_(Missing{Verdict::Failed, "no definition"}) {
  add_spectest(store_, linker_);
}

std::optional<CaseReport> WastScript::run(const json& command) {
  const auto type = command.at("type").get<std::string>();
  if (command.contains("filename") && file_of(command).empty()) {
    if (type == "module")
      (void)make_current(Missing{Verdict::Skipped, "the text format"}, command.value("name", ""));
    return std::nullopt;
  }
  return dispatch(type, command);
}

CaseReport WastScript::dispatch(const std::string& type, const json& command) {
  struct Handler {
    std::string_view type;
    CaseReport (WastScript::*run)(const json&);
  };
  static constexpr Handler kHandlers[] = {
      {"module", &WastScript::run_module},
      {"module_definition", &WastScript::run_definition},
      {"module_instance", &WastScript::run_instance},
      {"register", &WastScript::run_register},
      {"action", &WastScript::run_action},
      {"assert_return", &WastScript::run_action},
      {"assert_trap", &WastScript::run_action},
      {"assert_exhaustion", &WastScript::run_action},
      {"assert_malformed", &WastScript::check_refused},
      {"assert_invalid", &WastScript::check_refused},
      {"assert_unlinkable", &WastScript::check_unlinkable},
      {"assert_uninstantiable", &WastScript::check_uninstantiable},
  };
  for (const Handler& handler : kHandlers) {
    if (handler.type == type)
      return (this->*handler.run)(command);
  }
  for (const ForeignCommand& foreign : kForeignCommands) {
    if (foreign.type == type)
      return {Verdict::Skipped, {}, std::string{foreign.feature}};
  }
  return failed("there is no command " + type);
}

// ---- modules --------------------------------------------------------------------------------------------------------

Result<const wasm::Module*> WastScript::load(const json& command) {
  const std::vector<uint8_t> bytes = read_beside(folder_ / file_of(command));
  ZVM_TRY(std::unique_ptr<wasm::Module> module, wasm::Module::load(bytes, rules_.options));
  modules_.push_back(std::move(module));
  return modules_.back().get();
}

WastScript::Missing WastScript::missing(const Error& error) const {
  if (error.code == ErrorCode::Unsupported)
    return {Verdict::Skipped, fact_of(error)};
  return {Verdict::Failed, "refused: " + error.message()};
}

WastScript::ModuleSlot WastScript::load_valid(const json& command) {
  const auto module = load(command);
  if (!module)
    return missing(module.error());
  return *module;
}

WastScript::Slot WastScript::instantiate(const ModuleSlot& module) {
  if (const auto* none = std::get_if<Missing>(&module))
    return *none;
  const wasm::Module& m = *std::get<const wasm::Module*>(module);
  for (const auto& import : m.decoded().imports) {
    if (const auto gone = unregistered_.find(std::string{import.module});
        gone != unregistered_.end())
      return gone->second;
  }
  const auto made = store_.instantiate(m, linker_);
  if (!made)
    return missing(made.error());
  if (made->status != Status::Success)
    return Missing{Verdict::Failed, "instantiation ended with " + std::string{name(made->status)}};
  return made->instance;
}

CaseReport WastScript::make_current(Slot slot, const std::string& name) {
  CaseReport report;
  if (auto* none = std::get_if<Missing>(&slot)) {
    report = {none->verdict, {}, none->reason};
    if (none->verdict == Verdict::Failed) {
      report = failed(none->reason);
      none->reason = "its module was not instantiated";
    }
  }
  current_ = slot;
  if (!name.empty())
    instances_.insert_or_assign(name, slot);
  return report;
}

CaseReport WastScript::run_module(const json& command) {
  return make_current(instantiate(load_valid(command)), command.value("name", ""));
}

CaseReport WastScript::run_definition(const json& command) {
  definition_ = load_valid(command);
  if (command.contains("name"))
    definitions_.insert_or_assign(command["name"].get<std::string>(), definition_);
  const auto* none = std::get_if<Missing>(&definition_);
  return none == nullptr ? CaseReport{} : CaseReport{none->verdict, {}, none->reason};
}

CaseReport WastScript::run_instance(const json& command) {
  ModuleSlot module = definition_;
  if (command.contains("module"))
    module = definitions_.at(command["module"].get<std::string>());
  return make_current(instantiate(module), command.value("instance", ""));
}

const WastScript::Slot& WastScript::slot_of(const json& names, const char* field) const {
  return names.contains(field) ? instances_.at(names[field].get<std::string>()) : current_;
}

CaseReport WastScript::run_register(const json& command) {
  const Slot& slot = slot_of(command, "name");
  const auto as = command.at("as").get<std::string>();
  if (const auto* none = std::get_if<Missing>(&slot)) {
    unregistered_.insert_or_assign(as, *none);
    return {none->verdict, {}, none->reason};
  }
  unregistered_.erase(as);
  linker_.define(as, *std::get<wasm::Instance*>(slot));
  return {};
}

// ---- refusals -------------------------------------------------------------------------------------------------------

CaseReport WastScript::check_refused(const json& command) {
  const auto module = load(command);
  if (module)
    return failed("accepted, and should be refused: " + command.value("text", ""));
  // A module of a feature that is missing here proves nothing, unless the version must not know it either.
  if (module.error().code == ErrorCode::Unsupported && rules_.is_newest)
    return {Verdict::Skipped, {}, fact_of(module.error())};
  return {};
}

CaseReport WastScript::check_unlinkable(const json& command) {
  const ModuleSlot module = load_valid(command);
  if (const auto* none = std::get_if<Missing>(&module))
    return {none->verdict, {}, none->reason};
  const auto made = store_.instantiate(*std::get<const wasm::Module*>(module), linker_);
  const auto text = command.at("text").get<std::string>();
  if (made)
    return failed("linked, and should be refused: " + text);
  if (!made.error().detail.starts_with(text))
    return failed("wanted: " + text + "; it says: " + made.error().message());
  return {};
}

CaseReport WastScript::check_uninstantiable(const json& command) {
  const ModuleSlot module = load_valid(command);
  if (const auto* none = std::get_if<Missing>(&module))
    return {none->verdict, {}, none->reason};
  const auto made = store_.instantiate(*std::get<const wasm::Module*>(module), linker_);
  const auto text = command.at("text").get<std::string>();
  if (!made)
    return failed("wanted: " + text + "; it says: " + made.error().message());
  if (!is_trap(made->status, text))
    return failed("wanted: " + text + "; the status is " + std::string{name(made->status)});
  return {};
}

// ---- actions --------------------------------------------------------------------------------------------------------

std::variant<WastScript::Missing, WastScript::Outcome> WastScript::act(const json& action) {
  const Slot& slot = slot_of(action, "module");
  if (const auto* none = std::get_if<Missing>(&slot))
    return *none;
  const wasm::Instance& instance = *std::get<wasm::Instance*>(slot);
  const auto field = action.at("field").get<std::string>();
  const auto item = instance.find(field);
  const bool is_get = action.at("type") == "get";
  const auto kind = is_get ? wasm::ExternKind::Global : wasm::ExternKind::Function;
  if (!item || item->kind != kind)
    return Missing{Verdict::Failed, "nothing of its kind is exported as " + field};
  if (is_get)
    return Outcome{Status::Success, {wasm::get(*item->global)}};
  std::vector<wasm::Value> arguments;
  for (const json& value : action.at("args"))
    arguments.push_back(read_wast_value(value));
  Outcome outcome;
  outcome.values.resize(item->function->signature->result_count);
  outcome.status = store_.call(*item->function, arguments, outcome.values).status;
  return outcome;
}

CaseReport WastScript::run_action(const json& command) {
  const auto done = act(command.at("action"));
  if (const auto* none = std::get_if<Missing>(&done)) {
    return none->verdict == Verdict::Failed ? failed(none->reason)
                                            : CaseReport{none->verdict, {}, none->reason};
  }
  const auto& [status, values] = std::get<Outcome>(done);
  const std::string found = status == Status::Success ? text_of(values) : std::string{name(status)};
  if (command.contains("text")) {
    const auto text = command["text"].get<std::string>();
    return is_trap(status, text) ? CaseReport{} : failed("wanted: " + text + "; it gave " + found);
  }
  if (status != Status::Success)
    return failed("it ended with " + found);
  if (command["type"] == "assert_return") {
    const json& expected = command.at("expected");
    if (!std::ranges::equal(values, expected,
                            [](const wasm::Value& a, const json& b) { return matches(a, b); }))
      return failed("wanted: " + expected.dump() + "; it gave " + found);
  }
  return {};
}

} // namespace zvm::cli
