// What machine code of a module's functions relies on of the module.
#pragma once

#include "runtime/module/instance.hpp"

namespace zvm::backend::asmjit {

/// How a function of the module is called by machine code: the code there is, or what leaves for the
/// machine that runs the other. By its own functions.
struct Cell {
  std::atomic<const void*> code{nullptr};
  const runtime::Entry* entry = nullptr;
};

struct ModuleUnit {
  uint32_t imports = 0; ///< imported functions
  /// Of memory 0. With Guard, that of every instance must be a guarded one.
  runtime::Bounds bounds = runtime::Bounds::Explicit;
  const Cell* cells = nullptr;
  const runtime::Entry* entries = nullptr; ///< in the order of the cells
  /// It goes on where word code stands, at the head of a loop: the call's depth, and the gas that block
  /// 0 charges, have been taken.
  bool goes_on = false;
};

} // namespace zvm::backend::asmjit
