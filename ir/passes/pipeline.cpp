// Which passes a level runs, in which order.
#include "ir/passes/passes.hpp"

namespace zvm::ir {
namespace {

/// Functions of modules come from compilers, which have done what costs more: what else is for byte
/// code made a sixth of the time of compiling them, and nothing faster.
bool optimize_module_function(Function& f, PassContext& context) {
  return ssa(f, context) && params(f, context) && fold(f, context) && gvn(f, context) &&
         dce_narrow(f, context);
}

} // namespace

bool optimize(Function& f, Level level, PassContext& context) {
  if (level == Level::None)
    return !f.failed();
  if (level == Level::Whole && !f.has_states)
    return optimize_module_function(f, context);
  if (level == Level::Whole &&
      !(ssa(f, context) && sccp(f, context) && params(f, context) && gvn(f, context)))
    return false;
  if (!fold_cse_touches(f, context))
    return false;
  if (level == Level::Whole && !(ranges(f, context) && fold(f, context)))
    return false;
  return dce_narrow(f, context);
}

} // namespace zvm::ir
