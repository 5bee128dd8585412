// Machine code to be looked at: what was written, in its order, and what each piece of it is of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
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

/// What has been compiled as one: a program, a trace of it, or a function of a module.
struct NativeMade {
  const Bytes32& hash; ///< of the code object
  std::string_view kind;
  uint32_t number =
      0; ///< the place where a trace or a loop begins, or the function (its own are counted)
  std::span<const ir::Function> functions;
  const NativeListing& listing;
};

/// Is shown all machine code as it is made, by several threads at once.
class NativeObserver {
 public:
  virtual void made(const NativeMade& code) = 0;

 protected:
  ~NativeObserver() = default;
};

} // namespace zvm::backend
