// How the handler families fill the one table of handlers().
#pragma once

#include "backend/interp/function/handlers.hpp"

namespace zvm::backend::interp::word {

/// At the head of a loop or a function, with gas below the floor.
Next polled(Regs& r);
/// Stands for the code of a function that has not been called yet; word 1 is its index.
[[nodiscard]] Handler lower_first_handler();

void add_integer_handlers(Handlers& h);
void add_memory_handlers(Handlers& h);
void add_module_handlers(Handlers& h);
void add_control_handlers(Handlers& h);

} // namespace zvm::backend::interp::word
