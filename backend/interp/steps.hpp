// Building a step table: the snippets of a VM's opcodes, translated once per schedule.
#pragma once

#include <memory>
#include <span>

#include "backend/interp/code.hpp"
#include "backend/interp/code_memory.hpp"
#include "base/result.hpp"

namespace zvm::backend::interp {

/// One defined opcode.
struct StepSource {
  uint8_t opcode;
  uint8_t immediate;    ///< bytes
  uint8_t pops, pushes; ///< stack items
  int64_t gas;          ///< static
  const ir::Function* snippet;
};

class Steps {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Steps>> make(std::span<const StepSource> rows,
                                                           bool gas_before_stack);
  StepTable table;

 private:
  Steps() = default;
  CodeMemory memory_;
};

} // namespace zvm::backend::interp
