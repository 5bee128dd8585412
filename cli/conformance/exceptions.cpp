#include "cli/conformance/exceptions.hpp"

#include <algorithm>

namespace zvm::cli {
namespace {

using runtime::BlockError;
using runtime::TxError;

struct Row {
  std::string_view name;
  BlockError block;
  TxError transaction;
};
constexpr Row kRows[] = {
#define BLOCK_EXCEPTION(name, error) {name, BlockError::error, TxError::None},
#include "cli/conformance/exceptions.def"
#undef BLOCK_EXCEPTION
#define TX_EXCEPTION(name, error) {name, BlockError::TransactionRefused, TxError::error},
#include "cli/conformance/exceptions.def"
#undef TX_EXCEPTION
};

bool fits(const Row& row, const runtime::BlockResult& result) {
  return row.block == result.refusal &&
         (row.transaction == TxError::None || row.transaction == result.transaction_refusal);
}

} // namespace

bool is_expected(std::string_view exceptions, const runtime::BlockResult& result) {
  for (;;) {
    const size_t bar = exceptions.find('|');
    const std::string_view name = exceptions.substr(0, bar);
    bool is_known = false;
    for (const Row& row : kRows) {
      if (row.name != name)
        continue;
      is_known = true;
      if (fits(row, result))
        return true;
    }
    if (!is_known)
      return true;
    if (bar == std::string_view::npos)
      return false;
    exceptions.remove_prefix(bar + 1);
  }
}

} // namespace zvm::cli
