#include <algorithm>

#include "base/uint256_text.hpp"
#include "tests/support/case_file.hpp"

namespace zvm::test {
namespace {

std::string hex(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "0x";
  for (const uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}
std::string hex(const Address& address) { return hex(ByteView{address.bytes}); }

std::string text(const CaseLog& log) {
  std::string out = hex(log.address) + " topics";
  for (const U256& topic : log.topics)
    out += " " + to_hex(topic);
  return out + " data " + hex(log.data);
}
std::string text(const CaseExtensionCall& call) {
  return to_hex(call.number) + " payload " + hex(call.payload);
}

std::string text(const CaseDeferredHash& hash) {
  return std::to_string(hash.algorithm) + " length " + std::to_string(hash.length) + " digest " +
         hex(ByteView{hash.digest.bytes});
}

class Comparison {
 public:
  std::vector<std::string> differences;

  void note(const std::string& what, const std::string& expected, const std::string& actual) {
    if (expected != actual)
      differences.push_back(what + ": expected " + expected + ", is " + actual);
  }
  template <typename T>
  void list(const std::string& what, const std::vector<T>& expected, const std::vector<T>& actual) {
    note("number of " + what + "s", std::to_string(expected.size()), std::to_string(actual.size()));
    for (size_t i = 0; i < std::max(expected.size(), actual.size()); ++i)
      note(what + " " + std::to_string(i), i < expected.size() ? text(expected[i]) : "none",
           i < actual.size() ? text(actual[i]) : "none");
  }
  void account(const Address& address, const CaseAccount& expected, const CaseAccount& actual) {
    const std::string who = "account " + hex(address);
    note(who + " balance", to_decimal(expected.balance), to_decimal(actual.balance));
    note(who + " nonce", std::to_string(expected.nonce), std::to_string(actual.nonce));
    note(who + " code", hex(expected.code), hex(actual.code));
    std::map<U256, std::pair<U256, U256>> slots;
    for (const auto& [slot, content] : expected.storage)
      slots[slot].first = content;
    for (const auto& [slot, content] : actual.storage)
      slots[slot].second = content;
    for (const auto& [slot, contents] : slots)
      note(who + " slot " + to_hex(slot), to_hex(contents.first), to_hex(contents.second));
  }
};

} // namespace

std::vector<std::string> compare(const CaseOutcome& expected, const CaseOutcome& actual) {
  Comparison c;
  c.note("refusal", std::string{info(expected.refusal).name},
         std::string{info(actual.refusal).name});
  c.note("status", std::string{name(expected.status)}, std::string{name(actual.status)});
  c.note("gas", std::to_string(expected.gas_used), std::to_string(actual.gas_used));
  if (expected.block_gas)
    c.note("block gas", std::to_string(*expected.block_gas),
           std::to_string(actual.block_gas.value_or(0)));
  c.note("state gas", std::to_string(expected.state_gas), std::to_string(actual.state_gas));
  c.note("refund", std::to_string(expected.refund), std::to_string(actual.refund));
  c.note("output", hex(expected.output), hex(actual.output));
  c.note("created", expected.created ? hex(*expected.created) : "none",
         actual.created ? hex(*actual.created) : "none");
  c.list("log", expected.logs, actual.logs);
  c.list("extension call", expected.extension_calls, actual.extension_calls);
  c.list("deferred hash", expected.deferred_hashes, actual.deferred_hashes);
  std::map<Address, std::pair<CaseAccount, CaseAccount>> accounts;
  for (const auto& [address, account] : expected.post)
    accounts[address].first = account;
  for (const auto& [address, account] : actual.post)
    accounts[address].second = account;
  for (const auto& [address, pair] : accounts)
    c.account(address, pair.first, pair.second);
  return std::move(c.differences);
}

} // namespace zvm::test
