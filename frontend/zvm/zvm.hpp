// The ZVM as a guest.
#pragma once

#include "frontend/guest.hpp"

namespace zvm::frontend::zvm {

extern const Guest kGuest;

} // namespace zvm::frontend::zvm
