// How compiled code and the machines that run the rest hand over to each other.
#pragma once

#include <cstdint>

#include "runtime/frame.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::backend {

/// What is to be done where compiled code of a message has been left. Gas, top and pc stand in the
/// frame.
enum class Answer : uint32_t {
  Step,    ///< go on in step form
  Place,   ///< go on in whatever form there is
  Refused, ///< the entry where pc is has refused; go on there in another form
  Leave,   ///< frame.exit says why; the machine is left
};

/// Runs compiled code, which begins where frame.pc is, until it is left.
using Enter = Answer (*)(runtime::Frame& frame, const void* code);

/// The same of functions of modules. Gas stands in the activation, and the frame, of whoever is said,
/// in native_frame.
enum class FunctionAnswer : uint32_t {
  Returned,     ///< the function that was entered has its results in its frame
  Finished,     ///< the activation ends with its status
  Word,         ///< run the word code `next`: of a callee, or of a tail call that came last
  Function,     ///< call the callee
  TailFunction, ///< the same in place of the function that was entered
};

/// Runs compiled code whose frame is native_frame, until it is left.
using EnterFunction = FunctionAnswer (*)(runtime::Activation& activation, const void* code);

} // namespace zvm::backend
