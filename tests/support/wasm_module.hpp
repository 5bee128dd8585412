// WebAssembly modules from bytes: sections get their ids and sizes, vectors their counts.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace zvm::test::wasm {

using Bytes = std::vector<uint8_t>;

inline constexpr uint8_t kI32 = 0x7f, kI64 = 0x7e, kF32 = 0x7d, kF64 = 0x7c, kV128 = 0x7b,
                         kFuncRef = 0x70, kExternRef = 0x6f;

[[nodiscard]] Bytes unsigned_leb(uint64_t number);
[[nodiscard]] Bytes joined(std::initializer_list<Bytes> parts);

/// A section of these contents.
[[nodiscard]] Bytes section(uint8_t id, const Bytes& contents);
/// A section that is a vector of items.
[[nodiscard]] Bytes list(uint8_t id, std::initializer_list<Bytes> items);
/// Magic, version, sections.
[[nodiscard]] Bytes module(std::initializer_list<Bytes> sections);

[[nodiscard]] Bytes function_type(const Bytes& parameters, const Bytes& results);
/// A name with its length.
[[nodiscard]] Bytes text(std::string_view text);
/// An import; `type` begins with its kind.
[[nodiscard]] Bytes imported(std::string_view module, std::string_view name, const Bytes& type);
/// An export of kind 0 (function), 1 (table), 2 (memory) or 3 (global).
[[nodiscard]] Bytes exported(std::string_view name, uint8_t kind, uint32_t index);

/// A body without locals: its code, to which the end is added.
[[nodiscard]] Bytes body(const Bytes& code);
/// A body with its declarations of locals as they stand, count and all.
[[nodiscard]] Bytes body(const Bytes& locals, const Bytes& code);

/// One function of this type and code, and a memory, a table and a global as the code may want
/// them: memory 0 of one page, table 0 of ten functions, global 0 a mutable i32, global 1 an i64
/// constant.
[[nodiscard]] Bytes one_function(const Bytes& parameters, const Bytes& results, const Bytes& code);

} // namespace zvm::test::wasm
