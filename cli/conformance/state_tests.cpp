// State tests: one transaction on a given state; the state root and the hash of the logs must come out.
#include "cli/conformance/fixture.hpp"
#include "cli/conformance/suite.hpp"
#include "cli/conformance/vm_tests.hpp"
#include "runtime/trie/state_root.hpp"
#include "runtime/tx/decode.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;
using nlohmann::json;

constexpr size_t kDifferencesShown = 12;

/// A transaction made of JSON, with the memory it views.
struct FixtureTransaction {
  Transaction tx;
  std::vector<uint8_t> data;
  std::vector<AccessListEntry> access_list;
  std::vector<std::vector<U256>> slots;
  std::vector<Bytes32> blob_hashes;
  std::vector<Authorization> authorizations;
};

void read_access_list(const json& list, FixtureTransaction& out) {
  for (const json& entry : list) {
    std::vector<U256>& slots = out.slots.emplace_back();
    for (const json& key : entry.at("storageKeys"))
      slots.push_back(read_word(key));
    out.access_list.push_back({read_address(entry.at("address")), slots});
  }
  out.tx.access_list = out.access_list;
}

Authorization read_authorization(const json& entry) {
  Authorization a;
  a.chain_id = read_word(entry.at("chainId"));
  a.address = read_address(entry.at("address"));
  a.nonce = read_u64(entry.at("nonce"));
  a.y_parity = read_word(entry.contains("yParity") ? entry.at("yParity") : entry.at("v"));
  if (a.y_parity > U256{UINT8_MAX})
    throw NumberOverflow("a y parity of more than one byte");
  a.r = read_word(entry.at("r"));
  a.s = read_word(entry.at("s"));
  return a;
}

/// Throws NumberOverflow where a field does not fit: such a transaction is malformed.
void read_transaction(const json& fields, const json& indexes, FixtureTransaction& out) {
  Transaction& tx = out.tx;
  const size_t data = read_index(indexes.at("data"));
  tx.sender = read_address(fields.at("sender"));
  tx.nonce = read_u64(fields.at("nonce"));
  tx.gas_limit = read_u64(fields.at("gasLimit").at(read_index(indexes.at("gas"))));
  tx.value = read_word(fields.at("value").at(read_index(indexes.at("value"))));
  out.data = read_bytes(fields.at("data").at(data));
  tx.data = out.data;
  tx.is_create = fields.at("to").get_ref<const std::string&>().empty();
  if (!tx.is_create)
    tx.to = read_address(fields.at("to"));
  if (fields.contains("maxFeePerGas")) {
    tx.type = TxType::FeeMarket;
    tx.max_fee = read_word(fields.at("maxFeePerGas"));
    tx.max_priority_fee = read_word(fields.at("maxPriorityFeePerGas"));
  } else {
    tx.max_fee = tx.max_priority_fee = read_word(fields.at("gasPrice"));
  }
  if (fields.contains("accessLists") && fields.at("accessLists").at(data).is_array()) {
    if (tx.type == TxType::Legacy)
      tx.type = TxType::AccessList;
    read_access_list(fields.at("accessLists").at(data), out);
  }
  if (fields.contains("maxFeePerBlobGas")) {
    tx.type = TxType::Blob;
    tx.max_blob_fee = read_word(fields.at("maxFeePerBlobGas"));
    for (const json& hash : fields.at("blobVersionedHashes"))
      out.blob_hashes.push_back(read_bytes32(hash));
    tx.blob_hashes = out.blob_hashes;
  }
  if (fields.contains("authorizationList")) {
    tx.type = TxType::SetCode;
    for (const json& entry : fields.at("authorizationList"))
      out.authorizations.push_back(read_authorization(entry));
    tx.authorizations = out.authorizations;
  }
}

/// All cases of one test and one thread's memory for them.
class StateTest {
 public:
  StateTest(Machine& machine, const json& test, std::string label)
      : machine_(machine), test_(test), label_(std::move(label)), state_(&pre_),
        pays_reward_(!test.contains("/_info/fixture-format"_json_pointer)) {
    read_state(test.at("pre"), pre_);
  }

  void run_fork(const std::string& fork, Revision revision, FileReport& report) {
    const json& posts = test_.at("post").at(fork);
    for (size_t i = 0; i < posts.size(); ++i) {
      const json& indexes = posts[i].at("indexes");
      CaseReport one;
      one.name = label_ + " [" + fork + " d" + std::to_string(read_index(indexes.at("data"))) +
                 " g" + std::to_string(read_index(indexes.at("gas"))) + " v" +
                 std::to_string(read_index(indexes.at("value"))) + "]";
      run_case(fork, revision, posts[i], one);
      report.add(std::move(one));
    }
  }

 private:
  void run_case(const std::string& fork, Revision revision, const json& post, CaseReport& report);
  std::string run_transaction(Execution& x, const json& post, TransactionResult& result);
  std::string touch_coinbase(Execution& x);
  [[nodiscard]] std::string check(const Execution& x, const json& post,
                                  const TransactionResult& result);

  Machine& machine_;
  const json& test_;
  std::string label_;
  MemoryStore pre_;
  OverlayStore state_;
  StateRoot roots_;
  /// The suites before EEST were filled with a block reward of nothing, which touches the coinbase even
  /// where the transaction is refused.
  bool pays_reward_;
};

uint64_t blob_fraction(const json& test, const std::string& fork) {
  const json path = "/config/blobSchedule/" + fork + "/baseFeeUpdateFraction";
  const json::json_pointer pointer{path.get<std::string>()};
  return test.contains(pointer) ? read_u64(test.at(pointer)) : 0;
}

