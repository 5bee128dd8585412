// The interpreter: slot code where code is warm, step form elsewhere. The reference tier is the
// same machine with promotion switched off.
#pragma once

#include "backend/interp/code.hpp"

namespace zvm::backend::interp {

/// Runs the frame from frame.pc until its message is done or makes a call. `code` is that of
/// frame.code; null keeps it in step form.
runtime::Exit run(runtime::Frame& frame, const StepTable& steps, Code* code);

} // namespace zvm::backend::interp
