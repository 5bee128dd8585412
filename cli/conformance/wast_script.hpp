// One script of the WebAssembly test suite, converted: its modules, instances and what it says of
// them.
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/conformance/runner.hpp"
#include "cli/fixtures/json_view.hpp"
#include "engine/wasm/store.hpp"

namespace zvm::cli {

/// What a module may use, and what the version has beside it.
struct WastRules {
  engine::wasm::ModuleOptions options;
  const WasmVersion* version = nullptr;
};

class WastScript {
 public:
  /// Modules lie in `folder`.
  WastScript(std::filesystem::path folder, const WastRules& rules);

  /// What came of one command; nothing where it is about the text format.
  [[nodiscard]] std::optional<CaseReport> run(const JsonView& command);

 private:
  /// Why there is no instance: a feature that is not supported, or a failure reported already.
  struct Missing {
    Verdict verdict = Verdict::Failed;
    std::string reason;
  };
  using Slot = std::variant<Missing, engine::wasm::Instance*>;
  using ModuleSlot = std::variant<Missing, const engine::wasm::Module*>;
  using Made = Result<engine::wasm::Instantiated>;
  using Attempt = std::variant<Missing, Made>;
  struct Outcome {
    Status status = Status::Success;
    std::vector<engine::wasm::Value> values;
  };

  static CaseReport report_of(const Missing& missing);
  CaseReport dispatch(const std::string& type, const JsonView& command);
  CaseReport run_module(const JsonView& command);
  CaseReport run_definition(const JsonView& command);
  CaseReport run_instance(const JsonView& command);
  CaseReport run_register(const JsonView& command);
  CaseReport run_action(const JsonView& command);
  CaseReport check_refused(const JsonView& command);
  CaseReport check_unlinkable(const JsonView& command);
  CaseReport check_uninstantiable(const JsonView& command);

  [[nodiscard]] Result<const engine::wasm::Module*> load(const JsonView& command);
  [[nodiscard]] ModuleSlot load_valid(const JsonView& command);
  /// The module of a name that is imported and could not be had.
  [[nodiscard]] const Missing* find_missing_import(const engine::wasm::Module& module) const;
  /// Missing: there is no module, or something that it imports could not be had.
  [[nodiscard]] Attempt try_instantiate(const ModuleSlot& module);
  [[nodiscard]] Slot instantiate(const ModuleSlot& module);
  CaseReport make_current(Slot slot, const std::string& name);
  [[nodiscard]] const Slot& slot_of(const JsonView& names, std::string_view field) const;
  [[nodiscard]] Missing missing(const Error& error) const;
  [[nodiscard]] std::variant<Missing, Outcome> act(const JsonView& action);

  std::filesystem::path folder_;
  WastRules rules_;
  std::deque<std::unique_ptr<engine::wasm::Module>> modules_; ///< outlive the store
  engine::wasm::Store store_;
  engine::wasm::Linker linker_;
  std::map<std::string, Slot> instances_;
  std::map<std::string, ModuleSlot> definitions_;
  std::map<std::string, Missing> unregistered_; ///< names whose modules could not be had
  Slot current_;
  ModuleSlot definition_;
};

} // namespace zvm::cli
