// Scripted transactions of compiled contracts: outcome, output, gas, logs, storage writes and state
// root of each transaction, one state from the first to the last.
#include <map>

#include "base/uint256_text.hpp"
#include "cli/conformance/suites.hpp"
#include "cli/fixtures/fixture.hpp"
#include "runtime/trie/state_root.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

constexpr size_t kTextShown = 200;

class Comparison {
 public:
  void expect(const std::string& what, const std::string& expected, const std::string& actual) {
    if (expected != actual)
      text_ += "  " + what + ": expected " + cut(expected) + ", got " + cut(actual) + "\n";
  }
  [[nodiscard]] std::string text() const {
    return text_.empty() ? text_ : text_.substr(0, text_.size() - 1);
  }

 private:
  static std::string cut(const std::string& text) {
    return text.size() <= kTextShown ? text : text.substr(0, kTextShown) + "…";
  }
  std::string text_;
};

/// One scenario on one fork.
class Scenario {
 public:
  Scenario(Transactor& transactor, const JsonView& document, const std::string& fork,
           Revision revision)
      : transactor_(transactor), document_(document), fork_(fork), revision_(revision) {
    for (const auto& [name, user] : document.at("users").fields()) {
      AccountRecord record;
      record.nonce = read_u64(user.at("nonce"));
      record.balance = read_word(user.at("balance"));
      if (!store_.put_account(read_address(user.at("address")), record))
        throw std::runtime_error("out of memory");
    }
  }

  CaseReport run_step(const JsonView& step, const std::string& label);

 private:
  void set_block(Execution& x) const;
  void compare(Execution& x, const JsonView& tx, const JsonView& expected,
               const TransactionResult& result, Comparison& comparison);

  Transactor& transactor_;
  JsonView document_;
  std::string fork_;
  Revision revision_;
  MemoryStore store_;
  StateRoot roots_;
};

void Scenario::set_block(Execution& x) const {
  const JsonView env = document_.at("env");
  BlockContext block;
  block.chain_id = read_word(env.at("chainId"));
  block.number = read_u64(env.at("number"));
  block.timestamp = read_u64(env.at("timestamp"));
  block.gas_limit = read_u64(env.at("gasLimit"));
  block.base_fee = read_word(env.at("baseFeePerGas"));
  block.coinbase = read_address(env.at("coinbase"));
  block.prev_randao = read_word(env.at("prevRandao"));
  const auto fraction = static_cast<uint64_t>((*x.evm)[gas::Cost::BlobFraction]);
  block.blob_base_fee = blob_base_fee(read_u64(env.at("excessBlobGas")), fraction);
  x.block = block;
}

std::string list_logs(const Journal& journal) {
  std::string text;
  for (size_t i = 0; i < journal.log_count(); ++i) {
    const LogView log = journal.log(i);
    text += to_text(log.address) + " [";
    for (const U256& topic : log.topics)
      text += to_text(to_bytes32(topic)) + " ";
    text += "] " + to_text(log.data) + "; ";
  }
  return text;
}

std::string list_logs(const JsonView& logs) {
  std::string text;
  for (const JsonView log : logs.elements()) {
    text += log.at("address").text() + " [";
    for (const JsonView topic : log.at("topics").elements())
      text += to_text(read_bytes32(topic)) + " ";
    text += "] " + to_text(read_bytes(log.at("data"))) + "; ";
  }
  return text;
}

using Writes = std::map<std::pair<Address, U256>, U256>;

std::string describe(const Writes& writes) {
  std::string text;
  for (const auto& [place, value] : writes)
    text += to_text(place.first) + "[" + to_hex(place.second) + "] = " + to_hex(value) + "; ";
  return text;
}

Writes storage_writes(const StateDiff& diff) {
  Writes writes;
  for (const AccountChange& change : diff.accounts) {
    for (const auto& [key, value] : diff.slots_of(change))
      writes[{change.address, key}] = value;
  }
  return writes;
}

Writes storage_writes(const JsonView& storage) {
  Writes writes;
  for (const JsonView::Field& account : storage.fields()) {
    for (const JsonView::Field& slot : account.value.fields())
      writes[{read_key_address(account), read_key_word(slot)}] = read_word(slot.value);
  }
  return writes;
}

