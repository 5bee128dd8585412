#include "frontend/zvm/lower.hpp"

#include "frontend/families.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::frontend::zvm {
namespace {

using gas::Cost;
using ir::Op;
using ir::ValueId;

/// A fixed price on top of the static one, as those of the host extensions are.
void charge_once(Lowering& l, Cost cost) { l.op(Op::GasBytes, {l.word(1)}, rate(l, cost)); }

/// The operation of that number, which is its opcode, on the operands; its result.
void extension(Lowering& l, uint8_t opcode, std::span<const ValueId> operands) {
  l.push(l.op_n(Op::HostExt, operands, opcode));
}

/// An operation on `count` words. Those that cost nothing on top have no `cost`.
void extension_on_words(Lowering& l, uint8_t opcode, Cost cost = Cost::Zero) {
  std::array<ValueId, 4> operands;
  const unsigned count = kOpcodes[opcode].pops;
  for (unsigned i = 0; i < count; ++i)
    operands[i] = l.pop();
  if (cost != Cost::Zero)
    charge_once(l, cost);
  extension(l, opcode, {operands.data(), count});
}

/// Topic, offset, length: an operation on a topic with a message from memory, at a price, and
/// `per_byte`.
void topic_message(Lowering& l, uint8_t opcode, Cost cost, Cost per_byte = Cost::Zero) {
  const ValueId topic = l.pop(), offset = l.pop(), length = l.pop();
  const ValueId address = l.op(Op::Zext, {l.touch(offset, length)});
  if (per_byte == Cost::Zero) {
    charge_once(l, cost);
  } else {
    // One charge for both prices; the length has been touched, so that nothing overflows.
    const ValueId bytes = l.op(Op::Mul, {length, l.word(rate(l, per_byte))});
    l.op(Op::GasBytes, {l.op(Op::Add, {bytes, l.word(rate(l, cost))})}, 1);
  }
  const ValueId operands[] = {topic, address, length};
  extension(l, opcode, operands);
}

/// Offset and length of message, signature and key.
void verify(Lowering& l, uint8_t opcode) {
  std::array<ValueId, 6> operands;
  for (ValueId& operand : operands)
    operand = l.pop();
  for (unsigned i = 0; i < operands.size(); i += 2)
    operands[i] = l.op(Op::Zext, {l.touch(operands[i], operands[i + 1])});
  l.op(Op::GasWords, {operands[1]}, rate(l, Cost::PqWord));
  extension(l, opcode, operands);
}

/// Keccak-256 of the slot of the table (next) and the key (top), both big-endian.
void table_hash(Lowering& l) {
  const ValueId key = l.pop(), table = l.pop();
  l.push(l.op(Op::HashPair, {table, key}));
}

/// Algorithm, offset, length. The price of the words depends on the algorithm: the host charges it.
void deferred_hash(Lowering& l) {
  const ValueId algorithm = l.pop(), offset = l.pop(), length = l.pop();
  l.push(l.op(Op::HostDefer, {l.touch(offset, length), length, algorithm}));
}

/// What does more than move items of the stack.
[[gnu::noinline]] void lower_operation(Lowering& l, uint8_t opcode) {
  if (opcode >= OP_LOG0 && opcode <= OP_LOG4)
    return lower_log(l, opcode - OP_LOG0);
  // clang-format off
  switch (opcode) {
#define LOWER(name, call) \
  case OP_##name: return call;
#include "frontend/common_ops.def"
#undef LOWER
  case OP_HALT: return l.stop();
  case OP_NOP: return;

  case OP_SHA256: return lower_hash(l, HashKind::Sha256, Cost::Sha256Word);
  case OP_RIPEMD160: return lower_hash(l, HashKind::Ripemd160, Cost::Ripemd160Word);
  case OP_BLAKE2B: return lower_hash(l, HashKind::Blake2b, Cost::Blake2bWord);
  case OP_POSEIDON: return lower_hash(l, HashKind::Poseidon, Cost::PoseidonWord);
  case OP_DEFERRED_HASH: return deferred_hash(l);
  case OP_TABLEHASH: return table_hash(l);

  case OP_DIFFICULTY: return lower_context(l, ContextField::PrevRandao);

  case OP_HTS_TRANSFER: return extension_on_words(l, opcode, Cost::HtsTransfer);
  case OP_HTS_MINT:
  case OP_HTS_BURN: return extension_on_words(l, opcode, Cost::HtsMintBurn);
  case OP_HTS_ASSOCIATE:
  case OP_HTS_DISSOCIATE: return extension_on_words(l, opcode, Cost::HtsAssociate);
  case OP_HTS_APPROVE: return extension_on_words(l, opcode, Cost::HtsApprove);
  case OP_HTS_CREATE: return extension_on_words(l, opcode, Cost::HtsCreate);
  case OP_HCS_SUBMIT: return topic_message(l, opcode, Cost::HcsSubmit, Cost::HcsSubmitByte);
  case OP_HCS_CREATE_TOPIC: return extension_on_words(l, opcode, Cost::HcsCreate);
  case OP_HCS_UPDATE_TOPIC: return topic_message(l, opcode, Cost::HcsUpdate);
  case OP_HCS_DELETE_TOPIC: return extension_on_words(l, opcode, Cost::HcsDelete);
  case OP_HEDERA_ACCOUNT_ID:
  case OP_HEDERA_TIMESTAMP: return extension_on_words(l, opcode);
  case OP_PQ_VERIFY_DILITHIUM:
  case OP_PQ_VERIFY_FALCON:
  case OP_PQ_VERIFY_SPHINCS: return verify(l, opcode);
  default: return l.trap(Status::InvalidOpcode); // PQ_KEYGEN
  }
  // clang-format on
}

} // namespace

void lower(Lowering& l, uint8_t opcode) {
  if (opcode >= OP_PUSH1 && opcode <= OP_PUSH32)
    return l.push(l.immediate());
  if (opcode >= OP_DUP1 && opcode <= OP_DUP4)
    return l.dup(opcode - OP_DUP1 + 1u);
  if (opcode >= OP_SWAP1 && opcode <= OP_SWAP4)
    return l.swap(opcode - OP_SWAP1 + 1u);
  return lower_operation(l, opcode);
}

} // namespace zvm::frontend::zvm
