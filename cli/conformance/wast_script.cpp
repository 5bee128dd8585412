#include "cli/conformance/wast_script.hpp"

#include <algorithm>

#include "cli/conformance/spectest.hpp"
#include "cli/conformance/suite.hpp"
#include "cli/conformance/wast_values.hpp"

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
namespace wasm = engine::wasm;

/// The binary module of a command; nothing where it has none.
std::string file_of(const JsonView& command) {
  for (const char* field : {"binary_filename", "filename"}) {
    if (std::string name = command.text_of(field); name.ends_with(".wasm"))
      return name;
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

/// The official runner wants a script's text at the beginning of what it says itself, so that
/// `undefined` is enough; and scripts may say more than we do, as `uninitialized element 2`.
bool is_trap(Status status, std::string_view text) {
  const auto* known = std::ranges::find(kTrapTexts, status, &TrapText::status);
  return known != std::end(kTrapTexts) &&
         (text.starts_with(known->text) || known->text.starts_with(text));
}

CaseReport failed(std::string detail) { return {Verdict::Failed, {}, "  " + std::move(detail)}; }

std::string text_of(const std::vector<wasm::Value>& values) {
  std::string text;
  for (const wasm::Value& value : values)
    text += (text.empty() ? "" : ", ") + describe(value);
  return text.empty() ? "nothing" : text;
}

/// wast2json gives the choices for one result in a field of their own.
bool results_match(std::span<const wasm::Value> values, const JsonView& command) {
  if (command.has("either")) {
    return values.size() == 1 &&
           std::ranges::any_of(command.at("either").elements(),
                               [&](const JsonView& one) { return matches(values[0], one); });
  }
  const JsonView expected = command.at("expected");
  if (values.size() != expected.size())
    return false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!matches(values[i], expected.at(i)))
      return false;
  }
  return true;
}

