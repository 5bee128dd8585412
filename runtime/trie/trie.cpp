#include "runtime/trie/trie.hpp"

#include <algorithm>
#include <bit>

#include "runtime/hash/keccak.hpp"
#include "runtime/trie/rlp.hpp"

namespace zvm::runtime {
namespace {

unsigned nibble(const Bytes32& key, unsigned index) {
  const uint8_t byte = key.bytes[index / 2];
  return index % 2 == 0 ? byte >> 4 : byte & 15;
}

/// Nibbles that two different keys have in common.
unsigned common_nibbles(const Bytes32& a, const Bytes32& b) {
  unsigned byte = 0;
  while (byte < 31 && a.bytes[byte] == b.bytes[byte])
    ++byte;
  return 2 * byte + ((a.bytes[byte] ^ b.bytes[byte]) < 16 ? 1 : 0);
}

} // namespace

void TrieBuilder::add(const Bytes32& key, ByteView value) {
  entries_.push_back({key, values_.size(), value.size()});
  values_.insert(values_.end(), value.begin(), value.end());
}

/// Hex-prefix encoding (Yellow Paper, appendix C) of the key's nibbles [from, to), as an RLP string.
void TrieBuilder::encode_path(const Bytes32& key, unsigned from, unsigned to, bool is_leaf) {
  uint8_t path[kNibbles / 2 + 1];
  const bool odd = (to - from) % 2 != 0;
  size_t size = 0;
  path[size++] = static_cast<uint8_t>((is_leaf ? 0x20 : 0) | (odd ? 0x10 | nibble(key, from) : 0));
  for (unsigned i = from + (odd ? 1 : 0); i < to; i += 2)
    path[size++] = static_cast<uint8_t>(nibble(key, i) << 4 | nibble(key, i + 1));
  RlpWriter{node_}.bytes({path, size});
}

void TrieBuilder::encode_leaf(const Entry& entry, unsigned from) {
  node_.clear();
  encode_path(entry.key, from, kNibbles, true);
  RlpWriter writer{node_};
  writer.bytes(value(entry));
  writer.end_list(0);
}

void TrieBuilder::encode_branch(const Branch& branch) {
  constexpr uint8_t kEmptyString = 0x80;
  node_.clear();
  for (const Reference& child : branch.children) {
    if (child.size == 0) {
      node_.push_back(kEmptyString);
    } else {
      node_.insert(node_.end(), child.bytes, child.bytes + child.size);
    }
  }
  node_.push_back(kEmptyString); // no key ends in a branch
  RlpWriter{node_}.end_list(0);
}

void TrieBuilder::encode_extension(const Bytes32& key, unsigned from, unsigned to,
                                   const Reference& child) {
  node_.clear();
  encode_path(key, from, to, false);
  RlpWriter writer{node_};
  writer.raw({child.bytes, child.size});
  writer.end_list(0);
}

TrieBuilder::Reference TrieBuilder::reference() const {
  Reference result;
  if (node_.size() < 32) {
    result.size = static_cast<uint8_t>(node_.size());
    std::ranges::copy(node_, result.bytes);
    return result;
  }
  const Bytes32 hash = keccak256(node_);
  result.size = 33;
  result.bytes[0] = 0xa0;
  std::ranges::copy(hash.bytes, result.bytes + 1);
  return result;
}

Bytes32 TrieBuilder::root() {
  Bytes32 result = kEmptyTrieRoot;
  std::ranges::sort(entries_, {}, &Entry::key);
  open_.clear();
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Bytes32& key = entries_[i].key;
    // Depths of the branches in which this key parts from its neighbours; -1 where there is none.
    const int before = open_.empty() ? -1 : static_cast<int>(open_.back().depth);
    const bool is_last = i + 1 == entries_.size();
    const int after = is_last ? -1 : static_cast<int>(common_nibbles(key, entries_[i + 1].key));
    const auto open_at = [this](int depth) {
      if (open_.empty() || static_cast<int>(open_.back().depth) < depth)
        open_.push_back({static_cast<unsigned>(depth), {}});
    };
    const int parent = std::max(before, after);
    encode_leaf(entries_[i], static_cast<unsigned>(parent + 1));
    if (parent < 0) {
      result = keccak256(node_);
      break;
    }
    open_at(parent);
    open_.back().children[nibble(key, static_cast<unsigned>(parent))] = reference();
    // Branches deeper than the place where the next key parts are complete.
    while (!open_.empty() && static_cast<int>(open_.back().depth) > after) {
      const unsigned depth = open_.back().depth;
      encode_branch(open_.back());
      open_.pop_back();
      const int above = std::max(open_.empty() ? -1 : static_cast<int>(open_.back().depth), after);
      const auto from = static_cast<unsigned>(above + 1);
      if (from < depth)
        encode_extension(key, from, depth, reference());
      if (above < 0) {
        result = keccak256(node_);
        break;
      }
      open_at(above);
      open_.back().children[nibble(key, static_cast<unsigned>(above))] = reference();
    }
  }
  entries_.clear();
  values_.clear();
  return result;
}

} // namespace zvm::runtime
