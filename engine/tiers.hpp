// What the tiers make of one code object, be it bytes or a module: a part of whatever the engine
// loads. A tier is added here and nowhere else.
#pragma once

#include <memory>

#include "backend/backend.hpp"
#include "backend/interp/function/code.hpp"
#include "engine/options.hpp"

namespace zvm::engine {

/// Empty until it is made; then thread-safe.
class Tiers {
 public:
  /// Of byte code: its places are the entries. False where memory ran out.
  [[nodiscard]] bool make(const backend::Source& source, Tier tier);
  /// Of a module: its own functions are the entries, and open. False where memory ran out.
  [[nodiscard]] bool make(const backend::Source& source,
                          const backend::interp::ModuleSource& module);

  /// The code that runs; nullptr while it is empty.
  [[nodiscard]] backend::Code* running() const { return code_.get(); }
  /// Bytes that all code takes.
  [[nodiscard]] uint64_t bytes() const;

 private:
  std::unique_ptr<backend::Code> code_; ///< slot code, word code or machine code
};

} // namespace zvm::engine
