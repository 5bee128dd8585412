// Runs functions of a module as docs/ir.md says, one op after the other, over a real instance: its
// memories, tables and globals, its imports, its gas and call depth. What passes have made of
// functions runs here before there is a compiler for it, and must do what tier step does.
#pragma once

#include <deque>
#include <vector>

#include "engine/wasm/instance.hpp"
#include "ir/module.hpp"

namespace zvm::test {

class ModuleMachine {
 public:
  /// `bodies` are those of the functions that the module does not import.
  explicit ModuleMachine(std::vector<ir::Function> bodies) : bodies_(std::move(bodies)) {}
  ModuleMachine(const ModuleMachine&) = delete;
  ModuleMachine& operator=(const ModuleMachine&) = delete;

  /// From here on the instance's own functions run here, whoever calls them. The instance must not
  /// outlive this.
  void take_over(engine::wasm::Instance& instance);

  [[nodiscard]] std::vector<ir::Function> take_back() { return std::move(bodies_); }

  /// What stands for a function of an instance.
  struct Body {
    const ir::Function* function;
    runtime::Instance* instance;
    const engine::wasm::Module* module;
  };

 private:
  std::vector<ir::Function> bodies_;
  std::deque<Body> taken_;
};

} // namespace zvm::test
