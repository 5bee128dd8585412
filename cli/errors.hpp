// How the command line ends: 0 done, 1 what was run has failed, 2 it could not be run.
#pragma once

#include <stdexcept>
#include <string>

#include "base/result.hpp"

namespace zvm::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUnusable = 2;

/// What was asked for cannot be done: an option, a file or its content is wrong.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The value, or a UsageError that begins with `what`: an option or a file.
template <typename T>
T value_or_throw(Result<T> result, const std::string& what) {
  if (!result)
    throw UsageError(what + ": " + result.error().detail);
  return *std::move(result);
}

} // namespace zvm::cli
