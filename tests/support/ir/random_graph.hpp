// Functions of many blocks from random bytes: edges wherever chance leads them, into the midst of
// loops too, with values, parameters and variables across them.
#pragma once

#include "tests/support/ir/random_function.hpp"

namespace zvm::test {

struct GraphShape {
  unsigned blocks = 8;
  unsigned instructions = 5; ///< of each block, at most
  bool is_module = false;    ///< a function of a module: no frame states, and ops that trap
  bool values = true;        ///< reach from block to block; else only variables do
  unsigned variables = 4;
  unsigned effects = 2; ///< of 10 instructions
};

/// verify() holds for it.
[[nodiscard]] ir::Function random_graph(Choices& choices, const GraphShape& shape);

} // namespace zvm::test
