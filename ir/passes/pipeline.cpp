// Which passes a level runs, in which order.
#include "ir/passes/passes.hpp"

namespace zvm::ir {

bool optimize(Function& f, Level level, PassContext& context) {
  if (level == Level::None)
    return !f.failed();
  return fold_cse_touches(f, context) && dce_narrow(f, context);
}

} // namespace zvm::ir
