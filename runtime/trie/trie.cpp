#include "runtime/trie/trie.hpp"

#include <algorithm>
#include <numeric>

#include "base/assert.hpp"
#include "runtime/hash/batch.hpp"
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
  entries_.push_back({.key = key, .offset = values_.size(), .size = value.size()});
  values_.insert(values_.end(), value.begin(), value.end());
}

void TrieBuilder::add_short(ByteView key, ByteView value) {
  ZVM_ASSERT(!key.empty() && key.size() <= 32);
  Bytes32 bytes;
  std::ranges::copy(key, bytes.bytes.begin());
  add(bytes, value);
  entries_.back().nibbles = static_cast<uint8_t>(2 * key.size());
}

void TrieBuilder::add_hashed(ByteView key, ByteView value) {
  ZVM_ASSERT(!key.empty() && key.size() <= 32);
  Bytes32 bytes;
  std::ranges::copy(key, bytes.bytes.begin());
  add(bytes, value);
  entries_.back().unhashed = static_cast<uint8_t>(key.size());
}

void TrieBuilder::hash_keys() {
  ByteView keys[kBatch];
  Bytes32 hashes[kBatch];
  Entry* waiting[kBatch];
  size_t count = 0;
  const auto flush = [&] {
    keccak256_many({keys, count}, {hashes, count});
    for (size_t i = 0; i < count; ++i) {
      waiting[i]->key = hashes[i];
      waiting[i]->unhashed = 0;
    }
    count = 0;
  };
  for (Entry& entry : entries_) {
    if (entry.unhashed == 0)
      continue;
    waiting[count] = &entry;
    keys[count++] = ByteView{entry.key.bytes}.first(entry.unhashed);
    if (count == kBatch)
      flush();
  }
  flush();
}

/// Hex-prefix encoding (Yellow Paper, appendix C) of the key's nibbles [from, to), as an RLP
/// string.
void TrieBuilder::encode_path(const Bytes32& key, unsigned from, unsigned to, bool is_leaf) {
  uint8_t path[kNibbles / 2 + 1];
  const bool odd = (to - from) % 2 != 0;
  size_t size = 0;
  path[size++] = static_cast<uint8_t>((is_leaf ? 0x20 : 0) | (odd ? 0x10 | nibble(key, from) : 0));
  for (unsigned i = from + (odd ? 1 : 0); i < to; i += 2)
    path[size++] = static_cast<uint8_t>(nibble(key, i) << 4 | nibble(key, i + 1));
  RlpWriter{node_}.bytes({path, size});
}

void TrieBuilder::encode_leaf(const Entry& entry) {
  node_.clear();
  encode_path(entry.key, below(entry.parent), entry.nibbles, true);
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

void TrieBuilder::encode_extension(const Branch& branch) {
  node_.clear();
  encode_path(entries_[branch.entry].key, below(branch.parent), branch.depth, false);
  RlpWriter writer{node_};
  writer.raw({branch.self.bytes, branch.self.size});
  writer.end_list(0);
}

TrieBuilder::Reference& TrieBuilder::place(uint32_t parent, const Bytes32& key) {
  if (parent == kNone)
    return top_;
  Branch& branch = branches_[parent];
  return branch.children[nibble(key, branch.depth)];
}

void TrieBuilder::refer(Reference& target) {
  if (node_.size() < 32) {
    target.size = static_cast<uint8_t>(node_.size());
    std::ranges::copy(node_, target.bytes);
    return;
  }
  pending_.push_back({pending_nodes_.size(), node_.size(), &target});
  pending_nodes_.insert(pending_nodes_.end(), node_.begin(), node_.end());
  if (pending_.size() == kBatch)
    finish_references();
}

void TrieBuilder::finish_references() {
  ByteView nodes[kBatch];
  Bytes32 hashes[kBatch];
  const size_t count = pending_.size();
  for (size_t i = 0; i < count; ++i)
    nodes[i] = {pending_nodes_.data() + pending_[i].offset, pending_[i].size};
  keccak256_many({nodes, count}, {hashes, count});
  for (size_t i = 0; i < count; ++i) {
    Reference& target = *pending_[i].target;
    target.size = 33;
    target.bytes[0] = 0xa0;
    std::ranges::copy(hashes[i].bytes, target.bytes + 1);
  }
  pending_.clear();
  pending_nodes_.clear();
}

/// Sets the parent of each entry, which are sorted, and of each branch.
void TrieBuilder::find_branches() {
  branches_.clear();
  open_.clear();
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    const Bytes32& key = entries_[i].key;
    // Depths of the branches in which this key parts from its neighbours; -1 where there is none.
    const int before = open_.empty() ? -1 : static_cast<int>(branches_[open_.back()].depth);
    const bool is_last = i + 1 == entries_.size();
    const int after = is_last ? -1 : static_cast<int>(common_nibbles(key, entries_[i + 1].key));
    const auto open_at = [&](int depth) {
      if (depth < 0)
        return kNone;
      if (open_.empty() || static_cast<int>(branches_[open_.back()].depth) < depth) {
        open_.push_back(static_cast<uint32_t>(branches_.size()));
        branches_.push_back({.depth = static_cast<unsigned>(depth), .entry = i});
      }
      return open_.back();
    };
    entries_[i].parent = open_at(std::max(before, after));
    // Branches deeper than the place where the next key parts are complete.
    while (!open_.empty() && static_cast<int>(branches_[open_.back()].depth) > after) {
      const uint32_t child = open_.back();
      open_.pop_back();
      const int above = open_.empty() ? -1 : static_cast<int>(branches_[open_.back()].depth);
      const uint32_t parent = open_at(std::max(above, after));
      branches_[child].parent = parent;
      if (parent != kNone)
        branches_[parent].height = std::max(branches_[parent].height, branches_[child].height + 1);
    }
  }
}

Bytes32 TrieBuilder::root() {
  if (entries_.empty())
    return kEmptyTrieRoot;
  hash_keys();
  std::ranges::sort(entries_, {}, &Entry::key);
  find_branches();
  for (const Entry& entry : entries_) {
    encode_leaf(entry);
    refer(place(entry.parent, entry.key));
  }
  finish_references();

  // From the lowest up: what is below a branch is known when its turn comes.
  order_.resize(branches_.size());
  std::iota(order_.begin(), order_.end(), 0u);
  const auto height = [this](uint32_t i) { return branches_[i].height; };
  std::ranges::sort(order_, {}, height);
  for (auto begin = order_.begin(); begin != order_.end();) {
    const auto end = std::ranges::upper_bound(begin, order_.end(), height(*begin), {}, height);
    const auto has_extension = [this](const Branch& b) { return below(b.parent) < b.depth; };
    for (auto i = begin; i != end; ++i) {
      Branch& branch = branches_[*i];
      encode_branch(branch);
      refer(has_extension(branch) ? branch.self : place(branch.parent, entries_[branch.entry].key));
    }
    finish_references();
    for (auto i = begin; i != end; ++i) {
      const Branch& branch = branches_[*i];
      if (!has_extension(branch))
        continue;
      encode_extension(branch);
      refer(place(branch.parent, entries_[branch.entry].key));
    }
    finish_references();
    begin = end;
  }

  entries_.clear();
  values_.clear();
  // The root is hashed however short it is.
  if (top_.size < 33)
    return keccak256({top_.bytes, top_.size});
  Bytes32 result;
  std::ranges::copy(top_.bytes + 1, top_.bytes + 33, result.bytes.begin());
  return result;
}

} // namespace zvm::runtime
