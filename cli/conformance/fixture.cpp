#include "cli/conformance/fixture.hpp"

#include <map>

#include "base/hex.hpp"
#include "base/uint256_text.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::cli {
namespace {

using nlohmann::json;

const std::string& text_of(const json& value) {
  if (!value.is_string())
    throw std::runtime_error(std::string{"a string is expected, not "} + value.type_name());
  return value.get_ref<const std::string&>();
}

template <typename T>
T read_fixed(const json& value) {
  const std::vector<uint8_t> bytes = read_bytes(value);
  T result;
  if (bytes.size() != result.bytes.size())
    throw std::runtime_error("wrong number of bytes: " + text_of(value));
  std::memcpy(result.bytes.data(), bytes.data(), bytes.size());
  return result;
}

/// What BLOCKHASH answers in state tests: the hash of the number in decimal.
Status test_block_hash(void*, uint64_t number, Bytes32& out) {
  const std::string text = std::to_string(number);
  out = runtime::keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  return Status::Success;
}

} // namespace

std::vector<uint8_t> read_bytes(const json& value) {
  std::string_view text = text_of(value);
  if (text.starts_with("0x"))
    text.remove_prefix(2);
  if (text.size() % 2 != 0)
    throw std::runtime_error("odd number of hexadecimal digits");
  std::vector<uint8_t> bytes(text.size() / 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0)
      throw std::runtime_error("not hexadecimal: " + std::string{text});
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return bytes;
}

U256 read_word(const json& value) {
  if (value.is_number_unsigned())
    return value.get<uint64_t>();
  std::string_view text = text_of(value);
  constexpr std::string_view kBig = "0x:bigint ";
  if (text.starts_with(kBig))
    text.remove_prefix(kBig.size());
  if (text.empty() || text == "0x")
    return {};
  const Result<U256> word = parse_u256(text);
  if (word)
    return *word;
  if (word.error().code == ErrorCode::LimitExceeded)
    throw NumberOverflow("too large: " + std::string{text});
  throw std::runtime_error("not a number: " + std::string{text});
}

uint64_t read_u64(const json& value) {
  const U256 word = read_word(value);
  if (!word.fits_u64())
    throw NumberOverflow("more than 64 bits");
  return word.low64();
}

size_t read_index(const json& value) {
  // Not get<size_t>(): that of a fraction beyond its range is undefined.
  if (!value.is_number_unsigned())
    throw std::runtime_error(std::string{"an index is expected, not "} + value.type_name());
  return value.get<size_t>();
}

Address read_address(const json& value) { return read_fixed<Address>(value); }
Bytes32 read_bytes32(const json& value) { return read_fixed<Bytes32>(value); }

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

void read_state(const json& accounts, runtime::MemoryStore& store) {
  for (const auto& [key, account] : accounts.items()) {
    const Address address = read_address(key);
    runtime::AccountRecord record;
    record.nonce = read_u64(account.at("nonce"));
    record.balance = read_word(account.at("balance"));
    bool stored = store.put_account(address, record, read_bytes(account.at("code")));
    for (const auto& [slot, value] : account.at("storage").items()) {
      const U256 word = read_word(value);
      if (!word.is_zero())
        stored = stored && store.put_slot(address, read_word(json(slot)), word);
    }
    if (!stored)
      throw std::runtime_error("out of memory");
  }
}

runtime::BlockContext read_block(const json& env, const gas::Schedule& schedule,
                                 uint64_t blob_fraction) {
  runtime::BlockContext block;
  block.coinbase = read_address(env.at("currentCoinbase"));
  block.number = read_u64(env.at("currentNumber"));
  block.timestamp = read_u64(env.at("currentTimestamp"));
  // Contracts can see 256 bits of it, so a limit of 2^64 or more is cut: no test reads one.
  const U256 limit = read_word(env.at("currentGasLimit"));
  block.gas_limit = limit.fits_u64() ? limit.low64() : UINT64_MAX;
  const bool random = schedule.has(gas::Rule::PrevRandao) && env.contains("currentRandom");
  if (random) {
    block.prev_randao = read_word(env.at("currentRandom"));
  } else if (env.contains("currentDifficulty")) {
    block.prev_randao = read_word(env.at("currentDifficulty"));
  }
  if (schedule.has(gas::Rule::FeeMarket) && env.contains("currentBaseFee"))
    block.base_fee = read_word(env.at("currentBaseFee"));
  if (schedule.has(gas::Rule::Blobs)) {
    const uint64_t excess =
        env.contains("currentExcessBlobGas") ? read_u64(env.at("currentExcessBlobGas")) : 0;
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

class Differences {
 public:
  explicit Differences(size_t limit) : limit_(limit) {}
  void add(const Address& address, const std::string& what, const std::string& expected,
           const std::string& actual) {
    if (expected == actual)
      return;
    if (count_++ < limit_)
      text_ += "  " + to_text(address) + " " + what + ": expected " + expected + ", got " + actual +
               "\n";
  }
  [[nodiscard]] std::string text() const {
    if (count_ <= limit_)
      return text_;
    return text_ + "  and " + std::to_string(count_ - limit_) + " more differences\n";
  }

 private:
  size_t limit_;
  size_t count_ = 0;
  std::string text_;
};

} // namespace

std::string describe_difference(runtime::StateStore& expected, runtime::StateStore& actual,
                                size_t limit) {
  Snapshot want, have;
  if (expected.visit(want) != runtime::ReadStatus::Ok ||
      actual.visit(have) != runtime::ReadStatus::Ok)
    return "  a state cannot be walked\n";
  Differences differences{limit};
  for (const auto& [address, entry] : have.accounts) {
    if (!want.accounts.contains(address))
      differences.add(address, "account", "none",
                      "nonce " + std::to_string(entry.record.nonce) + " balance " +
                          to_hex(entry.record.balance));
  }
  for (const auto& [address, entry] : want.accounts) {
    const auto found = have.accounts.find(address);
    if (found == have.accounts.end()) {
      differences.add(address, "account", "one", "none");
      continue;
    }
    const Snapshot::Entry& other = found->second;
    differences.add(address, "nonce", std::to_string(entry.record.nonce),
                    std::to_string(other.record.nonce));
    differences.add(address, "balance", to_hex(entry.record.balance), to_hex(other.record.balance));
    differences.add(address, "code hash", to_text(entry.record.code_hash),
                    to_text(other.record.code_hash));
    std::map<U256, std::pair<U256, U256>> slots;
    for (const auto& [key, value] : entry.slots)
      slots[key].first = value;
    for (const auto& [key, value] : other.slots)
      slots[key].second = value;
    for (const auto& [key, values] : slots)
      differences.add(address, "slot " + to_hex(key), to_hex(values.first), to_hex(values.second));
    std::map<std::string, std::pair<std::string, std::string>> kv;
    for (const auto& [key, value] : entry.kv)
      kv[key].first = value;
    for (const auto& [key, value] : other.kv)
      kv[key].second = value;
    for (const auto& [key, values] : kv)
      differences.add(address, "key " + key, values.first, values.second);
  }
  return differences.text();
}

} // namespace zvm::cli
