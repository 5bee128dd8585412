#include "base/guest.hpp"
#include "frontend/wasm/locals.hpp"
#include "frontend/wasm/lower_control.hpp"
#include "ir/regions.hpp"

namespace zvm::frontend::wasm {
namespace {

bool add_variables(Vec<ir::Type>& to, std::span<const LocalRun> runs) {
  for (const LocalRun& run : runs) {
    while (to.size() < run.end) {
      if (!to.try_push(ir_type(run.type)))
        return false;
    }
  }
  return true;
}

/// Arguments arrive as parameters of the entry block; the first variables take them.
void take_arguments(FunctionLowering& l, uint32_t count) {
  for (uint32_t i = 0; i < count && !l.f.failed(); ++i)
    l.f.add_param(0, l.f.variables[i]);
  for (uint32_t i = 0; i < count && !l.f.failed(); ++i) {
    const ir::ValueId argument = l.f.values_of(l.f.blocks[0].params)[i];
    l.b.emit(ir::Op::VarSet, l.f.variables[i], {argument}, i);
  }
}

void lower_instruction(FunctionLowering& l, ControlLowering& control, const Instruction& in) {
  switch (in.op) {
  case Op::Unreachable:
  case Op::Block:
  case Op::Loop:
  case Op::If:
  case Op::Else:
  case Op::End:
  case Op::Br:
  case Op::BrIf:
  case Op::BrTable:
  case Op::Return:
    return control.instruction(in);
  case Op::Call:
  case Op::CallIndirect:
    return lower_call(l, in);
  case Op::ReturnCall:
  case Op::ReturnCallIndirect:
    lower_tail_call(l, in);
    return control.leave();
  default:
    return lower_straight(l, in);
  }
}

} // namespace

bool lower(const Module& module, std::span<const FunctionFacts> facts, uint32_t index,
           const LowerOptions& options, ir::Function& out) {
  const FunctionType& type = module.type_of_function(module.imported_functions + index);
  const Range body = module.bodies[index];
  const uint64_t slots = uint64_t{facts[index].locals} + facts[index].max_operands;
  Reader reader{module.bytes, body.offset, body.end()};
  Locals locals;
  out.clear();
  out.has_states = false;
  out.depth = static_cast<uint32_t>(kCallCharge + kCallSlotCharge * slots);
  if (!locals.read(reader, options.profile, module.parameters(type)) ||
      !add_variables(out.variables, locals.runs()) || !add_types(out.results, module.results(type)))
    return false;

  FunctionLowering l{module, options, out};
  ControlLowering control{l};
  l.pc = static_cast<uint32_t>(reader.offset());
  l.begin_region();
  if (!out.failed())
    out.blocks[0].poll = true;
  l.note_step();
  take_arguments(l, type.parameters);
  control.begin_body(module.results(type));
  if (!out.failed() && l.costs != nullptr)
    l.charge(l.costs->entry(facts[index].locals));
  Instruction in;
  while (control.is_open() && !out.failed() && read_instruction(reader, options.profile, in)) {
    l.pc = static_cast<uint32_t>(reader.offset());
    if (control.is_dead()) {
      control.skip(in);
      continue;
    }
    l.note_step();
    if (l.costs != nullptr)
      l.charge((*l.costs)[in.op]);
    lower_instruction(l, control, in);
  }
  return !out.failed() && reader.ok() && merge_regions(out);
}

} // namespace zvm::frontend::wasm
