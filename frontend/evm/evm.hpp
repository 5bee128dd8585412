// The EVM as a guest: Frontier to Osaka.
#pragma once

#include "frontend/guest.hpp"

namespace zvm::frontend::evm {

extern const Guest kGuest;

} // namespace zvm::frontend::evm
