// The IR of a program, trace by trace, as the interpreter would lower it, or the code that it makes of
// that; that of functions of a module.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "engine/wasm/module.hpp"
#include "frontend/guest.hpp"
#include "frontend/known_stacks.hpp"
#include "ir/module.hpp"
#include "ir/passes/passes.hpp"
#include "ir/source.hpp"

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

/// An instruction whose IR begins there. The last of a function is no instruction: there ends what
/// was lowered.
struct LoweredStep {
  const ir::Function* function = nullptr;
  ir::InstId first = 0;
  uint32_t pc = 0;
};

struct GuestInstruction {
  uint32_t pc = 0;
  std::string text;
  int64_t gas = 0; ///< static
};

/// Lowers code of one VM in one revision.
class TraceLister {
 public:
  TraceLister(ByteView code, Vm vm, bool is_strict, Revision revision, bool zvm_1_1 = false);

  /// What the text of a trace is from here on.
  enum class Shows : uint8_t { Ir, SlotCode };
  void show(Shows what) { shows_ = what; }
  /// From here on what is lowered is noted, instruction by instruction.
  void note_steps(std::vector<LoweredStep>& to);

  /// UsageError where pc lies outside the code, or memory ran out.
  [[nodiscard]] Trace lower(uint64_t pc, ir::Level level);
  /// The same as IR.
  void lower(uint64_t pc, ir::Level level, ir::Function& out);
  /// The trace at pc and those it leads to, and so on; in order of their pcs.
  [[nodiscard]] std::vector<Trace> lower_reachable(uint64_t pc, ir::Level level);
  /// One from the entry and one from each place that may be jumped to.
  [[nodiscard]] std::vector<Trace> lower_all(ir::Level level);
  /// All code that can be reached, as functions that call each other. UsageError where there is no
  /// end to it, or memory ran out.
  [[nodiscard]] ir::Module lower_program(ir::Level level);

  [[nodiscard]] const gas::Schedule& schedule() const { return schedule_; }
  [[nodiscard]] uint64_t code_size() const { return source_.size; }
  /// The instruction at pc, with its immediate.
  [[nodiscard]] GuestInstruction instruction(uint32_t pc) const;

 private:
  void optimize(ir::Function& function, ir::Level level);

  frontend::Guest guest_;
  gas::Schedule schedule_;
  std::vector<uint8_t> padded_;
  std::vector<uint64_t> destinations_;
  frontend::Source source_;
  std::vector<LoweredStep>* steps_ = nullptr;
  frontend::KnownStacks known_; ///< what traces have found that were lowered before
  Shows shows_ = Shows::Ir;
};

/// Lowers functions of a module of WebAssembly.
class ModuleLister {
 public:
  /// UsageError where it is refused.
  ModuleLister(const Program& program, const std::string& file, const std::string& gas_schedule,
               Revision revision);

  [[nodiscard]] const engine::wasm::Module& module() const { return *module_; }
  [[nodiscard]] const gas::Schedule& schedule() const { return schedule_; }
  [[nodiscard]] const frontend::wasm::Costs& costs() const { return costs_; }
  [[nodiscard]] uint32_t imports() const { return module_->decoded().imported_functions; }
  /// The first function, and the one behind the last, of all that have code or of the one that the
  /// option --function names.
  [[nodiscard]] std::pair<uint32_t, uint32_t> functions(const std::string& option) const;
  /// Imports are counted. The last of the steps is where ends what was lowered.
  void lower(uint32_t function, bool all_passes, ir::Function& out,
             Vec<ir::SourceStep>* steps = nullptr) const;

 private:
  std::string file_;
  gas::Schedule schedule_;
  frontend::wasm::Costs costs_;
  std::unique_ptr<engine::wasm::Module> module_;
};

} // namespace zvm::cli
