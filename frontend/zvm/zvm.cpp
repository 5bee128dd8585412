#include "frontend/zvm/zvm.hpp"

#include "frontend/zvm/analysis.hpp"
#include "frontend/zvm/lower.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::frontend::zvm {

const Guest kGuest{Vm::Zvm, &kOpcodes, /*gas_before_stack=*/true, lower, find_destinations};

} // namespace zvm::frontend::zvm
