// Programs: all of a code object that can be reached, as functions that call each other.
//
// The functions are those that discovery.hpp finds. Their places on the guest's stack are variables
// from one piece of straight code to the next; what leaves has the whole stack in its frame state.
// Who cannot pay is out of gas for good: a block ends behind each instruction that can fail
// otherwise, that others see or that shows the counter, so that nothing is seen of what comes
// before in a block that is not paid. Entries stand where functions begin, at loop heads, behind
// messages, and behind calls of functions that send some.
#pragma once

#include "frontend/discovery.hpp"
#include "ir/module.hpp"

namespace zvm::frontend {

/// Function 0 is where a message begins. False where memory ran out or a limit was met.
[[nodiscard]] bool lower_program(const Guest& guest, const Source& source,
                                 const ProgramLimits& limits, ir::Module& out);

} // namespace zvm::frontend
