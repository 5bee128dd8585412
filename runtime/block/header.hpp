// BlockHeader: the fields of a header, and their encoding. The fields are rows of header.def.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/types.hpp"
#include "gas/schedule.hpp"
#include "runtime/trie/bloom.hpp"
#include "runtime/trie/rlp.hpp"

namespace zvm::runtime {

using BlockNonce = std::array<uint8_t, 8>;

struct BlockHeader {
#define HEADER_FIELD(name, type, text) type name{};
#include "runtime/block/header.def"
#undef HEADER_FIELD
#define HEADER_LATER(name, type, rule, source, text) std::optional<type> name{};
#include "runtime/block/header.def"
#undef HEADER_LATER

  friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

/// Keccak-256 of the encoded list without items: the ommers' hash of a block that has none.
inline constexpr Bytes32 kNoOmmersHash{{0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a,
                                        0xab, 0x85, 0xb5, 0x67, 0xb6, 0xcc, 0xd4, 0x1a,
                                        0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a, 0x74, 0x13,
                                        0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47}};

/// Appends the header as a list: later fields up to the first that is not there.
void encode_header(const BlockHeader&, RlpWriter&);
/// Reads the next item, a header with as many of the later fields as the list has items for. BadRlp.
[[nodiscard]] Result<BlockHeader> decode_header(RlpReader&);
/// Keccak-256 of the encoding: the block's hash.
[[nodiscard]] Bytes32 header_hash(const BlockHeader&);
/// The first of the later fields that is there and should not be by the schedule's rules, or the other way round; empty: none.
[[nodiscard]] std::string_view misplaced_field(const BlockHeader&, const gas::Schedule&);

} // namespace zvm::runtime
