// What stored bytes are: a pure function of them and of the VMs that an engine has.
#pragma once

#include "base/status.hpp"
#include "base/types.hpp"
#include "gas/schedule.hpp"

namespace zvm::engine {

struct CodeFormat {
  Status status = Status::Success; ///< InvalidCode: broken, or for a VM that is not there
  Vm vm = Vm::Evm;
  bool strict = false; ///< only JUMPDEST instructions may be jumped to
  ByteView code;       ///< without the container
};

} // namespace zvm::engine
