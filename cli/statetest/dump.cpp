#include "cli/statetest/dump.hpp"

#include <stdexcept>

#include "base/uint256_text.hpp"
#include "cli/fixtures/fixture.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/trie/trie.hpp"

namespace zvm::cli {
namespace {

using nlohmann::ordered_json;

class Dump final : public runtime::StateVisitor {
 public:
  explicit Dump(runtime::StateStore& store) : store_(store) {}

  bool begin_account(const Address& address, const runtime::AccountRecord& record) override {
    address_ = address;
    record_ = record;
    storage_ = ordered_json::object();
    return true;
  }
  bool slot(const U256& key, const U256& value) override {
    std::vector<uint8_t> encoded;
    runtime::RlpWriter{encoded}.number(value);
    const Bytes32 place = to_bytes32(key);
    slots_.add_hashed(place.bytes, encoded);
    const std::string digits = to_hex(value).substr(2);
    storage_[to_text(place)] = digits.size() % 2 == 0 ? digits : "0" + digits;
    return true;
  }
  bool kv(ByteView, ByteView) override { return true; }
  bool end_account() override {
    const std::string name = to_text(address_);
    ordered_json& out = accounts_[name];
    out["balance"] = to_decimal(record_.balance);
    out["nonce"] = record_.nonce;
    out["root"] = to_text(slots_.empty() ? runtime::kEmptyTrieRoot : slots_.root());
    out["codeHash"] = to_text(record_.code_hash);
    ByteView code;
    if (store_.read_code(address_, record_.code_hash, code) != runtime::ReadStatus::Ok)
      return false;
    if (!code.empty())
      out["code"] = to_text(code);
    if (!storage_.empty())
      out["storage"] = std::move(storage_);
    out["address"] = name;
    out["key"] = to_text(runtime::keccak256(address_.bytes));
    return true;
  }
  [[nodiscard]] ordered_json take() { return std::move(accounts_); }

 private:
  runtime::StateStore& store_;
  Address address_{};
  runtime::AccountRecord record_{};
  ordered_json storage_;
  runtime::TrieBuilder slots_;
  ordered_json accounts_ = ordered_json::object();
};

} // namespace

ordered_json dump_state(runtime::StateStore& store, const Bytes32& root) {
  Dump dump{store};
  if (store.visit(dump) != runtime::ReadStatus::Ok)
    throw std::runtime_error("the state cannot be walked");
  return {{"root", to_text(root).substr(2)}, {"accounts", dump.take()}};
}

} // namespace zvm::cli
