// Guest stacks: what the code of modules runs on, between two guard pages. A thread keeps those it
// has used.
#pragma once

#include <cstdint>

namespace zvm::runtime {

/// kGuestStack bytes of whatever was left there, or nullptr where the system does not have them.
[[nodiscard]] uint64_t* take_stack();
/// Behind the last of them.
[[nodiscard]] uint64_t* top_of(uint64_t* stack);
/// Takes what take_stack gave, on whichever thread.
void keep_stack(uint64_t* stack);

} // namespace zvm::runtime
