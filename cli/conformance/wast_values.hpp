// Values of test scripts: what they pass, and what they expect, which may leave bits of a NaN or a
// choice open.
#pragma once

#include <string>

#include "cli/fixtures/json_view.hpp"
#include "engine/wasm/value.hpp"

namespace zvm::cli {

/// A form of a value that stands for what is not supported: the command is skipped.
class UnsupportedValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws UnsupportedValue, or Unreadable for what is no value.
[[nodiscard]] engine::wasm::Value read_wast_value(const JsonView& value);

/// Whether a result is what `expected` says. Throws as read_wast_value.
[[nodiscard]] bool matches(const engine::wasm::Value& result, const JsonView& expected);

[[nodiscard]] std::string describe(const engine::wasm::Value& value);

} // namespace zvm::cli
