// The IR of a program, trace by trace, as the interpreter would lower it, or the code that a tier
// makes of that.
#pragma once

#include <string>
#include <vector>

#include "cli/program.hpp"
#include "frontend/guest.hpp"
#include "frontend/known_stacks.hpp"
#include "ir/module.hpp"
#include "ir/passes/passes.hpp"

namespace zvm::cli {

struct BlockGas {
  uint32_t pc = 0;
  int64_t gas = 0; ///< static, charged at the head
  bool cold = false;
};

struct Trace {
  uint32_t pc = 0;  ///< where it begins
  std::string text; ///< of the IR, or of the code
  std::vector<BlockGas> blocks;
  std::vector<uint32_t> leads_to; ///< where it goes on, in order, each once
};

/// Lowers code of one VM in one revision.
class TraceLister {
 public:
  TraceLister(ByteView code, Vm vm, bool is_strict, Revision revision, bool zvm_1_1 = false);

  /// What the text of a trace is from here on.
  enum class Shows : uint8_t { Ir, SlotCode, NativeCode };
  void show(Shows what) { shows_ = what; }

  /// UsageError where pc lies outside the code, or memory ran out.
  [[nodiscard]] Trace lower(uint64_t pc, ir::Level level);
  /// The trace at pc and those it leads to, and so on; in order of their pcs.
  [[nodiscard]] std::vector<Trace> lower_reachable(uint64_t pc, ir::Level level);
  /// One from the entry and one from each place that may be jumped to.
  [[nodiscard]] std::vector<Trace> lower_all(ir::Level level);
  /// All code that can be reached, as functions that call each other. UsageError where there is no
  /// end to it, or memory ran out.
  [[nodiscard]] ir::Module lower_program(ir::Level level);

 private:
  const frontend::Guest& guest_;
  gas::Schedule schedule_;
  std::vector<uint8_t> padded_;
  std::vector<uint64_t> destinations_;
  frontend::Source source_;
  frontend::KnownStacks known_; ///< what traces have found that were lowered before
  Shows shows_ = Shows::Ir;
};

} // namespace zvm::cli
