// Lowering of the instruction families that the EVM and the ZVM have in common. Each takes its
// operands off the symbolic stack, a the top, b the next, and pushes its result.
//
// An op that cannot pay leaves to step form, which runs the whole instruction again. So an
// instruction charges by at most one op that cannot be repeated for nothing, and touches memory
// before it: a repeated touch is free.
#pragma once

#include "base/guest.hpp"
#include "frontend/lowering.hpp"
#include "ir/access.hpp"

namespace zvm::frontend {

/// A price as an attribute of the ops that charge by the unit.
[[nodiscard]] uint64_t rate(const Lowering& l, gas::Cost cost);

/// op a; op a, b; op a, b, c.
void lower_unary(Lowering& l, ir::Op op);
void lower_binary(Lowering& l, ir::Op op);
void lower_ternary(Lowering& l, ir::Op op);
/// op a, b as a word; with `swapped` op b, a.
void lower_comparison(Lowering& l, ir::Op op, bool swapped = false);
void lower_is_zero(Lowering& l);
void lower_exp(Lowering& l);

void lower_context(Lowering& l, ContextField field);
void lower_data_load(Lowering& l, DataSpace space);
void lower_data_size(Lowering& l, DataSpace space);
/// c bytes from offset b of the space to memory at a.
void lower_data_copy(Lowering& l, DataSpace space);
/// The digest of b bytes of memory at a, at `per_word` a word.
void lower_mcopy(Lowering& l);
void lower_hash(Lowering& l, HashKind kind, gas::Cost per_word);

void lower_mload(Lowering& l);
/// b to memory at a.
void lower_mstore(Lowering& l, uint64_t access);

/// op a, b without a result.
void lower_store(Lowering& l, ir::Op op);
/// d bytes from offset c of the code of account a to memory at b.
void lower_code_copy(Lowering& l);
/// b bytes of memory at a, with topics c and on.
void lower_log(Lowering& l, unsigned topics);

void lower_jump(Lowering& l);
void lower_jump_if(Lowering& l);
/// Ends the message with b bytes of memory at a.
void lower_finish(Lowering& l, bool revert);
/// CALL, CREATE and their kin; operands as CallKind says.
void lower_message_call(Lowering& l, CallKind kind);

} // namespace zvm::frontend
