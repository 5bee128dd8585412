#include "cli/conformance/fixture.hpp"

#include <map>

#include "base/hex.hpp"
#include "base/uint256_text.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::cli {
namespace {

constexpr size_t kTextShown = 80;

std::string shown(std::string_view text) {
  return std::string{text.substr(0, kTextShown)} + (text.size() > kTextShown ? "..." : "");
}

/// With or without 0x.
std::vector<uint8_t> bytes_of(std::string_view text, const JsonView& place) {
  if (text.starts_with("0x"))
    text.remove_prefix(2);
  if (text.size() % 2 != 0)
    place.refuse("odd number of hexadecimal digits");
  std::vector<uint8_t> bytes(text.size() / 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0)
      place.refuse("not hexadecimal: " + shown(text));
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return bytes;
}

template <typename T>
T fixed_of(std::string_view text, const JsonView& place) {
  const std::vector<uint8_t> bytes = bytes_of(text, place);
  T result;
  if (bytes.size() != result.bytes.size())
    place.refuse(std::to_string(result.bytes.size()) + " bytes are expected, not " +
                 std::to_string(bytes.size()) + ": " + shown(text));
  std::memcpy(result.bytes.data(), bytes.data(), bytes.size());
  return result;
}

U256 word_of(std::string_view text, const JsonView& place) {
  constexpr std::string_view kBig = "0x:bigint ";
  if (text.starts_with(kBig))
    text.remove_prefix(kBig.size());
  if (text.empty() || text == "0x")
    return {};
  const Result<U256> word = parse_u256(text);
  if (word)
    return *word;
  if (word.error().code == ErrorCode::LimitExceeded)
    place.refuse<NumberOverflow>("too large: " + shown(text));
  place.refuse("not a number: " + shown(text));
}

/// What BLOCKHASH answers in state tests: the hash of the number in decimal.
Status test_block_hash(void*, uint64_t number, Bytes32& out) {
  const std::string text = std::to_string(number);
  out = runtime::keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  return Status::Success;
}

} // namespace

std::vector<uint8_t> read_bytes(const JsonView& value) { return bytes_of(value.text(), value); }

U256 read_word(const JsonView& value) {
  if (value.value().is_number_unsigned())
    return value.natural();
  return word_of(value.text(), value);
}

uint64_t read_u64(const JsonView& value) {
  const U256 word = read_word(value);
  if (!word.fits_u64())
    value.refuse<NumberOverflow>("more than 64 bits");
  return word.low64();
}

size_t read_index(const JsonView& value) { return value.natural(); }

Address read_address(const JsonView& value) { return fixed_of<Address>(value.text(), value); }
Bytes32 read_bytes32(const JsonView& value) { return fixed_of<Bytes32>(value.text(), value); }

U256 read_key_word(const JsonView::Field& field) { return word_of(field.key, field.value); }
Address read_key_address(const JsonView::Field& field) {
  return fixed_of<Address>(field.key, field.value);
}

std::string to_text(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}
std::string to_text(const Address& address) { return to_text(ByteView{address.bytes}); }
std::string to_text(const Bytes32& bytes) { return to_text(ByteView{bytes.bytes}); }

std::vector<runtime::Withdrawal> read_withdrawals(const JsonView& list) {
  std::vector<runtime::Withdrawal> withdrawals;
  for (const JsonView one : list.elements()) {
    withdrawals.push_back({read_u64(one.at("index")), read_u64(one.at("validatorIndex")),
                           read_address(one.at("address")), read_u64(one.at("amount"))});
  }
  return withdrawals;
}

void read_state(const JsonView& accounts, runtime::MemoryStore& store) {
  for (const JsonView::Field& field : accounts.fields()) {
    const JsonView& account = field.value;
    const Address address = read_key_address(field);
    runtime::AccountRecord record;
    record.balance = read_word(account.at("balance"));
    if (account.has("nonce"))
      record.nonce = read_u64(account.at("nonce"));
    std::vector<uint8_t> code;
    if (account.has("code"))
      code = read_bytes(account.at("code"));
    bool stored = store.put_account(address, record, code);
    if (account.has("storage")) {
      for (const JsonView::Field& slot : account.at("storage").fields()) {
        const U256 word = read_word(slot.value);
        if (!word.is_zero())
          stored = stored && store.put_slot(address, read_key_word(slot), word);
      }
    }
    if (!stored)
      throw std::runtime_error("out of memory");
  }
}

runtime::BlockContext read_block(const JsonView& env, const gas::Schedule& schedule,
                                 uint64_t blob_fraction) {
  runtime::BlockContext block;
  block.coinbase = read_address(env.at("currentCoinbase"));
  block.number = read_u64(env.at("currentNumber"));
  block.timestamp = read_u64(env.at("currentTimestamp"));
  // Contracts can see 256 bits of it, so a limit of 2^64 or more is cut: no test reads one.
  const U256 limit = read_word(env.at("currentGasLimit"));
  block.gas_limit = limit.fits_u64() ? limit.low64() : UINT64_MAX;
  if (env.has("slotNumber"))
    block.slot_number = read_u64(env.at("slotNumber"));
  const bool random = schedule.has(gas::Rule::PrevRandao) && env.has("currentRandom");
  if (random) {
    block.prev_randao = read_word(env.at("currentRandom"));
  } else if (env.has("currentDifficulty")) {
    block.prev_randao = read_word(env.at("currentDifficulty"));
  }
  if (schedule.has(gas::Rule::FeeMarket) && env.has("currentBaseFee"))
    block.base_fee = read_word(env.at("currentBaseFee"));
  if (schedule.has(gas::Rule::Blobs)) {
    const uint64_t excess =
        env.has("currentExcessBlobGas") ? read_u64(env.at("currentExcessBlobGas")) : 0;
    const auto fraction = static_cast<uint64_t>(schedule[gas::Cost::BlobFraction]);
    block.blob_base_fee =
        runtime::blob_base_fee(excess, blob_fraction != 0 ? blob_fraction : fraction);
  }
  block.block_hash = test_block_hash;
  return block;
}

