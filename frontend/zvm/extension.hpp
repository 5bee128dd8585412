// What a host extension (Hedera, post-quantum signatures) is given by ZVM code.
//
// host.ext hands over an opcode's operands as words, ranges of memory as address and length.
// Plug-ins take a payload instead: the operands one after another, an address as its 20 bytes, an
// amount as 32 bytes, a range of memory as its bytes; where there are several ranges, each with its
// length in front, 4 bytes. All big-endian.
#pragma once

#include <span>
#include <string_view>

#include "base/status.hpp"
#include "base/types.hpp"
#include "base/vec.hpp"

namespace zvm::frontend::zvm {

/// One letter for each field of an opcode's payload: 'A' an address, 'W' a word, 'M' a range of
/// memory, 'L' a range with its length.
struct PayloadLayout {
  bool is_known = false;
  std::string_view fields{};
};
[[nodiscard]] PayloadLayout payload_layout(uint32_t opcode);

/// Replaces `out` by the payload. `operands` and `memory` as HostTable::ext has them: ranges have
/// been paid for and lie in memory. InvalidOpcode for an opcode of no extension, HostError where
/// memory for `out` ran out.
[[nodiscard]] Status build_payload(uint32_t opcode, std::span<const U256> operands, ByteView memory,
                                   Buffer& out);

} // namespace zvm::frontend::zvm
