// Result<T>: a value or a refusal. ZVM_TRY passes a refusal on.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace zvm {

template <typename T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::BadHex, offset, "…")` from a function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, uint64_t offset,
                                                 std::string detail) {
  return std::unexpected<Error>{make_error(code, offset, std::move(detail))};
}

} // namespace zvm

#define ZVM_CONCAT_(a, b) a##b
#define ZVM_CONCAT(a, b) ZVM_CONCAT_(a, b)
/// `ZVM_TRY(auto x, f());` declares x from f()'s value, or returns f()'s error.
#define ZVM_TRY(decl, ...)                                                                         \
  auto ZVM_CONCAT(zvm_try_, __LINE__) = (__VA_ARGS__);                                             \
  if (!ZVM_CONCAT(zvm_try_, __LINE__))                                                             \
    return std::unexpected{std::move(ZVM_CONCAT(zvm_try_, __LINE__)).error()};                     \
  decl = *std::move(ZVM_CONCAT(zvm_try_, __LINE__))
/// The same for Result<void>.
#define ZVM_CHECK(...)                                                                             \
  if (auto zvm_check_ = (__VA_ARGS__); !zvm_check_)                                                \
    return std::unexpected { std::move(zvm_check_).error() }
