// TxError: why a transaction is refused. The rows are in tx_error.def.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace zvm::runtime {

enum class TxError : uint8_t {
#define TX_ERROR(name, source, text) name,
#include "runtime/tx/tx_error.def"
#undef TX_ERROR
};

struct TxErrorInfo {
  std::string_view name;
  std::string_view source;
  std::string_view text;
};

/// Its row; for a number that is no refusal, one that says so.
[[nodiscard]] const TxErrorInfo& info(TxError);
/// All rows, in the order of the enum.
[[nodiscard]] std::span<const TxErrorInfo> tx_errors();

} // namespace zvm::runtime
