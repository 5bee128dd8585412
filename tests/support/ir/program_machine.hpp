// A machine for programs, as compiled code is to run them: what the guest's stack holds in memory is
// modelled place by place, and frames can be dropped and entered again wherever that is allowed.
//
// Two forms of a program run together: a slow one, which accepts every entry, and a fast one made of
// it. Plainly, the slow form runs alone, with direct calls and nothing dropped: that is the
// reference. In chaos frames are dropped at calls by chance, entries are refused by chance, items
// are written to their places early, and everything that is in memory is relied on. Equal logs: the
// fast form is right.
//
// The rules it obeys can be broken one by one, to see that each is needed and would be found.
#pragma once

#include <optional>

#include "ir/module.hpp"
#include "tests/support/ir/random_function.hpp"
#include "tests/support/ir/reference.hpp"

namespace zvm::test {

/// A rule of the execution ABI that is not kept.
enum class Breach : uint8_t {
  None,
  /// Items that the code itself has no more use for are not written to their places before a call.
  DeadItemsStay,
  /// What a callee has changed for a while in its caller's place is not written back at its return.
  NoWriteBack,
  /// Behind a call places are thought to hold what they held before, which the callee has changed.
  StalePlaces,
  /// The label is read from its place when results stand there.
  LabelReadLate,
  /// A label that is no entry leads to the nearest one below.
  LabelUnchecked,
  /// A refused entry is taken again instead of the code it replaced.
  RefusalToItself,
  /// Frames are not dropped however deep they are.
  NoDepthLimit,
  /// An exit in a callee writes the callee's items alone, and not what its caller left in registers.
  CallerKeepsItems,
};

/// Code that can be entered at any place, and goes on where the fast form does not.
class SlowForm {
 public:
  struct Entry {
    const ir::Function* function;
    ir::BlockId block; ///< block 0: its parameters are what the function needs of the stack
  };
  SlowForm() = default;
  virtual ~SlowForm() = default;
  SlowForm(const SlowForm&) = delete;
  SlowForm& operator=(const SlowForm&) = delete;
  [[nodiscard]] virtual std::optional<Entry> at(const mpz_class& pc) = 0;
  /// Whether a jump may go there.
  [[nodiscard]] virtual bool is_destination(const mpz_class& pc) const = 0;
};

struct ProgramRun {
  const ir::Module* slow = nullptr;
  SlowForm* steps = nullptr;        ///< in place of `slow`: byte code, one instruction at a time
  const ir::Module* fast = nullptr; ///< null: the slow form runs alone, plainly
  uint32_t entry_pc = 0;            ///< where it is entered
  std::vector<mpz_class> stack;     ///< the guest's, the deepest item first
  int64_t gas = INT64_MAX;
  uint64_t seed = 0; ///< of what chance decides
  Breach breach = Breach::None;
};

/// Where a message, or slot code with whatever on its stack, may come in.
[[nodiscard]] std::vector<uint32_t> entries_of(const ir::Module& program);

/// The log of one run.
[[nodiscard]] std::string run_program(const ProgramRun& run);

} // namespace zvm::test
