// The passes, all linear or nearly so in the size of the function.
//
// Common to all. Precondition: verify() holds. Postcondition: verify() holds again, and the
// function does the same: the same result or frame state at every way out, the same charges in the
// same order. Frame states are uses, and keep their types and values. Nothing is moved across a
// frame state except what is pure. Facts about memory carry over from one block to the next where
// that has no other edge into it (chain.hpp), or along dominators where a pass says so.
//
// All return false where memory ran out; the function is useless then.
#pragma once

#include "ir/function.hpp"
#include "ir/passes/context.hpp"

namespace zvm::ir {

/// Folds constants of every pure op at every type; applies algebraic identities; replaces
/// multiplication, division and remainder by powers of two; turns branches on constants into jumps.
/// Instructions that are replaced by a value are gone, those that lost their last use are not
/// (dce). Blocks may become unreachable.
[[nodiscard]] bool fold(Function& function, PassContext& context);

/// Merges instructions that compute the same: pure ones, and reads of memory that has not been
/// written in between. Forwards stored words to loads, and turns the hash of one or two known words
/// into hash.word or hash.pair, and that of constants into a constant. Ops that charge, ask the
/// host or see the gas counter are left alone.
[[nodiscard]] bool cse(Function& function, PassContext& context);

/// Removes touches of memory that an earlier touch has grown already, by constant extent or by
/// constant distance from the same offset. The address becomes a constant or an addition.
[[nodiscard]] bool touches(Function& function, PassContext& context);

/// The three in one walk, in which each finds more than alone.
[[nodiscard]] bool fold_cse_touches(Function& function, PassContext& context);

// Of those that follow, ssa, gvn and params use values where they dominate. Where a block stands in
// layout before one that dominates it the blocks are laid out anew, in reverse postorder; where an
// edge would lead back to a block that does not poll then, nothing is done.

/// Makes values of variables, of which there are none then: where ways with different values meet,
/// a block has a parameter, if anyone reads it. In near linear time and space; where there would be
/// too many parameters for the size of the function it keeps its variables.
[[nodiscard]] bool ssa(Function& function, PassContext& context);

/// Merges what an instruction that dominates it has computed: pure ops, reads of what has not been
/// written in between, and ops that can only fail where that one has failed. Near linear. Charges
/// and host operations stay.
[[nodiscard]] bool gvn(Function& function, PassContext& context);

/// Finds what is constant on every way that can be taken, through parameters and loops; branches on
/// constants become jumps, blocks that no way leads to go. Linear. What blocks that stay charge is
/// what they charged.
[[nodiscard]] bool sccp(Function& function, PassContext& context);

/// Finds what numbers values may be, and computes in i64 what fits it: parameters of blocks become
/// i64, signed ops unsigned ones, comparisons that are decided constants. Functions with states and
/// without variables; others it leaves alone. Near linear. Touches no longer tell how far they are
/// apart.
[[nodiscard]] bool ranges(Function& function, PassContext& context);

/// Removes block parameters that no one reads, or only each other, and those that get the same
/// value by every edge: that stands for them. Linear.
[[nodiscard]] bool params(Function& function, PassContext& context);

/// Removes pure instructions and reads of memory that no effect, branch or frame state uses, and
/// blocks that cannot be reached.
[[nodiscard]] bool dce(Function& function, PassContext& context);

/// Computes in i64 what fits it, or of which no more is used. Conversions cost nothing where values
/// live in slots or registers whose low part can be read, so that everything that can be narrow
/// becomes narrow.
[[nodiscard]] bool narrow(Function& function, PassContext& context);

/// The two in one walk. Takes what fold_cse_touches(), just before, has found: widths, and whether
/// there can be blocks that are no longer reached.
[[nodiscard]] bool dce_narrow(Function& function, PassContext& context);

/// How much is done.
enum class Level : uint8_t {
  None,  ///< nothing: step form, and a baseline for tests
  Local, ///< what a single trace pays back at once: fold_cse_touches, dce_narrow
  Whole, ///< what functions of many blocks want before that: ssa, sccp, params, gvn, and ranges behind;
         ///< of those without states, functions of modules, what compilers leave to be done
};

/// The passes of a level, in their order.
[[nodiscard]] bool optimize(Function& function, Level level, PassContext& context);

} // namespace zvm::ir
