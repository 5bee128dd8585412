// Blockchain tests: blocks on a genesis state, each to be taken or refused; the last state must come out.
#include "cli/conformance/exceptions.hpp"
#include "cli/conformance/fixture.hpp"
#include "cli/conformance/suites.hpp"
#include "cli/conformance/test_chain.hpp"
#include "runtime/trie/state_root.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

constexpr size_t kDifferencesShown = 12;

/// The name that the file has for why it expects a refusal; empty where the block is to be taken. Older files have a key for
/// each fork, or no header beside the bytes.
std::string expected_exception(const JsonView& block) {
  for (const auto& [key, value] : block.fields()) {
    if (key.starts_with("expectException"))
      return value.text();
  }
  return block.has("blockHeader") ? "" : "an exception";
}

std::string describe(const BlockResult& result) {
  if (result.refusal == BlockError::None)
    return "no refusal";
  std::string text{info(result.refusal).name};
  if (result.refusal == BlockError::TransactionRefused) {
    text += " (transaction " + std::to_string(result.transaction) + ", " +
            std::string{info(result.transaction_refusal).name} + ")";
  }
  return text;
}

/// One test: what goes wrong first, or nothing.
class BlockTest {
 public:
  BlockTest(Machine& machine, const JsonView& test, const ForkSchedule& forks)
      : machine_(machine), test_(test), forks_(forks) {
    read_state(test.at("pre"), pre_);
  }

  [[nodiscard]] std::string run();
  [[nodiscard]] std::string_view missing_precompile() const { return missing_precompile_; }

 private:
  [[nodiscard]] Bytes32 root_of(StateStore& store);
  [[nodiscard]] std::string run_block(TestChain& chain, const JsonView& block);
  [[nodiscard]] std::string check_end(TestChain& chain);
  [[nodiscard]] std::string describe_state(StateStore& actual);

  Machine& machine_;
  JsonView test_;
  const ForkSchedule& forks_;
  MemoryStore pre_;
  StateRoot roots_;
  std::string_view missing_precompile_;
};

Bytes32 BlockTest::root_of(StateStore& store) {
  Bytes32 root;
  if (roots_.compute(store, root) != ReadStatus::Ok)
    throw std::runtime_error("the state cannot be walked");
  return root;
}

/// How the state differs from the one that the test ends with, where it has it.
std::string BlockTest::describe_state(StateStore& actual) {
  if (!test_.has("postState") || test_.at("postState").is_null())
    return {};
  MemoryStore expected;
  read_state(test_.at("postState"), expected);
  return describe_difference(expected, actual, kDifferencesShown);
}

std::string BlockTest::run_block(TestChain& chain, const JsonView& block) {
  const std::vector<uint8_t> bytes = read_bytes(block.at("rlp"));
  const std::string exception = expected_exception(block);
  BlockResult result;
  const std::string failure = chain.add(bytes, result);
  missing_precompile_ = chain.missing_precompile();
  if (!failure.empty())
    return "  " + failure + "\n";
  if (exception.empty()) {
    if (result.refusal == BlockError::None)
      return {};
    // Most rules are broken before there is a root, or any gas.
    const bool was_run = result.state_root != Bytes32{};
    return "  refused: " + describe(result) +
           (was_run ? "; gas used " + std::to_string(result.progress.gas_used) + ", state root " +
                          to_text(result.state_root)
                    : "") +
           "\n";
  }
  if (result.refusal == BlockError::None || !is_expected(exception, result))
    return "  refusal: expected " + exception + ", got " + describe(result) + "\n";
  if (root_of(chain.state()) != chain.expected_root())
    return "  the refused block has changed the state\n";
  return {};
}

/// The head and its state.
std::string BlockTest::check_end(TestChain& chain) {
  const Bytes32 expected = read_bytes32(test_.at("lastblockhash"));
  if (chain.head() != expected)
    return "  last block: expected " + to_text(expected) + ", got " + to_text(chain.head()) + "\n";
  chain.go_to_head();
  return describe_state(chain.state());
}

std::string BlockTest::run() {
  const std::vector<uint8_t> bytes = read_bytes(test_.at("genesisRLP"));
  const Result<Block> genesis = decode_block(bytes);
  if (!genesis)
    test_.at("genesisRLP").refuse(genesis.error().message());
  if (genesis->header.state_root != root_of(pre_))
    return "  the state before has not the root of the genesis block\n";
  const bool has_chain_id = test_.has("config") && test_.at("config").has("chainid");
  const U256 chain_id = has_chain_id ? read_word(test_.at("config").at("chainid")) : U256{1};
  TestChain chain{machine_, forks_, chain_id, pre_, genesis->header};
  size_t index = 0;
  for (const JsonView block : test_.at("blocks").elements()) {
    ++index;
    if (std::string wrong = run_block(chain, block); !wrong.empty())
      return "  block " + std::to_string(index) + " of the file:\n" + wrong;
  }
  return check_end(chain);
}

/// Other forms of such tests have payloads of the engine's API in place of blocks, or are sources, which have no last block.
bool is_block_test(const JsonView& test) {
  return test.has("blocks") && (test.has("genesisRLP") || test.has("lastblockhash"));
}

CaseReport run_blocks(Machine& machine, const JsonView& test, const ForkSchedule& forks,
                      const std::string& label) {
  BlockTest one{machine, test, forks};
  std::string wrong = one.run();
  return judge(label, std::move(wrong), one.missing_precompile());
}

void run_test(const ConformanceOptions& options, Machine& machine, bool is_slow,
              const std::string& label, const JsonView& test, FileReport& report) {
  const std::string& network = test.at("network").text();
  const std::optional<ForkSchedule> forks =
      ForkSchedule::read(network, test.has("config") ? test.at("config") : test);
  if (options.fork && (!forks || *options.fork != forks->last().revision))
    return;
  if (!forks)
    report.skip(label, "the fork " + network + ": not known");
  else if (is_slow)
    ++report.left_out;
  else
    report.add(run_blocks(machine, test, *forks, label));
}

} // namespace

RunFile block_tests(const ConformanceOptions& options) {
  return each_test([&options](Machine& machine, const std::string& label, bool is_slow,
                              const JsonView& test, FileReport& report) {
    if (is_block_test(test))
      run_test(options, machine, is_slow, label, test, report);
    else
      report.pass_over(label, "no blockchain test");
  });
}

} // namespace zvm::cli
