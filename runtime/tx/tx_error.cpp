#include "runtime/tx/tx_error.hpp"

#include "base/table.hpp"

namespace zvm::runtime {
namespace {

constexpr TxErrorInfo kInfo[] = {
#define TX_ERROR(name, source, text) {#name, source, text},
#include "runtime/tx/tx_error.def"
#undef TX_ERROR
};
constexpr TxErrorInfo kNone{"?", "", "No refusal has this number."};

} // namespace

const TxErrorInfo& info(TxError error) { return row_of(kInfo, error, kNone); }
std::span<const TxErrorInfo> tx_errors() { return kInfo; }

} // namespace zvm::runtime
