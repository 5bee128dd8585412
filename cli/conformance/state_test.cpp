#include "cli/conformance/state_test.hpp"

#include "cli/conformance/fixture.hpp"
#include "cli/conformance/fixture_transaction.hpp"
#include "cli/tracing.hpp"
#include "runtime/tx/decode.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

constexpr size_t kDifferencesShown = 24;

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

} // namespace

bool is_state_test(const JsonView& test) {
  return test.has("post") && (test.has("transaction") || test.has("pre")) && !test.has("blocks");
}

StateTest::StateTest(Machine& machine, const JsonView& test)
    : machine_(machine), test_(test), state_(&pre_),
      pays_reward_(!test.has("_info") || !test.at("_info").has("fixture-format")) {
  read_state(test.at("pre"), pre_);
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
  return status == Status::Success ? "" : "  the host failed: " + host_failure().message() + "\n";
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
                             const StateOutcome& outcome) {
  const TransactionResult& result = outcome.result;
  std::string wrong;
  const bool refused = result.refusal != TxError::None;
  if (refused != post.has("expectException")) {
    wrong += "  refusal: expected " + (refused ? "none" : post.at("expectException").text()) +
             ", got " + std::string{info(result.refusal).name} + "\n";
  }
  const Bytes32 expected_root = read_bytes32(post.at("hash"));
  if (outcome.root != expected_root) {
    wrong += describe_state(post);
    wrong += "  state root: expected " + to_text(expected_root) + ", got " + to_text(outcome.root) +
             "\n";
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

void StateTest::run(const std::string& fork, Revision revision, const JsonView& post,
                    Tracer* tracer, StateOutcome& outcome) {
  Execution& x = machine_.prepare(revision);
  state_.clear();
  x.block = read_block(test_.at("env"), *x.evm, blob_fraction(test_, fork));
  if (test_.has("config") && test_.at("config").has("chainid"))
    x.block.chain_id = read_word(test_.at("config").at("chainid"));
  x.missing_precompile = {};

  outcome = {};
  {
    const Tracing tracing{x, tracer};
    outcome.wrong = run_transaction(x, post, outcome.result);
  }
  if (outcome.wrong.empty() && pays_reward_)
    outcome.wrong = touch_coinbase(x);
  if (roots_.compute(state_, outcome.root) != ReadStatus::Ok)
    outcome.wrong += "  the state cannot be walked\n";
  if (outcome.wrong.empty())
    outcome.wrong = check(x, post, outcome);
  outcome.missing = x.missing_precompile;
}

} // namespace zvm::cli
