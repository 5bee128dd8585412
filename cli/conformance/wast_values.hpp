// Values of test scripts: what they pass, and what they expect, which may leave bits of a NaN or a choice open.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "engine/wasm/value.hpp"

namespace zvm::cli {

/// Throws std::runtime_error for a type that is not supported.
[[nodiscard]] engine::wasm::Value read_wast_value(const nlohmann::json& value);

/// Whether a result is what `expected` says.
[[nodiscard]] bool matches(const engine::wasm::Value& result, const nlohmann::json& expected);

[[nodiscard]] std::string describe(const engine::wasm::Value& value);

} // namespace zvm::cli
