// How compiled code of byte-coded guests and the machine that runs the rest hand over to each
// other.
#pragma once

#include <cstdint>

#include "runtime/frame.hpp"

namespace zvm::backend {

/// What is to be done where compiled code has been left. Gas, top and pc stand in the frame.
enum class Answer : uint32_t {
  Step,    ///< go on in step form
  Place,   ///< go on in whatever form there is
  Refused, ///< the entry where pc is has refused; go on there in another form
  Leave,   ///< frame.exit says why; the machine is left
};

/// Runs compiled code, which begins where frame.pc is, until it is left.
using Enter = Answer (*)(runtime::Frame& frame, const void* code);

} // namespace zvm::backend
