#include "runtime/trie/state_root.hpp"

#include "runtime/hash/keccak.hpp"
#include "runtime/trie/encode_log.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/trie/trie.hpp"

namespace zvm::runtime {

struct StateRoot::Tries {
  TrieBuilder accounts;
  TrieBuilder slots;
};

StateRoot::StateRoot() : tries_(std::make_unique<Tries>()) {}
StateRoot::StateRoot(StateRoot&&) noexcept = default;
StateRoot& StateRoot::operator=(StateRoot&&) noexcept = default;
StateRoot::~StateRoot() = default;

ReadStatus StateRoot::compute(StateStore& store, Bytes32& root) {
  const ReadStatus walked = store.visit(*this);
  root = tries_->accounts.root(); // which also makes ready for the next
  if (walked != ReadStatus::Ok)
    root = {};
  return walked;
}

bool StateRoot::begin_account(const Address& address, const AccountRecord& record) {
  address_ = address;
  record_ = record;
  return true;
}

bool StateRoot::slot(const U256& key, const U256& value) {
  value_.clear();
  RlpWriter{value_}.number(value);
  const Bytes32 bytes = to_bytes32(key);
  tries_->slots.add_hashed(bytes.bytes, value_);
  return true;
}

bool StateRoot::end_account() {
  const Bytes32 storage_root = tries_->slots.root();
  value_.clear();
  RlpWriter writer{value_};
  writer.number(record_.nonce);
  writer.number(record_.balance);
  writer.bytes(storage_root.bytes);
  writer.bytes(record_.code_hash.bytes);
  writer.end_list(0);
  tries_->accounts.add_hashed(address_.bytes, value_);
  return true;
}

Bytes32 logs_hash(const Journal& journal) {
  std::vector<uint8_t> out;
  RlpWriter writer{out};
  for (size_t i = 0; i < journal.log_count(); ++i)
    encode_log(journal.log(i), writer);
  writer.end_list(0);
  return keccak256(out);
}

} // namespace zvm::runtime
