// How the handler families fill the one table of handlers().
#pragma once

#include "backend/interp/handlers.hpp"

namespace zvm::backend::interp {

void add_memory_handlers(Handlers& h);
void add_host_handlers(Handlers& h);
void add_control_handlers(Handlers& h);

} // namespace zvm::backend::interp
