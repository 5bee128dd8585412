// What the instructions of a WASM function cost, computed without lowering: from the text of
// docs/gas.md.
#pragma once

#include <unordered_map>

#include "frontend/wasm/lower.hpp"

namespace zvm::test {

/// Rows by the offset behind each instruction; that of the entry is the offset behind the locals.
class StaticPrices {
 public:
  StaticPrices(const frontend::wasm::Module& module, const frontend::wasm::FunctionFacts& facts,
               uint32_t index, const frontend::wasm::LowerOptions& options);

  [[nodiscard]] ir::GasSource source(std::span<const ir::SourceStep> steps) const;

 private:
  std::unordered_map<uint32_t, ir::SourceRow> rows_;
};

} // namespace zvm::test
