// TxError: why a transaction is refused. The rows are in tx_error.def.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/table.hpp"

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

inline constexpr TxErrorInfo kTxErrorInfo[] = {
#define TX_ERROR(name, source, text) {#name, source, text},
#include "runtime/tx/tx_error.def"
#undef TX_ERROR
};

inline constexpr TxErrorInfo kNoTxError{"?", "", "No refusal has this number."};

[[nodiscard]] constexpr const TxErrorInfo& info(TxError error) {
  return row_of(kTxErrorInfo, error, kNoTxError);
}

} // namespace zvm::runtime