/// Empty, or why the host failed.
std::string StateTest::run_transaction(Execution& x, const json& post, TransactionResult& result) {
  Status status = Status::Success;
  if (post.contains("txbytes")) {
    // The signed form: the sender is recovered, as on a chain.
    const std::vector<uint8_t> bytes = read_bytes(post.at("txbytes"));
    DecodedTransaction decoded;
    result.refusal = decode_transaction(bytes, *x.evm, decoded);
    if (result.refusal == TxError::None)
      status = machine_.execute_transaction(state_, decoded.tx, result);
  } else {
    FixtureTransaction made;
    try {
      read_transaction(test_.at("transaction"), post.at("indexes"), made);
      status = machine_.execute_transaction(state_, made.tx, result);
    } catch (const NumberOverflow&) {
      result.refusal = TxError::Malformed;
    }
  }
  return status == Status::Success ? "" : "  the host failed: " + std::string{name(status)} + "\n";
}

std::string StateTest::touch_coinbase(Execution& x) {
  Journal journal;
  journal.begin(state_, *x.evm);
  Account* coinbase = nullptr;
  StateDiff diff;
  const bool done = journal.load(x.block.coinbase, coinbase) == Status::Success &&
                    journal.touch(*coinbase) == Status::Success &&
                    journal.finish(diff) == Status::Success && state_.apply(diff);
  return done ? "" : "  the coinbase cannot be touched\n";
}

std::string StateTest::check(const Execution& x, const json& post,
                             const TransactionResult& result) {
  std::string wrong;
  const bool refused = result.refusal != TxError::None;
  if (refused != post.contains("expectException")) {
    wrong += "  refusal: expected " +
             (refused ? "none" : post.at("expectException").get<std::string>()) + ", got " +
             std::string{info(result.refusal).name} + "\n";
  }
  Bytes32 root;
  if (roots_.compute(state_, root) != ReadStatus::Ok)
    return wrong + "  the state cannot be walked\n";
  const Bytes32 expected_root = read_bytes32(post.at("hash"));
  if (root != expected_root) {
    wrong += "  state root: expected " + to_text(expected_root) + ", got " + to_text(root) + "\n";
    wrong += "  status " + std::string{name(result.status)} + ", gas used " +
             std::to_string(result.gas_used) + "\n";
    if (post.contains("state")) {
      MemoryStore expected;
      read_state(post.at("state"), expected);
      wrong += describe_difference(expected, state_, kDifferencesShown);
    }
  }
  if (!refused) {
    const Bytes32 logs = logs_hash(x.journal);
    const Bytes32 expected_logs = read_bytes32(post.at("logs"));
    if (logs != expected_logs)
      wrong += "  logs hash: expected " + to_text(expected_logs) + ", got " + to_text(logs) + "\n";
  }
  return wrong;
}

void StateTest::run_case(const std::string& fork, Revision revision, const json& post,
                         CaseReport& report) {
  Execution& x = machine_.prepare(revision);
  state_.clear();
  x.block = read_block(test_.at("env"), *x.evm, blob_fraction(test_, fork));
  const json::json_pointer chain_id{"/config/chainid"};
  if (test_.contains(chain_id))
    x.block.chain_id = read_word(test_.at(chain_id));
  x.missing_precompile = {};

  TransactionResult result;
  std::string wrong = run_transaction(x, post, result);
  if (wrong.empty() && pays_reward_)
    wrong = touch_coinbase(x);
  if (wrong.empty())
    wrong = check(x, post, result);
  if (wrong.empty())
    return;
  const bool skipped = !x.missing_precompile.empty();
  report.verdict = skipped ? Verdict::Skipped : Verdict::Failed;
  report.detail = skipped ? std::string{x.missing_precompile} : wrong;
  if (!skipped && report.detail.ends_with('\n'))
    report.detail.pop_back();
}

bool is_state_test(const json& test) {
  return test.is_object() && test.contains("transaction") && test.contains("pre") &&
         test.contains("env") && test.contains("post") && test.at("post").is_object();
}

void run_state_test(const ConformanceOptions& options, Machine& machine, bool is_slow,
                    const std::string& label, const json& test, FileReport& report) {
  std::optional<StateTest> runner;
  for (const auto& [fork, posts] : test.at("post").items()) {
    const Result<Revision> revision = parse_revision(fork);
    // Forks that the engine does not know, and transitions between forks, are passed over.
    if (!revision || (options.fork && *options.fork != *revision))
      continue;
    if (is_slow) {
      report.left_out += posts.size();
      continue;
    }
    if (!runner)
      runner.emplace(machine, test, label);
    runner->run_fork(fork, *revision, report);
  }
}

void run_file(const ConformanceOptions& options, Machine& machine, const SlowList& slow,
              const std::string& file, const json& document, FileReport& report) {
  if (!document.is_object())
    return;
  for (const auto& [name, test] : document.items()) {
    std::string label = file;
    label.append(" ").append(name);
    const bool is_slow = slow.contains(label);
    const bool runs_program = is_vm_test(test);
    if (runs_program && options.fork && *options.fork != kVmTestRevision)
      continue;
    try {
      if (runs_program && is_slow)
        ++report.left_out;
      else if (runs_program)
        report.add(run_vm_test(machine, test, label));
      else if (is_state_test(test))
        run_state_test(options, machine, is_slow, label, test, report);
    } catch (const std::exception& error) {
      report.add({Verdict::Failed, label, std::string{"  unreadable: "} + error.what()});
    }
  }
}

} // namespace

Totals run_state_tests(const ConformanceOptions& options, const MachineFactory& make_machine,
                       std::ostream& out) {
  const auto run = [&options](Machine& machine, const SlowList& slow, const std::string& file,
                              const json& document, FileReport& report) {
    run_file(options, machine, slow, file, document, report);
  };
  return run_suite(options, make_machine, ".json", run, out);
}

} // namespace zvm::cli
