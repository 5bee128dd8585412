#include "cli/conformance/vm_tests.hpp"

#include "cli/fixtures/fixture.hpp"
#include "runtime/trie/state_root.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

constexpr size_t kDifferencesShown = 12;

std::string expect(const std::string& what, const std::string& expected,
                   const std::string& actual) {
  if (expected == actual)
    return {};
  return "  " + what + ": expected " + expected + ", got " + actual + "\n";
}

/// Runs the code of `exec` in its account; no value moves, no fees are paid.
Status run_program(Transactor& transactor, Execution& x, const JsonView& exec, MemoryStore& store,
                   MessageResult& result) {
  const std::vector<uint8_t> data = read_bytes(exec.at("data"));
  x.tx.origin = read_address(exec.at("origin"));
  x.tx.gas_price = read_word(exec.at("gasPrice"));
  x.tx.blob_hashes = {};
  Message message;
  message.kind = CallKind::DelegateCall; // carries a value and does not transfer it
  const uint64_t gas = read_u64(exec.at("gas"));
  if (gas > INT64_MAX)
    exec.at("gas").refuse<NumberOverflow>("more than 63 bits");
  message.gas = static_cast<int64_t>(gas);
  message.sender = read_address(exec.at("caller"));
  message.recipient = message.code_address = read_address(exec.at("address"));
  message.value = read_word(exec.at("value"));
  message.input = data;
  return transactor.execute(store, message, result);
}

std::string check_success(Execution& x, const JsonView& test, const MessageResult& result,
                          MemoryStore& store) {
  std::string wrong;
  wrong +=
      expect("gas left", std::to_string(read_u64(test.at("gas"))), std::to_string(result.gas_left));
  wrong += expect("output", to_text(read_bytes(test.at("out"))), to_text(result.output.view()));
  const std::string logs =
      expect("logs hash", to_text(read_bytes32(test.at("logs"))), to_text(logs_hash(x.journal)));
  if (!logs.empty())
    wrong += describe_logs(x.journal) + logs;
  MemoryStore expected;
  read_state(test.at("post"), expected);
  return wrong + describe_difference(expected, store, kDifferencesShown);
}

} // namespace

bool is_vm_test(const JsonView& test) { return test.has("exec"); }

CaseReport run_vm_test(Transactor& transactor, const JsonView& test, const std::string& label) {
  Execution& x = transactor.prepare(kVmTestRevision);
  MemoryStore store;
  read_state(test.at("pre"), store);
  x.block = read_block(test.at("env"), *x.evm, 0);
  x.missing_precompile = {};
  MessageResult result;
  const Status status = run_program(transactor, x, test.at("exec"), store, result);

  // A test of a program that fails says nothing of what comes out.
  const bool succeeds = test.has("gas");
  std::string wrong;
  if (status != Status::Success) {
    wrong = "  the host failed: " + host_failure().message() + "\n";
  } else if ((result.status == Status::Success) != succeeds) {
    wrong = expect("status", succeeds ? "Success" : "a failure", std::string{name(result.status)});
  } else if (succeeds) {
    wrong = check_success(x, test, result, store);
  }
  return judge(label, std::move(wrong));
}

} // namespace zvm::cli
