// Roots of Merkle-Patricia tries (Yellow Paper, appendix D), computed bottom-up from a set of
// entries: over 32-byte keys, or over short ones of which none begins another. No nodes are kept.
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

/// Collects entries and hashes them, nodes of one height together. Memory is kept from one trie to
/// the next.
class TrieBuilder {
 public:
  /// The key is as it stands in the trie; keys are distinct.
  void add(const Bytes32& key, ByteView value);
  /// At most 32 bytes; no key of the trie is the beginning of another, as none is among encodings
  /// in RLP.
  void add_short(ByteView key, ByteView value);
  /// For a secure trie: the key's Keccak-256 stands in it. At most 32 bytes.
  void add_hashed(ByteView key, ByteView value);
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// The root of what was added; forgets it.
  [[nodiscard]] Bytes32 root();

 private:
  static constexpr unsigned kNibbles = 64;
  static constexpr size_t kBatch = 64; ///< nodes or keys that are hashed together
  static constexpr uint32_t kNone = ~0u;

  struct Entry {
    Bytes32 key;
    uint8_t unhashed = 0;       ///< bytes of the key as given, where it has yet to be hashed
    uint8_t nibbles = kNibbles; ///< of the key that count; the rest of it is zero
    uint32_t parent = kNone;
    size_t offset;
    size_t size;
  };
  /// What stands for a node in its parent: its encoding if shorter than 32 bytes, else its hash.
  struct Reference {
    uint8_t size = 0;
    uint8_t bytes[33]{};
  };
  struct Branch {
    unsigned depth; ///< nibbles before it
    uint32_t entry; ///< one below it
    uint32_t parent = kNone;
    unsigned height = 0; ///< branches below it, one below the other
    Reference self{};    ///< without the extension above it
    Reference children[16]{};
  };
  struct Pending {
    size_t offset;
    size_t size;
    Reference* target;
  };

  [[nodiscard]] ByteView value(const Entry& entry) const {
    return {values_.data() + entry.offset, entry.size};
  }
  void hash_keys();
  void find_branches();
  /// The nibble from which on a child of `parent` has the key to itself.
  [[nodiscard]] unsigned below(uint32_t parent) const {
    return parent == kNone ? 0 : branches_[parent].depth + 1;
  }
  /// Where the reference to a child of `parent` that leads to `key` stands.
  [[nodiscard]] Reference& place(uint32_t parent, const Bytes32& key);

  void encode_path(const Bytes32& key, unsigned from, unsigned to, bool is_leaf);
  void encode_leaf(const Entry&);
  void encode_branch(const Branch&);
  void encode_extension(const Branch&);
  /// Makes `target`, now or at the next finish_references(), the reference to the encoded node.
  void refer(Reference& target);
  void finish_references();

  std::vector<Entry> entries_;
  std::vector<uint8_t> values_;
  std::vector<Branch> branches_;
  std::vector<uint32_t> open_;  ///< branches with children to come, the deepest last
  std::vector<uint32_t> order_; ///< branches by height
  Reference top_;               ///< to the root
  std::vector<uint8_t> node_;   ///< the node being encoded
  std::vector<uint8_t> pending_nodes_;
  std::vector<Pending> pending_;
};

} // namespace zvm::runtime