void Scenario::compare(Execution& x, const JsonView& tx, const JsonView& expected,
                       const TransactionResult& result, Comparison& comparison) {
  comparison.expect("refusal", "None", std::string{info(result.refusal).name});
  if (result.refusal != TxError::None)
    return;
  const bool success = result.status == Status::Success;
  const bool succeeds = expected.at("success").boolean();
  if (success != succeeds)
    comparison.expect("status", succeeds ? "Success" : "a failure",
                      std::string{name(result.status)});
  // Of a create the file gives the code that was stored.
  ByteView output = result.output.view();
  ByteView code;
  if (success && tx.at("to").is_null()) {
    AccountRecord record;
    bool exists = false;
    if (store_.read_account(result.created, record, exists) == ReadStatus::Ok &&
        store_.read_code(result.created, record.code_hash, code) == ReadStatus::Ok)
      output = code;
    comparison.expect("created", to_text(read_address(expected.at("created"))),
                      to_text(result.created));
  }
  comparison.expect("return data", to_text(read_bytes(expected.at("returnData"))), to_text(output));
  comparison.expect("gas used", std::to_string(read_u64(expected.at("gasUsed"))),
                    std::to_string(result.gas_used));
  comparison.expect("logs", list_logs(expected.at("logs")), list_logs(x.journal));
  comparison.expect("storage writes", describe(storage_writes(expected.at("storage"))),
                    describe(storage_writes(result.diff)));
  Bytes32 root;
  if (roots_.compute(store_, root) != ReadStatus::Ok)
    throw std::runtime_error("the state cannot be walked");
  comparison.expect("state root", to_text(read_bytes32(expected.at("stateRoot"))), to_text(root));
}

CaseReport Scenario::run_step(const JsonView& step, const std::string& label) {
  Execution& x = transactor_.prepare(revision_);
  set_block(x);
  x.missing_precompile = {};
  const JsonView fields = step.at("tx");
  const std::vector<uint8_t> data = read_bytes(fields.at("data"));
  Transaction tx;
  tx.has_chain_id = true;
  tx.chain_id = x.block.chain_id;
  tx.sender = read_address(fields.at("from"));
  tx.nonce = read_u64(fields.at("nonce"));
  tx.is_create = fields.at("to").is_null();
  if (!tx.is_create)
    tx.to = read_address(fields.at("to"));
  tx.value = read_word(fields.at("value"));
  tx.gas_limit = read_u64(fields.at("gas"));
  tx.max_fee = tx.max_priority_fee = read_word(fields.at("gasPrice"));
  tx.data = data;

  TransactionResult result;
  const Status status = transactor_.execute_transaction(store_, tx, result);
  const JsonView results = step.at("result");
  const bool same = results.at(fork_).is_text(); // "same as cancun"
  Comparison comparison;
  comparison.expect("host", "Success", std::string{name(status)});
  if (status == Status::Success)
    compare(x, fields, results.at(same ? "cancun" : std::string_view{fork_}), result, comparison);

  return judge(label, comparison.text(), x.missing_precompile);
}

/// The steps stand on each other: behind one that cannot be read there is nothing to check.
void run_scenario(Transactor& transactor, const JsonView& document, const std::string& fork,
                  Revision revision, const std::string& file, FileReport& report) {
  std::string label = file + " [" + fork + "]";
  try {
    Scenario scenario{transactor, document, fork, revision};
    size_t number = 0;
    for (const JsonView step : document.at("steps").elements()) {
      label = file + " [" + fork + " step " + std::to_string(number++) + "]";
      const std::string name = step.at("tx").text_of("label");
      report.add(scenario.run_step(step, label.substr(0, label.size() - 1) + " " + name + "]"));
    }
  } catch (const std::exception& error) {
    report.fail(label, error.what());
  }
}

void run_file(const ConformanceOptions& options, Transactor& transactor, const std::string& file,
              const JsonView& document, FileReport& report) {
  if (!document.has("steps") || !document.has("hardforks")) {
    report.pass_over(file, "no scenario of contracts");
    return;
  }
  for (const JsonView fork_name : document.at("hardforks").elements()) {
    const std::string& fork = fork_name.text();
    const Result<Revision> revision = parse_revision(fork);
    if (options.fork && (!revision || *options.fork != *revision))
      continue;
    if (!revision)
      report.skip(file + " [" + fork + "]", "the fork " + fork + ": not known");
    else
      run_scenario(transactor, document, fork, *revision, file, report);
  }
}

} // namespace

RunFile contract_tests(const ConformanceOptions& options) {
  return [&options](Transactor& transactor, const SlowList&, const std::string& file,
                    const JsonView& document,
                    FileReport& report) { run_file(options, transactor, file, document, report); };
}

} // namespace zvm::cli
