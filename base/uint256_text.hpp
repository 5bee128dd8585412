// Text forms of U256.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/uint256.hpp"

namespace zvm {

/// "0x…" in lower case without leading zeros; "0x0" for 0.
[[nodiscard]] std::string to_hex(const U256& value);
[[nodiscard]] std::string to_decimal(const U256& value);

/// Reads "0x…" as hexadecimal (either case, leading zeros allowed), anything else as decimal.
/// BadNumber with the offset of the first wrong character; LimitExceeded from 2^256 on.
[[nodiscard]] Result<U256> parse_u256(std::string_view text);

} // namespace zvm
