// The names that test files have for refusals. The rows are in exceptions.def.
#pragma once

#include <string_view>

#include "runtime/block/execute.hpp"

namespace zvm::cli {

/// Whether a refused block was refused for what the file expects: one of several names between
/// bars. A name that is not known will do for any refusal.
[[nodiscard]] bool is_expected(std::string_view exceptions, const runtime::BlockResult& result);

} // namespace zvm::cli
