// State tests: one transaction on a given state; the state root and the hash of the logs must come out.
#include "cli/conformance/fixture.hpp"
#include "cli/conformance/fixture_transaction.hpp"
#include "cli/conformance/suites.hpp"
#include "cli/conformance/vm_tests.hpp"
#include "runtime/trie/state_root.hpp"
#include "runtime/tx/decode.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

constexpr size_t kDifferencesShown = 24;

/// All cases of one test and one thread's memory for them.
class StateTest {
 public:
  StateTest(Machine& machine, const JsonView& test, std::string label)
      : machine_(machine), test_(test), label_(std::move(label)), state_(&pre_),
        pays_reward_(!test.has("_info") || !test.at("_info").has("fixture-format")) {
    read_state(test.at("pre"), pre_);
  }

  void run_fork(const std::string& fork, Revision revision, FileReport& report) {
    for (const JsonView post : test_.at("post").at(fork).elements()) {
      CaseReport one{Verdict::Passed, label_ + " [" + fork + "]", {}};
      try {
        const JsonView indexes = post.at("indexes");
        one.name = label_ + " [" + fork + " d" + std::to_string(read_index(indexes.at("data"))) +
                   " g" + std::to_string(read_index(indexes.at("gas"))) + " v" +
                   std::to_string(read_index(indexes.at("value"))) + "]";
        run_case(fork, revision, post, one);
      } catch (const std::exception& error) {
        report.fail(one.name, error.what());
        continue;
      }
      report.add(std::move(one));
    }
  }

 private:
  void run_case(const std::string& fork, Revision revision, const JsonView& post,
                CaseReport& report);
  std::string run_transaction(Execution& x, const JsonView& post, TransactionResult& result);
  std::string touch_coinbase(Execution& x);
  [[nodiscard]] std::string describe_state(const JsonView& post);
  [[nodiscard]] std::string check(const Execution& x, const JsonView& post,
                                  const TransactionResult& result);

  Machine& machine_;
  JsonView test_;
  std::string label_;
  MemoryStore pre_;
  OverlayStore state_;
  StateRoot roots_;
  /// The suites before EEST were filled with a block reward of nothing, which touches the coinbase even
  /// where the transaction is refused.
  bool pays_reward_;
};

uint64_t blob_fraction(const JsonView& test, const std::string& fork) {
  JsonView at = test;
  const std::string_view path[] = {"config", "blobSchedule", fork, "baseFeeUpdateFraction"};
  for (const std::string_view key : path) {
    if (!at.has(key))
      return 0;
    at = at.at(key);
  }
  return read_u64(at);
}

/// Fields that stand beside a signed form say the same.
std::string compare_fields(const JsonView& test, const JsonView& post, const Transaction& tx) {
  FixtureTransaction fields;
  read_transaction(test.at("transaction"), post.at("indexes"), fields);
  const std::string wrong = describe_difference(fields.tx, tx);
  return wrong.empty() ? wrong : "  txbytes are of another transaction\n" + wrong;
}

