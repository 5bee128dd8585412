#include "tests/fuzz/oracles/outcome.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "base/uint256_text.hpp"

namespace zvm::fuzz {
namespace {

/// The beginning, and how many bytes there are.
std::string text(ByteView bytes) {
  constexpr size_t kShown = 256;
  if (bytes.size() <= kShown)
    return to_hex(bytes);
  return to_hex(bytes.first(kShown)) + "... (" + std::to_string(bytes.size()) + " bytes)";
}

bool same(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

bool same(const runtime::LogView& a, const runtime::LogView& b) {
  return a.address == b.address && std::ranges::equal(a.topics, b.topics) && same(a.data, b.data);
}

bool same(const engine::LogList& a, const engine::LogList& b) {
  if (a.size() != b.size())
    return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i]))
      return false;
  }
  return true;
}

bool same(const runtime::StateDiff& a, const runtime::StateDiff& b) {
  const auto same_account = [&](const runtime::AccountChange& x, const runtime::AccountChange& y) {
    return x.address == y.address && x.deleted == y.deleted &&
           x.clears_storage == y.clears_storage && x.code_changed == y.code_changed &&
           x.record == y.record && same(a.code_of(x), b.code_of(y)) &&
           std::ranges::equal(
               a.slots_of(x), b.slots_of(y),
               [](const auto& s, const auto& t) { return s.key == t.key && s.value == t.value; }) &&
           std::ranges::equal(a.kv_of(x), b.kv_of(y), [&](const auto& s, const auto& t) {
             return s.removed == t.removed && same(a.key_of(s), b.key_of(t)) &&
                    same(a.value_of(s), b.value_of(t));
           });
  };
  return std::ranges::equal(a.accounts.view(), b.accounts.view(), same_account);
}

std::string text(const engine::LogList& logs) {
  std::string out;
  for (size_t i = 0; i < logs.size(); ++i) {
    const runtime::LogView log = logs[i];
    out += "\n    log " + to_hex(log.address);
    for (const U256& topic : log.topics)
      out += " " + to_hex(topic);
    out += " data " + text(log.data);
  }
  return out;
}

std::string text(const runtime::StateDiff& diff) {
  std::string out;
  for (const runtime::AccountChange& a : diff.accounts) {
    out += "\n    account " + to_hex(a.address) + " balance " + to_hex(a.record.balance) +
           " nonce " + std::to_string(a.record.nonce) + (a.deleted ? " deleted" : "") +
           (a.clears_storage ? " cleared" : "");
    if (a.code_changed)
      out += " code " + text(diff.code_of(a));
    for (const runtime::SlotChange& slot : diff.slots_of(a))
      out += " [" + to_hex(slot.key) + "]=" + to_hex(slot.value);
    for (const runtime::KvChange& kv : diff.kv_of(a))
      out +=
          " {" + text(diff.key_of(kv)) + "}=" + (kv.removed ? "removed" : text(diff.value_of(kv)));
  }
  return out;
}

} // namespace

void sort(runtime::StateDiff& diff) {
  std::ranges::sort(diff.accounts.begin(), diff.accounts.end(), {},
                    [](const auto& change) { return change.address.bytes; });
  for (const runtime::AccountChange& change : diff.accounts) {
    runtime::SlotChange* first = diff.slots.begin() + change.first_slot;
    std::ranges::sort(first, first + change.slot_count,
                      [](const auto& a, const auto& b) { return a.key < b.key; });
    runtime::KvChange* first_kv = diff.kv.begin() + change.first_kv;
    std::ranges::sort(first_kv, first_kv + change.kv_count, [&](const auto& a, const auto& b) {
      return std::ranges::lexicographical_compare(diff.key_of(a), diff.key_of(b));
    });
  }
}

bool operator==(const Outcome& a, const Outcome& b) { return differences(a, b).empty(); }

std::vector<std::string> differences(const Outcome& a, const Outcome& b) {
  std::vector<std::string> out;
  const auto differ = [&](bool equal, const char* what, const auto& print) {
    if (!equal)
      out.push_back(std::string{what} + ": " + print(a) + " and " + print(b));
  };
  differ(a.host == b.host, "host", [](const Outcome& o) { return std::string{name(o.host)}; });
  if (a.host != Status::Success && a.host == b.host)
    return out;
  differ(a.status == b.status, "status",
         [](const Outcome& o) { return std::string{name(o.status)}; });
  differ(a.gas_left == b.gas_left, "gas",
         [](const Outcome& o) { return std::to_string(o.gas_left); });
  differ(a.state_gas_left == b.state_gas_left, "state gas left",
         [](const Outcome& o) { return std::to_string(o.state_gas_left); });
  differ(a.state_gas_spent == b.state_gas_spent, "state gas spent",
         [](const Outcome& o) { return std::to_string(o.state_gas_spent); });
  differ(a.refund == b.refund, "refund", [](const Outcome& o) { return std::to_string(o.refund); });
  differ(a.created == b.created, "created", [](const Outcome& o) { return to_hex(o.created); });
  differ(same(a.output.view(), b.output.view()), "output",
         [](const Outcome& o) { return text(o.output.view()); });
  differ(same(a.logs, b.logs), "logs", [](const Outcome& o) { return text(o.logs); });
  differ(same(a.diff, b.diff), "state", [](const Outcome& o) { return text(o.diff); });
  differ(a.accesses == b.accesses, "accesses",
         [](const Outcome& o) { return std::to_string(o.accesses); });
  differ(a.extension_calls == b.extension_calls, "extension calls",
         [](const Outcome& o) { return std::to_string(o.extension_calls); });
  differ(a.deferred == b.deferred, "deferred hashes",
         [](const Outcome& o) { return to_hex(ByteView{o.deferred.bytes}); });
  return out;
}

std::string describe(const Outcome& o) {
  if (o.host != Status::Success)
    return "host " + std::string{name(o.host)};
  return std::string{name(o.status)} + ", gas " + std::to_string(o.gas_left) + ", refund " +
         std::to_string(o.refund) + ", output " + text(o.output.view()) + text(o.logs) +
         text(o.diff);
}

} // namespace zvm::fuzz
