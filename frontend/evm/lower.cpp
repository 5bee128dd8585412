#include "frontend/evm/lower.hpp"

#include "base/stack_immediate.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/families.hpp"

namespace zvm::frontend::evm {
namespace {

using gas::Cost;
using ir::Op;
using ir::ValueId;

// EIP-8024. In step form the immediate, and so the item, is known only when the snippet runs.

void lower_dup_n(Lowering& l) {
  const std::optional<uint8_t> immediate = l.immediate_byte();
  if (!immediate)
    return l.push(l.op(Op::StepDup, {}));
  const std::optional<unsigned> item = stack_item(*immediate);
  return item && l.reaches(*item) ? l.dup(*item) : l.exit_before();
}

void lower_swap_n(Lowering& l) {
  const std::optional<uint8_t> immediate = l.immediate_byte();
  if (!immediate)
    return void(l.op(Op::StepSwap, {}));
  const std::optional<unsigned> item = stack_item(*immediate);
  return item && l.reaches(*item + 1) ? l.swap(*item) : l.exit_before();
}

void lower_exchange(Lowering& l) {
  const std::optional<uint8_t> immediate = l.immediate_byte();
  if (!immediate)
    return void(l.op(Op::StepExchange, {}));
  const std::optional<StackPair> pair = stack_pair(*immediate);
  return pair && l.reaches(pair->lower + 1) ? l.exchange(pair->upper, pair->lower)
                                            : l.exit_before();
}

/// What does more than move items of the stack.
[[gnu::noinline]] void lower_operation(Lowering& l, uint8_t opcode) {
  if (opcode >= OP_LOG0 && opcode <= OP_LOG4)
    return lower_log(l, opcode - OP_LOG0);
  switch (opcode) {
#define LOWER(name, call)                                                                          \
  case OP_##name:                                                                                  \
    return call;
#include "frontend/common_ops.def"
#undef LOWER
  case OP_STOP:
    return l.stop();
  case OP_CLZ:
    return lower_unary(l, Op::Clz);
  case OP_BLOBHASH:
    return lower_unary(l, Op::HostBlobHash);
  case OP_BLOBBASEFEE:
    return lower_context(l, ContextField::BlobBaseFee);
  case OP_SLOTNUM:
    return lower_context(l, ContextField::SlotNumber);
  case OP_DUPN:
    return lower_dup_n(l);
  case OP_SWAPN:
    return lower_swap_n(l);
  case OP_EXCHANGE:
    return lower_exchange(l);
  case OP_PUSH0:
    return l.push(l.word(0));
  default:
    return l.trap(Status::DesignatedInvalid);
  }
}

} // namespace

void lower(Lowering& l, uint8_t opcode) {
  if (opcode >= OP_PUSH1 && opcode <= OP_PUSH32)
    return l.push(l.immediate());
  if (opcode >= OP_DUP1 && opcode <= OP_DUP16)
    return l.dup(opcode - OP_DUP1 + 1u);
  if (opcode >= OP_SWAP1 && opcode <= OP_SWAP16)
    return l.swap(opcode - OP_SWAP1 + 1u);
  return lower_operation(l, opcode);
}

} // namespace zvm::frontend::evm
