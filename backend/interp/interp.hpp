// The interpreter: slot code where code is warm, step form elsewhere. The reference tier is the same
// machine with promotion switched off.
#pragma once

#include "runtime/frame.hpp"

namespace zvm::backend::interp {

/// Runs the frame from frame.pc until its message is done or makes a call. frame.code must be an
/// interp::Code; frame.promote_at INT64_MAX keeps it in step form.
runtime::Exit run(runtime::Frame& frame);

} // namespace zvm::backend::interp