/// Empty, or why there is nothing to check.
std::string StateTest::run_transaction(Execution& x, const JsonView& post,
                                       TransactionResult& result) {
  Status status = Status::Success;
  if (post.has("txbytes")) {
    // The signed form: the sender is recovered, as on a chain.
    const std::vector<uint8_t> bytes = read_bytes(post.at("txbytes"));
    DecodedTransaction decoded;
    result.refusal = decode_transaction(bytes, *x.evm, decoded);
    if (result.refusal == TxError::None) {
      if (std::string wrong = compare_fields(test_, post, decoded.tx); !wrong.empty())
        return wrong;
      status = machine_.execute_transaction(state_, decoded.tx, result);
    }
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

/// By account and field where the file has the state that should be; else what the transaction did.
std::string StateTest::describe_state(const JsonView& post) {
  if (!post.has("state")) {
    return "  the file has no post state to compare; the transaction changed:\n" +
           describe_changes(pre_, state_, kDifferencesShown);
  }
  MemoryStore expected;
  read_state(post.at("state"), expected);
  const std::string wrong = describe_difference(expected, state_, kDifferencesShown);
  return wrong.empty() ? "  all accounts are as in the file's post state\n" : wrong;
}

std::string StateTest::check(const Execution& x, const JsonView& post,
                             const TransactionResult& result) {
  std::string wrong;
  const bool refused = result.refusal != TxError::None;
  if (refused != post.has("expectException")) {
    wrong += "  refusal: expected " + (refused ? "none" : post.at("expectException").text()) +
             ", got " + std::string{info(result.refusal).name} + "\n";
  }
  Bytes32 root;
  if (roots_.compute(state_, root) != ReadStatus::Ok)
    return wrong + "  the state cannot be walked\n";
  const Bytes32 expected_root = read_bytes32(post.at("hash"));
  if (root != expected_root) {
    wrong += describe_state(post);
    wrong += "  state root: expected " + to_text(expected_root) + ", got " + to_text(root) + "\n";
  }
  if (!refused) {
    const Bytes32 logs = logs_hash(x.journal);
    const Bytes32 expected_logs = read_bytes32(post.at("logs"));
    if (logs != expected_logs) {
      wrong += describe_logs(x.journal);
      wrong += "  logs hash: expected " + to_text(expected_logs) + ", got " + to_text(logs) + "\n";
    }
    if (!wrong.empty())
      wrong += "  status " + std::string{name(result.status)} + ", gas used " +
               std::to_string(result.gas_used) + "\n";
  }
  return wrong;
}

void StateTest::run_case(const std::string& fork, Revision revision, const JsonView& post,
                         CaseReport& report) {
  Execution& x = machine_.prepare(revision);
  state_.clear();
  x.block = read_block(test_.at("env"), *x.evm, blob_fraction(test_, fork));
  if (test_.has("config") && test_.at("config").has("chainid"))
    x.block.chain_id = read_word(test_.at("config").at("chainid"));
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
  report.detail = skipped ? "reached " + std::string{x.missing_precompile} : wrong;
  if (!skipped && report.detail.ends_with('\n'))
    report.detail.pop_back();
}

/// Sources that such tests are filled from have what is expected in other words.
bool is_state_test(const JsonView& test) {
  return test.has("transaction") && test.has("post") && !test.has("blocks");
}

void run_state_test(const ConformanceOptions& options, Machine& machine, bool is_slow,
                    const std::string& label, const JsonView& test, FileReport& report) {
  std::optional<StateTest> runner;
  bool has_case = false;
  for (const auto& [fork, posts] : test.at("post").fields()) {
    has_case = has_case || posts.size() != 0;
    const Result<Revision> revision = parse_revision(fork);
    if (options.fork && (!revision || *options.fork != *revision))
      continue;
    if (!revision) {
      for (size_t i = 0; i < posts.size(); ++i)
        report.skip(label + " [" + fork + "]", "the fork " + fork + ": not known");
      continue;
    }
    if (is_slow) {
      report.left_out += posts.size();
      continue;
    }
    if (!runner)
      runner.emplace(machine, test, label);
    runner->run_fork(fork, *revision, report);
  }
  if (!has_case)
    report.pass_over(label, "a state test without a post state");
}

void run_file(const ConformanceOptions& options, Machine& machine, const SlowList& slow,
              const std::string& file, const JsonView& document, FileReport& report) {
  if (!document.is_object())
    return;
  for (const auto& [name, test] : document.fields()) {
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
      else
        report.pass_over(label, "no state test");
    } catch (const std::exception& error) {
      report.fail(label, error.what());
    }
  }
}

} // namespace

RunFile state_tests(const ConformanceOptions& options) {
  return [&options](Machine& machine, const SlowList& slow, const std::string& file,
                    const JsonView& document, FileReport& report) {
    run_file(options, machine, slow, file, document, report);
  };
}

} // namespace zvm::cli
