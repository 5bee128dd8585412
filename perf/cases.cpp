#include "perf/cases.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/hex.hpp"
#include "perf/runner.hpp"
#include "runtime/tx/execute.hpp"

namespace zvm::perf {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using runtime::MemoryStore;

template <typename T>
T value_of(Result<T> result) {
  if (!result)
    throw std::runtime_error(std::string{result.error().detail});
  return std::move(*result);
}
void require(bool holds) {
  if (!holds)
    throw std::runtime_error("out of memory");
}

std::vector<uint8_t> read_bytes(const json& text) {
  return value_of(parse_hex(text.get<std::string>()));
}
Address read_address(const json& text) { return value_of(parse_address(text.get<std::string>())); }
U256 read_word(const json& number) {
  if (number.is_number())
    return U256{number.get<uint64_t>()};
  return value_of(parse_u256(number.get<std::string>()));
}
uint64_t read_u64(const json& number) { return read_word(number).low64(); }

json read_json(const fs::path& path) {
  std::ifstream file{path};
  return json::parse(file);
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator{folder, error}) {
    if (entry.path().string().ends_with(ending))
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::shared_ptr<MemoryStore> read_state(const json& accounts) {
  auto store = std::make_shared<MemoryStore>();
  for (const auto& [name, account] : accounts.items()) {
    const Address address = value_of(parse_address(name));
    runtime::AccountRecord record;
    record.nonce = read_u64(account.value("nonce", json("0x0")));
    record.balance = read_word(account.at("balance"));
    const auto code =
        account.contains("code") ? read_bytes(account.at("code")) : std::vector<uint8_t>{};
    require(store->put_account(address, record, code));
    for (const auto& [key, word] : account.value("storage", json::object()).items())
      require(store->put_slot(address, value_of(parse_u256(key)), read_word(word)));
  }
  return store;
}

void set_input(Case& c, std::vector<uint8_t> input) {
  c.input = std::make_shared<const std::vector<uint8_t>>(std::move(input));
  c.message.input = *c.input;
}

void set_target(Case& c, const Address& to) { c.message.recipient = c.message.code_address = to; }

runtime::BlockContext block_of(const json& env) {
  runtime::BlockContext block;
  block.coinbase =
      read_address(env.contains("coinbase") ? env.at("coinbase") : env.at("currentCoinbase"));
  block.number = read_u64(env.contains("number") ? env.at("number") : env.at("currentNumber"));
  block.timestamp =
      read_u64(env.contains("timestamp") ? env.at("timestamp") : env.at("currentTimestamp"));
  block.gas_limit = static_cast<uint64_t>(kGas);
  return block;
}

/// The cases of one state test: one for each input.
void add_state_test(const json& test, const std::string& name, std::vector<Case>& out) {
  const auto state = read_state(test.at("pre"));
  const json& tx = test.at("transaction");
  const json& inputs = tx.at("data");
  for (size_t i = 0; i < inputs.size(); ++i) {
    Case c;
    const json labels = test.at("_info").value("labels", json::object());
    c.name = name + "/" + labels.value(std::to_string(i), std::to_string(i));
    c.state = state;
    c.block = block_of(test.at("env"));
    c.message.gas = kGas;
    c.message.sender = c.tx.origin = read_address(tx.at("sender"));
    set_target(c, read_address(tx.at("to")));
    set_input(c, read_bytes(inputs[i]));
    out.push_back(std::move(c));
  }
}

/// Transactions worth timing.
struct Chosen {
  std::string_view scenario;
  size_t step;
  std::string_view name;
};
constexpr Chosen kChosen[] = {
    {"erc20_oz", 10, "transfer"},      {"erc20_oz", 22, "balanceOf"},
    {"erc721_oz", 10, "transferFrom"}, {"uniswap_v2", 16, "swap"},
    {"weth_like", 4, "transfer"},      {"multicall_like", 3, "aggregate"},
    {"compute_opt", 3, "fib"},         {"compute_opt", 4, "fibRec"},
    {"compute_opt", 6, "keccakLoop"},  {"compute_opt", 9, "sort"},
    {"compute_opt", 14, "memHeavy"},   {"compute_opt", 19, "sha"},
    {"compute_noopt", 9, "sort"},      {"compute_ir", 9, "sort"},
};

/// The name of a step that is chosen, else none.
std::string_view chosen_name(const std::string& scenario, size_t step) {
  const auto* found = std::ranges::find_if(
      kChosen, [&](const Chosen& c) { return c.scenario == scenario && c.step == step; });
  return found == std::end(kChosen) ? std::string_view{} : found->name;
}

void add_scenario(const json& document, std::vector<Case>& out) {
  const std::string scenario = document.at("name");
  Runner runner{engine::Tier::Interp, kRevision};
  MemoryStore state;
  for (const auto& [name, user] : document.at("users").items()) {
    runtime::AccountRecord record;
    record.balance = read_word(user.at("balance"));
    require(state.put_account(read_address(user.at("address")), record));
  }
  const runtime::BlockContext block = block_of(document.at("env"));
  runner.machine().block() = block;
  const json& steps = document.at("steps");
  for (size_t i = 0; i < steps.size(); ++i) {
    const json& tx = steps[i].at("tx");
    const auto data = read_bytes(tx.at("data"));
    runtime::Transaction transaction;
    transaction.sender = read_address(tx.at("from"));
    transaction.is_create = tx.at("to").is_null();
    if (!transaction.is_create)
      transaction.to = read_address(tx.at("to"));
    transaction.value = read_word(tx.at("value"));
    transaction.gas_limit = read_u64(tx.at("gas"));
    transaction.data = data;
    if (const std::string_view name = chosen_name(scenario, i); !name.empty()) {
      Case c;
      c.name = scenario + "/" + std::string{name};
      c.state = copy_of(state);
      c.block = block;
      c.message.gas = kGas;
      c.message.sender = c.tx.origin = transaction.sender;
      c.message.value = transaction.value;
      set_target(c, transaction.to);
      set_input(c, data);
      out.push_back(std::move(c));
    }
    runtime::TxOptions options;
    options.checks = {.nonce = false, .balance = false, .fees = false, .chain_id = false};
    runtime::TransactionResult result;
    require(runner.machine().execute_transaction(state, transaction, options, result) ==
            Status::Success);
  }
}

} // namespace

ByteView Case::code() const {
  runtime::AccountRecord record;
  bool exists = false;
  ByteView code;
  require(state->read_account(message.code_address, record, exists) == runtime::ReadStatus::Ok &&
          state->read_code(message.code_address, record.code_hash, code) ==
              runtime::ReadStatus::Ok);
  return code;
}

std::shared_ptr<MemoryStore> copy_of(MemoryStore& store) {
  auto copy = std::make_shared<MemoryStore>();
  runtime::StateDiff all;
  require(store.diff(all) && copy->apply(all));
  return copy;
}

Suite read_evm_benchmarks(std::string_view group) {
  Suite suite{std::string{group}, {}, {}};
  const char* set = std::getenv("ZVM_BENCHMARKS");
  const fs::path folder =
      set != nullptr ? fs::path{set} : fs::path{ZVM_SOURCE_DIR} / "../peers/evm-benchmarks";
  for (const fs::path& file : files_in(folder / "benchmarks" / group, ".json")) {
    const json document = read_json(file);
    for (const auto& [name, test] : document.items())
      add_state_test(test, name, suite.cases);
  }
  if (suite.cases.empty())
    suite.absent =
        "no evm-benchmarks in " + folder.lexically_normal().string() + " (ZVM_BENCHMARKS)";
  return suite;
}

Suite read_scenarios() {
  Suite suite{"scenarios", {}, {}};
  const char* set = std::getenv("ZVM_CONTRACTS");
  if (set == nullptr) {
    suite.absent = "ZVM_CONTRACTS names no folder of *.calls.json";
    return suite;
  }
  for (const fs::path& file : files_in(set, ".calls.json"))
    add_scenario(read_json(file), suite.cases);
  if (suite.cases.empty())
    suite.absent = std::string{"no *.calls.json in "} + set + " (ZVM_CONTRACTS)";
  return suite;
}

Suite make_token() {
  Suite suite{"token", {}, {}};
  std::ifstream file{fs::path{ZVM_SOURCE_DIR} / "docs/examples/token.hex"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::erase_if(text, [](char c) { return hex_digit(c) < 0 && c != 'x'; });
  std::vector<uint8_t> init = value_of(parse_hex(text));
  if (init.empty()) {
    suite.absent = "no docs/examples/token.hex";
    return suite;
  }
  init.resize(init.size() + 32, 0xff); // the supply
  Runner runner{engine::Tier::Interp, kRevision};
  auto state = std::make_shared<MemoryStore>();
  engine::DeployRequest request;
  request.sender = plain_address();
  request.init_code = init;
  runtime::TransactionResult result;
  require(runner.machine().deploy(*state, request, result) == Status::Success &&
          result.status == Status::Success);
  const auto add = [&](const char* name, const char* selector, const U256& amount) {
    std::vector<uint8_t> input = value_of(parse_hex(selector));
    input.resize(36);
    const Bytes32 to = to_bytes32(
        to_word(std::string_view{name} == "transfer" ? contract_address() : plain_address()));
    std::ranges::copy(to.bytes, input.begin() + 4);
    if (!amount.is_zero()) {
      const Bytes32 word = to_bytes32(amount);
      input.insert(input.end(), word.bytes.begin(), word.bytes.end());
    }
    Case c;
    c.name = std::string{"token/"} + name;
    c.state = state;
    c.message.gas = kGas;
    c.message.sender = c.tx.origin = plain_address();
    set_target(c, result.created);
    set_input(c, std::move(input));
    suite.cases.push_back(std::move(c));
  };
  add("transfer", "a9059cbb", U256{1000});
  add("balanceOf", "70a08231", U256{});
  return suite;
}

Case make_case(std::string name, std::vector<uint8_t> code, std::vector<uint8_t> input) {
  Case c;
  c.name = std::move(name);
  c.state = std::make_shared<MemoryStore>();
  require(c.state->put_account(contract_address(), {1, U256{}, {}}, code));
  require(c.state->put_account(plain_address(), {1, U256{1} << 64, {}}));
  c.message.gas = kGas;
  c.message.sender = c.tx.origin = plain_address();
  set_target(c, contract_address());
  set_input(c, std::move(input));
  return c;
}

Address contract_address() { return to_address(U256{0xc0de}); }
Address plain_address() { return to_address(U256{0xacc0}); }

} // namespace zvm::perf
