#include "frontend/evm/lower.hpp"

#include "frontend/evm/opcodes.hpp"
#include "frontend/families.hpp"

namespace zvm::frontend::evm {
namespace {

using gas::Cost;
using ir::Op;
using ir::ValueId;

} // namespace

void lower(Lowering& l, uint8_t opcode) {
  if (opcode >= OP_PUSH1 && opcode <= OP_PUSH32)
    return l.push(l.immediate());
  if (opcode >= OP_DUP1 && opcode <= OP_DUP16)
    return l.dup(opcode - OP_DUP1 + 1u);
  if (opcode >= OP_SWAP1 && opcode <= OP_SWAP16)
    return l.swap(opcode - OP_SWAP1 + 1u);
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
  case OP_PUSH0:
    return l.push(l.word(0));
  default:
    return l.trap(Status::DesignatedInvalid);
  }
}

} // namespace zvm::frontend::evm
