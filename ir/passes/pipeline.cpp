// Which passes a level runs, in which order.
#include "ir/passes/passes.hpp"

namespace zvm::ir {

bool optimize(Function& f, Level level, PassContext& context) {
  if (level == Level::None)
    return !f.failed();
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
