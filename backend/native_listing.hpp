// Machine code to be looked at: what was written, in its order, and what each piece of it is of.
#pragma once

#include <string>
#include <vector>

#include "ir/function.hpp"

namespace zvm::backend {

/// An instruction, data, or a label with a colon, which takes no bytes.
struct NativeLine {
  uint32_t function = 0; ///< of a program
  /// kNone: what all functions share, ways out and constants.
  ir::BlockId block = ir::kNone;
  /// kNone: where the block is entered, and pays its gas.
  ir::InstId inst = ir::kNone;
  uint32_t offset = 0;
  uint32_t size = 0;
  std::string text;
};

struct NativeListing {
  std::vector<NativeLine> lines;
  std::vector<uint8_t> bytes;
  std::string refusal; ///< why there is no code
};

} // namespace zvm::backend
