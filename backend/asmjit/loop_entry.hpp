// A function that is gone on with in the middle.
#pragma once

#include "backend/interp/function/loop_head.hpp"
#include "ir/analysis/cfg.hpp"

namespace zvm::backend::asmjit {

/// Makes of a function, as it was lowered, the rest of it from the head of a loop on. Its parameters
/// are the slots of the word code that stands there, and block 0 is what has been paid for there.
/// False where memory ran out, or it cannot be: the function is useless then.
[[nodiscard]] bool begin_at_loop(ir::Function& f, const interp::LoopHead& head, ir::Cfg& cfg);

} // namespace zvm::backend::asmjit
