#include "frontend/wasm/lowering.hpp"

namespace zvm::frontend::wasm {
namespace {

using ir::Type;
using ir::ValueId;

/// Copies, fills and the like: operands as they are, charged by the last of them.
void bulk(FunctionLowering& l, ir::Op op, uint64_t attribute, bool of_memory) {
  const ValueId count = l.pop(), second = l.pop(), first = l.pop();
  if (l.costs != nullptr && of_memory)
    l.charge_by(ir::Op::GasWords, l.costs->bulk_word, count);
  else if (l.costs != nullptr)
    l.charge_by(ir::Op::GasBytes, l.costs->bulk_item, count);
  l.b.emit(op, {first, second, count}, attribute);
}

} // namespace

void lower_module_access(FunctionLowering& l, const Instruction& in) {
  const auto pair = [&] { return encode(ir::IndexPair{in.index, in.second}); };
  const auto global_type = [&] { return ir_type(l.module.globals[in.index].type); };
  const auto table_address = [&] { return ir_type(l.module.tables[in.index].limits.address()); };
  const auto memory_address = [&] { return ir_type(l.module.memories[in.index].limits.address()); };
  switch (in.op) {
  case Op::GlobalGet:
    return l.emit_push(ir::Op::GlobalGet, global_type(), {}, in.index);
  case Op::GlobalSet:
    l.b.emit(ir::Op::GlobalSet, global_type(), {l.pop()}, in.index);
    return;
  case Op::TableSize:
    return l.emit_push(ir::Op::TableSize, table_address(), {}, in.index);
  case Op::TableGrow: {
    const ValueId items = l.pop(), item = l.pop();
    if (l.costs != nullptr)
      l.charge_by(ir::Op::GasBytes, l.costs->bulk_item, items);
    return l.emit_push(ir::Op::TableGrow, table_address(), {item, items}, in.index);
  }
  case Op::TableFill:
    return bulk(l, ir::Op::TableFill, in.index, false);
  case Op::TableCopy:
    return bulk(l, ir::Op::TableCopy, pair(), false);
  case Op::TableInit:
    return bulk(l, ir::Op::TableInit, pair(), false);
  case Op::MemorySize:
    return l.emit_push(ir::Op::LinearSize, memory_address(), {}, in.index);
  case Op::MemoryGrow: {
    const ValueId pages = l.pop();
    if (l.costs != nullptr)
      l.charge_by(ir::Op::GasBytes, l.costs->page, pages);
    l.emit_push(ir::Op::LinearGrow, memory_address(), {pages}, in.index);
    return l.continue_region();
  }
  case Op::MemoryFill:
    return bulk(l, ir::Op::LinearFill, in.index, true);
  case Op::MemoryCopy:
    return bulk(l, ir::Op::LinearCopy, pair(), true);
  case Op::MemoryInit:
    return bulk(l, ir::Op::LinearInit, pair(), true);
  default:
    ZVM_UNREACHABLE();
  }
}

} // namespace zvm::frontend::wasm
