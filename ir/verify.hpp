// The verifier: proves of a function what passes, interpreter and compilers rely on.
//
// In this order, each part relying on those before it; the refusal is VerifyError, its offset the
// instruction's id where one is to blame, else the block's, and the detail a sentence that names
// it.
//
// Structure
//  1. Ranges lie inside their pools; ids of values, instructions, blocks and states exist.
//  2. There is an entry block, block 0. No edge leads to it, nor to another entry, which has a state
//     of its own at its pc, without a parent, whose items are its parameters, in order, all i256.
//  3. Blocks form one doubly linked list, which begins with the entry; so do the instructions of
//     each block, which know it. None stands in two places.
//  4. A block of the list ends in its only terminator. No edge leads to another.
//  5. Values know their definition: a constant its place and fits its type, a parameter its block,
//     a result its instruction.
// Types
//  6. Number and types of operands and results are those of the op's signature; the instruction's
//     own type fits its letter. Addresses and indices are i32 or i64. Variables exist and have the
//     type.
//  7. Conversions widen or narrow strictly, or are between types they are for. Attributes are
//     valid, a width no more than that of its type; data.load is not of return data.
//  8. br and call.message have one target, br_if two, br_table at least one, other ops none;
//     arguments match the target's parameters. return matches the function's results. Message calls
//     have the operands of their kind.
//  9. Ops of step form stand in snippets only.
// Flow
// 10. A value is used only after its definition in order of layout, and only in blocks its
//     definition's block dominates: on ways from every entry. (Blocks that cannot be reached need
//     only the first.)
// Frame states
// 11. leave, leave.dyn, exit, return.label and message calls have one; so has everything else
//     that may exit, by its op and access, if the function has states, unless it is declared final.
//     Nothing else has one. What asks the host is never final.
// 12. A state, be it only the parent of another, pops no more than the function's stack need and
//     grows by no more than its growth, lists what stands above its parent's stack, and comes after
//     its parent; kNextPc stands in snippets only. leave.dyn takes no more than its state's stack
//     has, if that begins below it.
// 13. A block that charges gas or polls has a state if the function has states and the block is not
//     declared final, with nothing prepaid, and else none; snippets do neither.
// 14. A block that an edge from a block not earlier in layout leads to polls, and so does the entry
//     of what is called. An edge that is paid is the only one of its block, in a function without
//     states, and leads to no more gas than the block charges.
// Memory
// 15. Each access to expanding memory lies in what a touch on every path to it has covered: its
//     address is a touch's result, or that plus a constant, or a constant, and ends no later than
//     touched memory. (Not asked of blocks that cannot be reached.)
// Gas, where the source is given (verify_gas)
// 16. A block's gas, but for what it pays for the next, is the sum of the static gas of its guest
//     instructions; the `unused` of a frame state in it the sum from its instruction on; behind
//     gas.left nothing of it is prepaid.
// 17. Each guest instruction with dynamic gas has the ops that charge it, in its block; where there
//     are no states, a block has as many of a kind as its instructions need.
// Module
// 18. A module's functions name types it has; memories and tables have indices of i32 or i64.
// 19. Parameters of the entry block and results are those of the function's type; operands and
//     results of a call those of the callee's, and a tail call ends with the results of the
//     function it is in.
// 20. Memories, tables, globals, segments and functions that instructions name exist, and have the
//     type of the addresses, indices and values that stand there; only globals that may change are
//     set. What is called, or may be by a reference, polls at its entry block.
#pragma once

#include "base/result.hpp"
#include "ir/module.hpp"
#include "ir/source.hpp"

namespace zvm::ir {

/// Checks 1 to 15. Any function is safe, however wrong. OutOfMemory where memory ran out.
[[nodiscard]] Result<void> verify(const Function& function);

/// Of a function that verify() has passed: a loop, from its head to the last branch back, uses no
/// value from before it; variables carry it there. Word code relies on this.
[[nodiscard]] Result<void> verify_loops(const Function& function);

/// Checks 1 to 15 and 18 to 20, of all functions that are there.
[[nodiscard]] Result<void> verify(const Module& module);
/// The same of one function, whose number is that among all; the module's declarations are right.
[[nodiscard]] Result<void> verify_body(const Function& function, const Module& module,
                                       uint32_t index);

/// Checks 16 and 17, of a function that verify() has passed.
[[nodiscard]] Result<void> verify_gas(const Function& function, const GasSource& source);

// The parts of verify(), each for functions that have passed those before it.
[[nodiscard]] Result<void> verify_structure(const Function& function);
[[nodiscard]] Result<void> verify_types(const Function& function);
[[nodiscard]] Result<void> verify_flow(const Function& function);
[[nodiscard]] Result<void> verify_states(const Function& function);
[[nodiscard]] Result<void> verify_edges(const Function& function);
[[nodiscard]] Result<void> verify_memory(const Function& function);
[[nodiscard]] Result<void> verify_uses(const Function& function, const Module& module);

} // namespace zvm::ir
