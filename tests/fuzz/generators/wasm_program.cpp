#include "tests/fuzz/generators/wasm_program.hpp"

#include <algorithm>

#include "tests/fuzz/generators/wasm/function_writer.hpp"
#include "tests/fuzz/generators/wasm/numbers.hpp"
#include "tests/fuzz/generators/wasm/sections.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::fuzz {
namespace wasm {
namespace {

class ModuleWriter {
 public:
  ModuleWriter(Choices& c, const WasmOptions& options) : c_(c) {
    w_.is_portable = options.is_portable;
  }

  WasmProgram program() {
    choose_world();
    const Producers& producers = w_.is_portable ? portable_producers() : all_producers();
    std::vector<Bytes> bodies;
    const auto own = static_cast<uint32_t>(w_.functions.size());
    for (uint32_t i = w_.imports; i < own; ++i)
      bodies.push_back(FunctionWriter{c_, w_, producers, i}.body());
    WasmProgram program;
    std::vector<Bytes> exports;
    const uint32_t wrapped = std::min(own - w_.imports, 4u);
    const uint32_t wrapper_type = w_.type_index({{}, {ValType::I64}});
    // A wrapper takes nothing and has a local; its type's parameters are none, so the local is
    // number 0.
    for (uint32_t i = 0; i < wrapped; ++i) {
      const uint32_t callee = w_.imports + i;
      w_.functions.push_back(wrapper_type);
      bodies.push_back(
          FunctionWriter{c_, w_, producers, static_cast<uint32_t>(w_.functions.size() - 1)}.wrapper(
              callee));
      const std::string name = "run" + std::to_string(i);
      exports.push_back(test::wasm::exported(name, kFunctionKind,
                                             static_cast<uint32_t>(w_.functions.size() - 1)));
      program.calls.push_back({name, {}});
      if (w_.is_portable)
        continue;
      const std::string direct = "f" + std::to_string(callee);
      exports.push_back(test::wasm::exported(direct, kFunctionKind, callee));
      WasmCall call{direct, {}};
      for (const ValType type : w_.types[w_.functions[callee]].parameters)
        call.arguments.push_back(argument(c_, type));
      program.calls.push_back(std::move(call));
    }
    exports.push_back(test::wasm::exported("memory", kMemoryKind, 0));
    program.module = module_of(c_, w_, bodies, exports);
    return program;
  }

 private:
  static const Producers& all_producers() {
    static const Producers all{false};
    return all;
  }
  static const Producers& portable_producers() {
    static const Producers portable{true};
    return portable;
  }

  ValType any_type() {
    constexpr uint16_t kWeights[kTypeCount] = {10, 10, 6, 6, 6, 2, 2};
    return kValueTypes[c_.weighted(kWeights)];
  }
  Types any_types(unsigned most) {
    Types types;
    const unsigned count = c_.one_in(400)  ? c_.below(1001)
                           : c_.one_in(40) ? 10 + c_.below(60)
                                           : c_.below(most + 1);
    for (unsigned n = count; n > 0; --n)
      types.push_back(any_type());
    return types;
  }

  void choose_world() {
    for (unsigned n = c_.below(4); n > 0; --n) {
      Signature signature;
      if (w_.is_portable) {
        for (unsigned i = c_.below(4); i > 0; --i)
          signature.parameters.push_back(c_.one_in(2) ? ValType::I32 : ValType::I64);
        for (unsigned i = c_.below(3); i > 0; --i)
          signature.results.push_back(c_.one_in(2) ? ValType::I32 : ValType::I64);
      } else {
        signature = {any_types(4), any_types(2)};
      }
      w_.functions.push_back(w_.type_index(signature));
    }
    w_.imports = static_cast<uint32_t>(w_.functions.size());
    for (unsigned n = 2 + c_.below(6); n > 0; --n)
      w_.functions.push_back(w_.type_index({any_types(5), any_types(3)}));
    if (c_.one_in(8)) {
      w_.start = static_cast<uint32_t>(w_.functions.size());
      w_.functions.push_back(w_.type_index({}));
    }
    w_.imports_memory = !w_.is_portable && c_.one_in(4);
    w_.imports_table = !w_.is_portable && c_.one_in(4);
    w_.imports_global = !w_.is_portable && c_.one_in(4);

    for (unsigned n = w_.is_portable || !c_.one_in(3) ? 1 : 2 + c_.below(2); n > 0; --n) {
      MemoryType memory{.is_64 = c_.one_in(6)};
      memory.min = c_.one_in(16) ? c_.below(3) : 1;
      memory.has_max = w_.is_portable || c_.one_in(2);
      memory.max = memory.min + c_.below(4);
      w_.memories.push_back(memory);
    }
    w_.tables = {{ValType::FuncRef, false}, {ValType::ExternRef, false}};
    if (!w_.is_portable && c_.one_in(4))
      w_.tables.push_back({c_.one_in(2) ? ValType::FuncRef : ValType::ExternRef, true});
    for (unsigned n = c_.below(kItems); n > 0; --n)
      w_.slots.push_back(c_.below(static_cast<uint32_t>(w_.functions.size())));
    w_.elements = {ValType::FuncRef, ValType::ExternRef};
    w_.first_element = 2; // behind the active and the declared one
    w_.first_data = 1;
    w_.data = 2;
    for (unsigned n = 1 + c_.below(10); n > 0; --n)
      w_.globals.push_back({any_type(), !c_.one_in(4)});
  }

  Choices& c_;
  World w_;
};

} // namespace
} // namespace wasm

WasmProgram make_wasm(Choices& c, const WasmOptions& options) {
  return wasm::ModuleWriter{c, options}.program();
}

} // namespace zvm::fuzz