namespace {

struct Snapshot final : runtime::StateVisitor {
  struct Entry {
    runtime::AccountRecord record;
    std::map<U256, U256> slots;
    std::map<std::string, std::string> kv; ///< in hex
  };
  std::map<Address, Entry> accounts;
  Entry* last = nullptr;

  bool begin_account(const Address& address, const runtime::AccountRecord& record) override {
    last = &accounts[address];
    last->record = record;
    return true;
  }
  bool slot(const U256& key, const U256& value) override {
    last->slots[key] = value;
    return true;
  }
  bool kv(ByteView key, ByteView value) override {
    last->kv[to_hex(key)] = to_hex(value);
    return true;
  }
  bool end_account() override { return true; }
};

/// What the two sides of a comparison are called.
struct Sides {
  std::string_view first;
  std::string_view second;
};

class Differences {
 public:
  Differences(Sides sides, size_t limit) : sides_(sides), limit_(limit) {}
  void add(const Address& address, const std::string& what, const std::string& first,
           const std::string& second) {
    if (first == second || count_++ >= limit_)
      return;
    text_.append("  ").append(to_text(address)).append(" ").append(what).append(": ");
    text_.append(sides_.first).append(" ").append(first).append(", ");
    text_.append(sides_.second).append(" ").append(second).append("\n");
  }
  [[nodiscard]] std::string text() const {
    if (count_ <= limit_)
      return text_;
    return text_ + "  and " + std::to_string(count_ - limit_) + " more differences\n";
  }

 private:
  Sides sides_;
  size_t limit_;
  size_t count_ = 0;
  std::string text_;
};

/// Pairs the values of two maps by key; a value that one of them has not is the empty one.
template <typename Key, typename Value>
std::map<Key, std::pair<Value, Value>> pair_up(const std::map<Key, Value>& first,
                                               const std::map<Key, Value>& second) {
  std::map<Key, std::pair<Value, Value>> pairs;
  for (const auto& [key, value] : first)
    pairs[key].first = value;
  for (const auto& [key, value] : second)
    pairs[key].second = value;
  return pairs;
}

std::string text_of(const runtime::AccountRecord& record) {
  return "nonce " + std::to_string(record.nonce) + " balance " + to_hex(record.balance) +
         " code hash " + to_text(record.code_hash);
}

std::string compare(runtime::StateStore& first, runtime::StateStore& second, Sides sides,
                    size_t limit) {
  Snapshot one, other;
  if (first.visit(one) != runtime::ReadStatus::Ok || second.visit(other) != runtime::ReadStatus::Ok)
    return "  a state cannot be walked\n";
  using Entry = Snapshot::Entry;
  std::map<Address, std::pair<const Entry*, const Entry*>> accounts;
  for (const auto& [address, entry] : one.accounts)
    accounts[address].first = &entry;
  for (const auto& [address, entry] : other.accounts)
    accounts[address].second = &entry;

  Differences differences{sides, limit};
  const Entry kNone{};
  for (const auto& [address, pair] : accounts) {
    const Entry& a = pair.first != nullptr ? *pair.first : kNone;
    const Entry& b = pair.second != nullptr ? *pair.second : kNone;
    if (pair.first == nullptr || pair.second == nullptr) {
      differences.add(address, "account", pair.first == nullptr ? "none" : text_of(a.record),
                      pair.second == nullptr ? "none" : text_of(b.record));
    } else {
      differences.add(address, "nonce", std::to_string(a.record.nonce),
                      std::to_string(b.record.nonce));
      differences.add(address, "balance", to_hex(a.record.balance), to_hex(b.record.balance));
      differences.add(address, "code hash", to_text(a.record.code_hash),
                      to_text(b.record.code_hash));
    }
    for (const auto& [key, values] : pair_up(a.slots, b.slots))
      differences.add(address, "slot " + to_hex(key), to_hex(values.first), to_hex(values.second));
    for (const auto& [key, values] : pair_up(a.kv, b.kv))
      differences.add(address, "key " + key, values.first, values.second);
  }
  return differences.text();
}

} // namespace

std::string describe_difference(runtime::StateStore& expected, runtime::StateStore& actual,
                                size_t limit) {
  return compare(expected, actual, {"expected", "got"}, limit);
}

std::string describe_changes(runtime::StateStore& before, runtime::StateStore& after,
                             size_t limit) {
  return compare(before, after, {"before", "after"}, limit);
}

std::string describe_logs(const runtime::Journal& journal) {
  std::string text;
  for (size_t i = 0; i < journal.log_count(); ++i) {
    const runtime::LogView log = journal.log(i);
    text += "  log " + std::to_string(i) + ": " + to_text(log.address) + " [";
    for (size_t topic = 0; topic < log.topics.size(); ++topic)
      text += (topic == 0 ? "" : " ") + to_text(to_bytes32(log.topics[topic]));
    text += "] " + to_text(log.data) + "\n";
  }
  return text.empty() ? "  no log\n" : text;
}

} // namespace zvm::cli
