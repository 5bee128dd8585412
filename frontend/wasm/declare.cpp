#include "frontend/wasm/declare.hpp"

#include "frontend/wasm/lowering.hpp"

namespace zvm::frontend::wasm {
namespace {

bool declare_types(const Module& module, ir::Module& out) {
  for (const FunctionType& type : module.types) {
    const ir::Range parameters{static_cast<uint32_t>(out.types.size()), type.parameters};
    const ir::Range results{parameters.begin + type.parameters, type.results};
    if (!add_types(out.types, module.parameters(type)) ||
        !add_types(out.types, module.results(type)) ||
        !out.function_types.try_push({parameters, results}))
      return false;
  }
  return true;
}

} // namespace

bool declare(const Module& module, int64_t gas_unit, ir::Module& out) {
  out = {};
  out.gas_unit = gas_unit;
  out.imports = module.imported_functions;
  out.data_segments = static_cast<uint32_t>(module.data.size());
  out.element_segments = static_cast<uint32_t>(module.elements.size());
  bool fits = declare_types(module, out);
  for (const Function& f : module.functions)
    fits = fits && out.functions.try_push(f.type);
  for (const Memory& m : module.memories)
    fits = fits && out.memories.try_push(ir_type(m.limits.address()));
  for (const Table& t : module.tables)
    fits = fits && out.tables.try_push(ir_type(t.limits.address()));
  for (const Global& g : module.globals)
    fits = fits && out.globals.try_push({ir_type(g.type), g.is_mutable});
  return fits;
}

} // namespace zvm::frontend::wasm
