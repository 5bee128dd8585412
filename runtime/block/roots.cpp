#include "runtime/block/roots.hpp"

#include "runtime/trie/trie.hpp"

namespace zvm::runtime {
namespace {

/// The trie of `count` items, which `encode` appends to a buffer one by one.
template <typename Encode>
Bytes32 root_of(size_t count, const Encode& encode) {
  TrieBuilder trie;
  std::vector<uint8_t> key, value;
  for (size_t i = 0; i < count; ++i) {
    key.clear();
    value.clear();
    RlpWriter{key}.number(i);
    encode(i, value);
    trie.add_short(key, value);
  }
  return trie.root();
}

} // namespace

Bytes32 list_root(std::span<const ByteView> items) {
  return root_of(items.size(), [items](size_t i, std::vector<uint8_t>& out) {
    out.assign(items[i].begin(), items[i].end());
  });
}

Bytes32 receipts_root(std::span<const Receipt> receipts) {
  return root_of(receipts.size(), [receipts](size_t i, std::vector<uint8_t>& out) {
    encode_receipt(receipts[i], out);
  });
}

Bytes32 withdrawals_root(std::span<const Withdrawal> withdrawals) {
  return root_of(withdrawals.size(), [withdrawals](size_t i, std::vector<uint8_t>& out) {
    RlpWriter writer{out};
    encode_withdrawal(withdrawals[i], writer);
  });
}

Bloom block_bloom(std::span<const Receipt> receipts) {
  Bloom all{};
  for (const Receipt& receipt : receipts) {
    for (size_t i = 0; i < all.size(); ++i)
      all[i] |= receipt.logs_bloom[i];
  }
  return all;
}

} // namespace zvm::runtime
