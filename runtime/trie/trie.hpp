// Roots of Merkle-Patricia tries over 32-byte keys (Yellow Paper, appendix D), computed bottom-up from a
// set of entries. No nodes are kept.
#pragma once

#include <cstdint>
#include <vector>

#include "base/types.hpp"

namespace zvm::runtime {

/// Root of the trie without entries: Keccak-256 of the RLP of the empty string.
inline constexpr Bytes32 kEmptyTrieRoot{{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6,
                                         0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
                                         0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0,
                                         0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21}};

/// Collects entries and hashes them. Memory is kept from one trie to the next.
class TrieBuilder {
 public:
  /// The key is as it stands in the trie (already hashed in a secure trie); keys are distinct.
  void add(const Bytes32& key, ByteView value);
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// The root of what was added; forgets it.
  [[nodiscard]] Bytes32 root();

 private:
  static constexpr unsigned kNibbles = 64;

  struct Entry {
    Bytes32 key;
    size_t offset;
    size_t size;
  };
  /// What stands for a node in its parent: its encoding if shorter than 32 bytes, else its hash.
  struct Reference {
    uint8_t size = 0;
    uint8_t bytes[33];
  };
  struct Branch {
    unsigned depth; ///< nibbles before it
    Reference children[16];
  };

  [[nodiscard]] ByteView value(const Entry& entry) const {
    return {values_.data() + entry.offset, entry.size};
  }
  void encode_path(const Bytes32& key, unsigned from, unsigned to, bool is_leaf);
  void encode_leaf(const Entry&, unsigned from);
  void encode_branch(const Branch&);
  void encode_extension(const Bytes32& key, unsigned from, unsigned to, const Reference&);
  [[nodiscard]] Reference reference() const;

  std::vector<Entry> entries_;
  std::vector<uint8_t> values_;
  std::vector<Branch> open_;
  std::vector<uint8_t> node_; ///< the node being encoded
};

} // namespace zvm::runtime
