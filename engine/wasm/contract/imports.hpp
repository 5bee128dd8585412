// What a module imports, matched with the ABI.
#pragma once

#include "engine/wasm/contract/contract.hpp"

namespace zvm::engine::wasm {

/// Whether a function's type is that of a signature in abi.def.
[[nodiscard]] bool has_signature(const frontend::wasm::Module& module,
                                 const frontend::wasm::FunctionType& type,
                                 std::string_view signature);
/// A signature for people: "(i32, i32) -> (i64)".
[[nodiscard]] std::string signature_text(std::string_view signature);

/// The function that an import asks for, or InvalidModule with what to change.
[[nodiscard]] Result<const HostRow*> resolve_import(const frontend::wasm::Module& module,
                                                    const frontend::wasm::Import& import,
                                                    const ContractRules& rules);

} // namespace zvm::engine::wasm
