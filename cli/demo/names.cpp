#include "cli/demo/names.hpp"

#include <algorithm>

namespace zvm::cli {
namespace {

Bytes32 hash_of(const std::string& text) {
  return keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

std::string plain_name(const std::string& signature) {
  return signature.substr(0, signature.find('('));
}

} // namespace

std::array<uint8_t, 4> selector_of(const std::string& signature) {
  const Bytes32 hash = hash_of(signature);
  return {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]};
}

void Names::add_mapping(const Address& address, const U256& slot, const std::string& name) {
  for (const auto& [account, account_name] : accounts_) {
    std::array<uint8_t, 64> key{};
    to_word(account).store_be(key.data());
    slot.store_be(key.data() + 32);
    std::string element = name;
    element.append("[").append(account_name).append("]");
    add_slot(address, to_word(keccak256(key)), element);
  }
}

void Names::add_signature(const std::string& signature) {
  signatures_[hash_of(signature)] = plain_name(signature);
}

std::string Names::account(const Address& address) const {
  const auto found = accounts_.find(address);
  return found != accounts_.end() ? found->second : to_hex(address);
}

std::string Names::slot(const Address& address, const U256& slot) const {
  const auto found = slots_.find({address, to_bytes32(slot)});
  return account(address) + '.' + (found != slots_.end() ? found->second : to_hex(slot));
}

std::string Names::value(const Address& address, const U256& slot, const U256& value) const {
  return account_slots_.contains({address, to_bytes32(slot)}) ? account(to_address(value))
                                                              : to_decimal(value);
}

const std::string* Names::find_signature(ByteView selector) const {
  for (const auto& [hash, name] : signatures_) {
    if (std::equal(selector.begin(), selector.end(), hash.bytes.begin()))
      return &name;
  }
  return nullptr;
}

std::string Names::function(ByteView calldata) const {
  if (calldata.size() < 4)
    return "(no function)";
  const std::string* name = find_signature(calldata.first(4));
  return name != nullptr ? *name : to_hex(calldata.first(4));
}

std::string Names::event(const LogView& log) const {
  std::string out = account(log.address) + ": ";
  if (log.topics.empty())
    return out + to_hex(log.data);
  const Bytes32 topic = to_bytes32(log.topics[0]);
  const auto found = signatures_.find(topic);
  out += found != signatures_.end() ? found->second : to_hex(topic);
  out += '(';
  for (const U256& argument : log.topics.subspan(1))
    out += account(to_address(argument)) + ", ";
  return out + to_decimal(U256::from_be_bytes(log.data)) + ')';
}

std::string Names::error(ByteView output) const {
  if (output.empty())
    return "without a reason";
  if (output.size() < 36)
    return to_hex(output);
  std::string out = function(output) + '(' + account(to_address(U256::load_be(output.data() + 4)));
  for (size_t at = 36; at + 32 <= output.size(); at += 32)
    out += ", " + to_decimal(U256::load_be(output.data() + at));
  return out + ')';
}

} // namespace zvm::cli
