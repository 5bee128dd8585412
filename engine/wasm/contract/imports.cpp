#include "engine/wasm/contract/imports.hpp"

#include <string>

namespace zvm::engine::wasm {

namespace fe = frontend::wasm;

namespace {

std::unexpected<Error> refuse(const fe::Import& import, std::string text) {
  return fail(ErrorCode::InvalidModule, import.offset, std::move(text));
}

constexpr fe::ValType type_of_letter(char letter) {
  return letter == 'l' ? fe::ValType::I64 : fe::ValType::I32;
}

/// Where the ABI's functions are imported from; AssemblyScript imports its own `abort` from the
/// second.
bool is_abi(std::string_view module) { return module == "zvm" || module == "env"; }

/// How to be without an import of this kind.
constexpr std::string_view remedy(fe::ExternKind kind) {
  switch (kind) {
  case fe::ExternKind::Memory:
    return "link without --import-memory (AssemblyScript: --importMemory)";
  case fe::ExternKind::Table:
    return "link without --import-table (AssemblyScript: --importTable)";
  default:
    return "define it in the module and link without -shared";
  }
}

/// Why there is no such function, and what to do about it.
std::string reason(const fe::Import& import) {
  if (import.module.starts_with("wasi"))
    return "a contract has no operating system; compile without WASI, for wasm32-unknown-unknown "
           "(Zig: wasm32-freestanding)";
  if (!is_abi(import.module) && find_host_row(import.name) != nullptr)
    return "import it from the module \"zvm\" (C: import_module, Rust: wasm_import_module, "
           "Zig: extern \"zvm\", AssemblyScript: @external)";
  return "the ABI zvm-wasm-1 has no such function in the module \"zvm\"; define it in the "
         "contract, "
         "or leave out what calls it";
}

} // namespace

bool has_signature(const fe::Module& module, const fe::FunctionType& type,
                   std::string_view signature) {
  std::string text;
  const auto add = [&](std::span<const fe::ValType> types) {
    for (const fe::ValType t : types)
      text += t == type_of_letter('i') ? 'i' : t == type_of_letter('l') ? 'l' : '?';
  };
  add(module.parameters(type));
  text += ':';
  add(module.results(type));
  return text == signature;
}

std::string signature_text(std::string_view signature) {
  std::string text = "(";
  for (const char c : signature) {
    if (c == ':')
      text += ") -> (";
    else
      text += (text.back() == '(' ? "" : ", ") + std::string{fe::name(type_of_letter(c))};
  }
  return text + ")";
}

Result<const HostRow*> resolve_import(const fe::Module& module, const fe::Import& import,
                                      const ContractRules& rules) {
  const std::string name =
      "\"" + std::string{import.module} + "\" \"" + std::string{import.name} + "\"";
  if (import.kind != fe::ExternKind::Function) {
    return refuse(import, "a contract imports functions only, and " + name + " is a " +
                              std::string{fe::kExternNames[static_cast<size_t>(import.kind)]} +
                              "; " + std::string{remedy(import.kind)});
  }
  const HostRow* row = is_abi(import.module) ? find_host_row(import.name) : nullptr;
  if (row == nullptr)
    return refuse(import, "unknown import " + name + ": " + reason(import));
  if (!rules.grants(row->capability))
    return refuse(import, "the function " + name + " is not granted on this chain");
  if (!has_signature(module, module.type_of_function(import.index), row->signature)) {
    return refuse(import,
                  "import " + name + " must have the type " + signature_text(row->signature));
  }
  return row;
}

} // namespace zvm::engine::wasm
