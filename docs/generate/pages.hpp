// The pages of docs/reference, as text, from the tables of the project.
#pragma once

#include <string>
#include <string_view>

namespace zvm::docs {

[[nodiscard]] std::string ir_page();       ///< ir/opcodes.def
[[nodiscard]] std::string libcalls_page(); ///< runtime/libcalls.def, backend/lowering.def
[[nodiscard]] std::string gas_page();      ///< gas/*.def
[[nodiscard]] std::string evm_page();      ///< frontend/evm/opcodes.def
[[nodiscard]] std::string zvm_page();      ///< frontend/zvm/opcodes.def
[[nodiscard]] std::string wasm_page();     ///< frontend/wasm/opcodes.def
[[nodiscard]] std::string wasm_abi_page(); ///< engine/wasm/contract/abi.def
[[nodiscard]] std::string
outcomes_page(); ///< base/status.def, base/error.def, base/context_fields.def
[[nodiscard]] std::string
blocks_page(); ///< runtime/block/*.def, runtime/tx/tx_error.def, gas/blob.def

/// What every page begins with.
[[nodiscard]] std::string page_head(std::string_view title, std::string_view source,
                                    std::string_view text);
/// A table's first two lines; rows are made with row().
[[nodiscard]] std::string table_head(std::initializer_list<std::string_view> columns);
[[nodiscard]] std::string row(std::initializer_list<std::string_view> cells);
[[nodiscard]] std::string code(std::string_view text);

} // namespace zvm::docs
