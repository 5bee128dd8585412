// Random programs: modules of functions on the guest's stack, as byte code becomes, that call each
// other, call contracts, and can be entered in many places.
//
// Places of the stack are variables from block to block. One choice of numbers gives two programs:
// one that takes nothing for granted, and one that relies on facts which hold on the ways through
// the program (an argument is a constant, an item is small) and which entries check.
#pragma once

#include "ir/module.hpp"
#include "tests/support/ir/random_function.hpp"

namespace zvm::test {

struct ProgramShape {
  unsigned functions = 3;
  unsigned blocks = 6; ///< of each function, at most
  unsigned instructions = 6;
  bool relies_on_facts = false;
  bool entries_check = true; ///< false: a planted fault, where facts are relied on
};

/// verify() holds for it. No function is imported; function 0 is where a message begins.
[[nodiscard]] ir::Module random_program(uint64_t seed, const ProgramShape& shape);

} // namespace zvm::test
