// Programs: code of one VM from choices. Most of it runs: operands are there, loops count down,
// jumps land; now and then something is wrong on purpose.
#pragma once

#include <vector>

#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/generators/code_writer.hpp"

namespace zvm::fuzz {

/// What a program may name of the world it runs in.
struct Surroundings {
  std::vector<U256> addresses; ///< that are worth calling, as words
  /// Both VMs run here, so that init code and code may be a container for the other.
  bool is_hybrid = false;
  Vm default_vm = Vm::Evm; ///< of code without a container
  Revision revision = kLatestRevision;
  bool zvm_1_1 = false;
};

/// Words of the message that are worth reading.
inline constexpr unsigned kMessageWords = 5;

struct ProgramOptions {
  unsigned statements = 30;
  unsigned nesting = 3; ///< of loops, branches and init code in each other
  /// Calls itself once to the end of the depth, and does nothing that takes long.
  bool is_deep = false;
};

[[nodiscard]] Bytes make_program(Choices& c, Vm vm, const Surroundings& world,
                                 const ProgramOptions& options);

/// The form in which that world stores (or creates from) code of that VM.
[[nodiscard]] Bytes stored_form(Choices& c, Vm vm, const Surroundings& world, Bytes code);

} // namespace zvm::fuzz