std::string wanted_text(const JsonView& command) {
  return command.at(command.has("either") ? "either" : "expected")
      .value()
      .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

/// What a script has named.
template <typename Map>
const Map::mapped_type& named(const Map& map, const JsonView& name) {
  const auto found = map.find(name.text());
  if (found == map.end())
    name.refuse("nothing is named " + name.text());
  return found->second;
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

std::optional<CaseReport> WastScript::run(const JsonView& command) {
  const auto type = command.at("type").text();
  if (command.has("filename") && file_of(command).empty()) {
    if (type == "module")
      (void)make_current(Missing{Verdict::Skipped, "the text format"}, command.text_of("name"));
    return std::nullopt;
  }
  return dispatch(type, command);
}

CaseReport WastScript::dispatch(const std::string& type, const JsonView& command) {
  struct Handler {
    std::string_view type;
    CaseReport (WastScript::*run)(const JsonView&);
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

CaseReport WastScript::report_of(const Missing& missing) {
  return missing.verdict == Verdict::Failed ? failed(missing.reason)
                                            : CaseReport{missing.verdict, {}, missing.reason};
}

// ---- modules
// --------------------------------------------------------------------------------------------------------

Result<const wasm::Module*> WastScript::load(const JsonView& command) {
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

WastScript::ModuleSlot WastScript::load_valid(const JsonView& command) {
  const auto module = load(command);
  if (!module)
    return missing(module.error());
  return *module;
}

const WastScript::Missing* WastScript::find_missing_import(const wasm::Module& module) const {
  for (const auto& import : module.decoded().imports) {
    const auto gone = unregistered_.find(std::string{import.module});
    if (gone != unregistered_.end())
      return &gone->second;
  }
  return nullptr;
}

WastScript::Attempt WastScript::try_instantiate(const ModuleSlot& module) {
  if (const auto* none = std::get_if<Missing>(&module))
    return *none;
  const wasm::Module& m = *std::get<const wasm::Module*>(module);
  if (const Missing* none = find_missing_import(m))
    return *none;
  return store_.instantiate(m, linker_);
}

WastScript::Slot WastScript::instantiate(const ModuleSlot& module) {
  const Attempt attempt = try_instantiate(module);
  if (const auto* none = std::get_if<Missing>(&attempt))
    return *none;
  const Made& made = std::get<Made>(attempt);
  if (!made)
    return missing(made.error());
  if (made->status != Status::Success)
    return Missing{Verdict::Failed, "instantiation ended with " + std::string{name(made->status)}};
  return made->instance;
}

CaseReport WastScript::make_current(Slot slot, const std::string& name) {
  CaseReport report;
  if (auto* none = std::get_if<Missing>(&slot)) {
    report = report_of(*none);
    if (none->verdict == Verdict::Failed)
      none->reason = "its module was not instantiated";
  }
  current_ = slot;
  if (!name.empty())
    instances_.insert_or_assign(name, slot);
  return report;
}

CaseReport WastScript::run_module(const JsonView& command) {
  return make_current(instantiate(load_valid(command)), command.text_of("name"));
}

CaseReport WastScript::run_definition(const JsonView& command) {
  definition_ = load_valid(command);
  if (command.has("name"))
    definitions_.insert_or_assign(command.at("name").text(), definition_);
  const auto* none = std::get_if<Missing>(&definition_);
  return none == nullptr ? CaseReport{} : report_of(*none);
}

CaseReport WastScript::run_instance(const JsonView& command) {
  ModuleSlot module = definition_;
  if (command.has("module"))
    module = named(definitions_, command.at("module"));
  return make_current(instantiate(module), command.text_of("instance"));
}

const WastScript::Slot& WastScript::slot_of(const JsonView& names, std::string_view field) const {
  return names.has(field) ? named(instances_, names.at(field)) : current_;
}

CaseReport WastScript::run_register(const JsonView& command) {
  const Slot& slot = slot_of(command, "name");
  const auto as = command.at("as").text();
  if (const auto* none = std::get_if<Missing>(&slot)) {
    unregistered_.insert_or_assign(as, *none);
    return report_of(*none);
  }
  unregistered_.erase(as);
  linker_.define(as, *std::get<wasm::Instance*>(slot));
  return {};
}

// ---- refusals
// -------------------------------------------------------------------------------------------------------

CaseReport WastScript::check_refused(const JsonView& command) {
  const auto module = load(command);
  if (module)
    return failed("accepted, and should be refused: " + command.text_of("text"));
  // A module of a feature that the version has, and this engine has not, proves nothing.
  const std::string fact = fact_of(module.error());
  const bool is_missing = module.error().code == ErrorCode::Unsupported &&
                          fact.ends_with(": not supported") && rules_.version->may_have(fact);
  return is_missing ? CaseReport{Verdict::Skipped, {}, fact} : CaseReport{};
}

CaseReport WastScript::check_unlinkable(const JsonView& command) {
  const Attempt attempt = try_instantiate(load_valid(command));
  if (const auto* none = std::get_if<Missing>(&attempt))
    return report_of(*none);
  const Made& made = std::get<Made>(attempt);
  const auto text = command.at("text").text();
  if (made)
    return failed("linked, and should be refused: " + text);
  if (!made.error().detail.starts_with(text))
    return failed("wanted: " + text + "; it says: " + made.error().message());
  return {};
}

CaseReport WastScript::check_uninstantiable(const JsonView& command) {
  const Attempt attempt = try_instantiate(load_valid(command));
  if (const auto* none = std::get_if<Missing>(&attempt))
    return report_of(*none);
  const Made& made = std::get<Made>(attempt);
  const auto text = command.at("text").text();
  if (!made)
    return failed("wanted: " + text + "; it says: " + made.error().message());
  if (!is_trap(made->status, text))
    return failed("wanted: " + text + "; the status is " + std::string{name(made->status)});
  return {};
}

// ---- actions
// --------------------------------------------------------------------------------------------------------

std::variant<WastScript::Missing, WastScript::Outcome> WastScript::act(const JsonView& action) {
  const Slot& slot = slot_of(action, "module");
  if (const auto* none = std::get_if<Missing>(&slot))
    return *none;
  const wasm::Instance& instance = *std::get<wasm::Instance*>(slot);
  const auto field = action.at("field").text();
  const auto item = instance.find(field);
  const bool is_get = action.at("type").text() == "get";
  const auto kind = is_get ? wasm::ExternKind::Global : wasm::ExternKind::Function;
  if (!item || item->kind != kind)
    return Missing{Verdict::Failed, "nothing of its kind is exported as " + field};
  if (is_get)
    return Outcome{Status::Success, {wasm::get(*item->global)}};
  std::vector<wasm::Value> arguments;
  for (const JsonView value : action.at("args").elements())
    arguments.push_back(read_wast_value(value));
  Outcome outcome;
  outcome.values.resize(item->function->signature->result_count);
  outcome.status = store_.call(*item->function, arguments, outcome.values).status;
  return outcome;
}

CaseReport WastScript::run_action(const JsonView& command) {
  const auto done = act(command.at("action"));
  if (const auto* none = std::get_if<Missing>(&done))
    return report_of(*none);
  const auto& [status, values] = std::get<Outcome>(done);
  const std::string found = status == Status::Success ? text_of(values) : std::string{name(status)};
  if (command.has("text")) {
    const std::string& text = command.at("text").text();
    return is_trap(status, text) ? CaseReport{} : failed("wanted: " + text + "; it gave " + found);
  }
  if (status != Status::Success)
    return failed("it ended with " + found);
  if (command.at("type").text() == "assert_return" && !results_match(values, command))
    return failed("wanted: " + wanted_text(command) + "; it gave " + found);
  return {};
}

} // namespace zvm::cli
