#include "engine/wasm/constant.hpp"

#include <cstring>

#include "base/assert.hpp"

namespace zvm::engine::wasm {

namespace fe = frontend::wasm;
using fe::Op;

Constant ConstantEvaluator::evaluate(fe::Range expression) {
  fe::Reader reader{instance_.module().decoded().bytes, expression.offset, expression.end()};
  fe::Instruction in;
  stack_.clear();
  while (!has_failed_ && fe::read_instruction(reader, instance_.module().options().profile, in) &&
         in.op != Op::End)
    step(in);
  ZVM_ASSERT(reader.ok());
  return stack_.empty() || has_failed_ ? Constant{} : stack_.back();
}

uint64_t ConstantEvaluator::pop() {
  const uint64_t low = stack_.back().slots[0];
  stack_.pop();
  return low;
}

void ConstantEvaluator::step(const fe::Instruction& in) {
  switch (in.op) {
  case Op::I32Const:
    return push(static_cast<uint32_t>(in.value));
  case Op::I64Const:
  case Op::F32Const:
  case Op::F64Const:
    return push(in.value);
  case Op::V128Const: {
    Constant vector;
    std::memcpy(vector.slots, in.bytes.data(), sizeof vector.slots);
    return push(vector.slots[0], vector.slots[1]);
  }
  case Op::RefNull:
    return push(0);
  case Op::RefFunc:
    return push(runtime::reference_to(instance_.function(in.index)));
  case Op::GlobalGet: {
    const runtime::Global& global = *instance_.code().globals[in.index];
    return push(global.slots[0], global.slots[1]);
  }
  default:
    break;
  }
  const uint64_t b = pop();
  const uint64_t a = pop();
  switch (in.op) {
  case Op::I32Add:
    return push(static_cast<uint32_t>(a + b));
  case Op::I32Sub:
    return push(static_cast<uint32_t>(a - b));
  case Op::I32Mul:
    return push(static_cast<uint32_t>(a * b));
  case Op::I64Add:
    return push(a + b);
  case Op::I64Sub:
    return push(a - b);
  case Op::I64Mul:
    return push(a * b);
  default:
    ZVM_UNREACHABLE(); // validation lets no other through
  }
}

} // namespace zvm::engine::wasm
