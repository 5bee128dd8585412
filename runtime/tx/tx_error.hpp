// TxError: why a transaction is refused. The rows are in tx_error.def.
#pragma once

#include <cstdint>
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

inline constexpr TxErrorInfo kTxErrorInfo[] = {
#define TX_ERROR(name, source, text) {#name, source, text},
#include "runtime/tx/tx_error.def"
#undef TX_ERROR
};

[[nodiscard]] constexpr const TxErrorInfo& info(TxError error) {
  return kTxErrorInfo[static_cast<uint8_t>(error)];
}

} // namespace zvm::runtime
