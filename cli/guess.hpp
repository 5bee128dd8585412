// Guessing whose code bare bytes are. For the verb hybrid only: nothing else guesses.
#pragma once

#include <string>

#include "base/revision.hpp"
#include "base/types.hpp"
#include "gas/schedule.hpp"

namespace zvm::cli {

struct Guess {
  Vm vm = Vm::Evm;
  std::string reason; ///< one sentence
};

/// The VM as whose code the bytes make sense for longer, from the first on; the EVM where it is a
/// tie.
[[nodiscard]] Guess guess_vm(ByteView code, Revision revision);

} // namespace zvm::cli
