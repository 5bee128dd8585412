// The immediates of instructions: their text, and which of them are valid.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ir/opcodes.hpp"

namespace zvm::ir {

/// True where an instruction may carry this value as its attribute.
[[nodiscard]] bool is_valid_attribute(Attribute kind, uint64_t value);

/// A name for spaces, fields, call and hash kinds and statuses, a decimal number for the rest; '?'
/// where the value is not valid.
[[nodiscard]] std::string attribute_text(Attribute kind, uint64_t value);

/// The reverse of attribute_text(); nothing for what it never gives.
[[nodiscard]] std::optional<uint64_t> parse_attribute(Attribute kind, std::string_view text);

} // namespace zvm::ir
