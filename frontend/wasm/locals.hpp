// The locals of a function: its parameters, then what its body declares, as runs of one type. Fifty
// thousand locals take four bytes to declare, so nothing here takes time or room by their number.
#pragma once

#include <span>

#include "base/vec.hpp"
#include "frontend/wasm/instruction.hpp"

namespace zvm::frontend::wasm {

struct LocalRun {
  ValType type = ValType::I32;
  uint32_t end = 0; ///< index behind its last local
};

class Locals {
 public:
  /// Reads the declarations at the head of a body. False where the reader has refused something.
  [[nodiscard]] bool read(Reader& reader, const Profile& profile,
                          std::span<const ValType> parameters);

  [[nodiscard]] uint32_t count() const { return runs_.empty() ? 0 : runs_.back().end; }
  [[nodiscard]] std::span<const LocalRun> runs() const { return runs_.view(); }
  /// Of a local that exists.
  [[nodiscard]] ValType type(uint32_t index) const {
    return index < first_.size() ? first_[index] : find(index);
  }

 private:
  [[nodiscard]] bool add(ValType type, uint32_t count);
  [[nodiscard]] ValType find(uint32_t index) const;

  Vec<LocalRun> runs_;
  Vec<ValType> first_; ///< those that most functions have no more than
};

} // namespace zvm::frontend::wasm
