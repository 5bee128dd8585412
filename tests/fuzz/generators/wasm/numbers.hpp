// Numbers that programs begin with: small ones, those at edges, and any.
#pragma once

#include "engine/wasm/value.hpp"
#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/generators/wasm/world.hpp"

namespace zvm::fuzz::wasm {

[[nodiscard]] uint64_t integer(Choices& c);
[[nodiscard]] uint32_t float_bits(Choices& c);
[[nodiscard]] uint64_t double_bits(Choices& c);
/// Of that type; references to functions are null.
[[nodiscard]] engine::wasm::Value argument(Choices& c, ValType type);

} // namespace zvm::fuzz::wasm
