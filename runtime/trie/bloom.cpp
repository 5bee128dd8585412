#include "runtime/trie/bloom.hpp"

#include <algorithm>

#include "runtime/hash/batch.hpp"

namespace zvm::runtime {

void BloomBuilder::add(const LogView& log) {
  add(ByteView{log.address.bytes});
  for (const U256& topic : log.topics)
    add(ByteView{to_bytes32(topic).bytes});
}

void BloomBuilder::add(ByteView item) {
  std::ranges::copy(item, items_[count_]);
  waiting_[count_] = {items_[count_], item.size()};
  if (++count_ == kBatch)
    hash_waiting();
}

void BloomBuilder::hash_waiting() {
  Bytes32 hashes[kBatch];
  keccak256_many({waiting_, count_}, {hashes, count_});
  for (size_t i = 0; i < count_; ++i) {
    const auto& bytes = hashes[i].bytes;
    for (size_t pair = 0; pair < 6; pair += 2) {
      const unsigned bit = (bytes[pair] << 8 | bytes[pair + 1]) % 2048u;
      bloom_[bloom_.size() - 1 - bit / 8] |= static_cast<uint8_t>(1u << (bit % 8));
    }
  }
  count_ = 0;
}

Bloom BloomBuilder::finish() {
  hash_waiting();
  const Bloom done = bloom_;
  bloom_ = {};
  return done;
}

Bloom logs_bloom(const Journal& journal) {
  BloomBuilder builder;
  for (size_t i = 0; i < journal.log_count(); ++i)
    builder.add(journal.log(i));
  return builder.finish();
}

} // namespace zvm::runtime
