// Blockchain tests: blocks on a genesis state, each to be taken or refused; the last state must
// come out.
#include "cli/conformance/exceptions.hpp"
#include "cli/conformance/payload.hpp"
#include "cli/conformance/suites.hpp"
#include "cli/conformance/test_chain.hpp"
#include "cli/fixtures/fixture.hpp"
#include "runtime/trie/state_root.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

constexpr size_t kDifferencesShown = 12;

/// The name that the file has for why it expects a refusal; empty where the block is to be taken.
/// Older files have a key for each fork, or no header beside the bytes.
std::string expected_exception(const JsonView& block) {
  for (const auto& [key, value] : block.fields()) {
    if (key.starts_with("expectException"))
      return value.text();
  }
  return block.has("blockHeader") ? "" : "an exception";
}

/// The same of a payload, which may be one that the API does not even take.
std::string expected_error(const JsonView& payload) {
  if (payload.has("validationError") && !payload.at("validationError").is_null())
    return payload.at("validationError").text();
  return payload.has("errorCode") && !payload.at("errorCode").is_null() ? "an error" : "";
}

constexpr std::string_view kPayloads = "engineNewPayloads";

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
  BlockTest(Transactor& transactor, const JsonView& test, const ForkSchedule& forks)
      : transactor_(transactor), test_(test), forks_(forks) {
    read_state(test.at("pre"), pre_);
  }

  [[nodiscard]] std::string run();
  [[nodiscard]] std::string_view missing_precompile() const { return missing_precompile_; }

 private:
  [[nodiscard]] Bytes32 root_of(StateStore& store);
  [[nodiscard]] BlockHeader read_genesis() const;
  [[nodiscard]] std::string run_block(TestChain& chain, const JsonView& block);
  [[nodiscard]] std::string run_payload(TestChain& chain, const JsonView& payload);
  [[nodiscard]] std::string check_block(TestChain& chain, const std::string& exception,
                                        const std::string& failure, const BlockResult& result);
  [[nodiscard]] std::string check_end(TestChain& chain);
  [[nodiscard]] std::string describe_state(StateStore& actual);

  Transactor& transactor_;
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
  BlockResult result;
  const std::string failure = chain.add(read_bytes(block.at("rlp")), result);
  return check_block(chain, expected_exception(block), failure, result);
}

std::string BlockTest::run_payload(TestChain& chain, const JsonView& payload) {
  BlockResult result;
  const Payload read = read_payload(payload.at("params"));
  std::string failure;
  if (read.is_consistent)
    failure = chain.add(read.bytes, result);
  else
    result.refusal = BlockError::Malformed;
  return check_block(chain, expected_error(payload), failure, result);
}

/// `exception` is the name of what should have come, `failure` why the host failed.
std::string BlockTest::check_block(TestChain& chain, const std::string& exception,
                                   const std::string& failure, const BlockResult& result) {
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

BlockHeader BlockTest::read_genesis() const {
  if (test_.has(kPayloads))
    return read_header(test_.at("genesisBlockHeader"));
  const std::vector<uint8_t> bytes = read_bytes(test_.at("genesisRLP"));
  Result<Block> genesis = decode_block(bytes);
  if (!genesis)
    test_.at("genesisRLP").refuse(genesis.error().message());
  return std::move(genesis->header);
}

std::string BlockTest::run() {
  const BlockHeader genesis = read_genesis();
  if (genesis.state_root != root_of(pre_))
    return "  the state before has not the root of the genesis block\n";
  const bool has_chain_id = test_.has("config") && test_.at("config").has("chainid");
  const U256 chain_id = has_chain_id ? read_word(test_.at("config").at("chainid")) : U256{1};
  TestChain chain{transactor_, forks_, chain_id, pre_, genesis};
  size_t index = 0;
  const bool has_payloads = test_.has(kPayloads);
  for (const JsonView block : test_.at(has_payloads ? kPayloads : "blocks").elements()) {
    ++index;
    std::string wrong = has_payloads ? run_payload(chain, block) : run_block(chain, block);
    if (!wrong.empty())
      return "  block " + std::to_string(index) + " of the file:\n" + wrong;
  }
  return check_end(chain);
}

/// With blocks, or with payloads of the engine's API in their place. Sources have no last block,
/// and tests that share the state before have its hash.
bool is_block_test(const JsonView& test) {
  const bool has_blocks =
      test.has("blocks") && (test.has("genesisRLP") || test.has("lastblockhash"));
  return has_blocks || (test.has(kPayloads) && !test.has("preHash"));
}

CaseReport run_blocks(Transactor& transactor, const JsonView& test, const ForkSchedule& forks,
                      const std::string& label) {
  BlockTest one{transactor, test, forks};
  std::string wrong = one.run();
  return judge(label, std::move(wrong), one.missing_precompile());
}

void run_test(const ConformanceOptions& options, Transactor& transactor, bool is_slow,
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
    report.add(run_blocks(transactor, test, *forks, label));
}

} // namespace

RunFile block_tests(const ConformanceOptions& options) {
  return each_test([&options](Transactor& transactor, const std::string& label, bool is_slow,
                              const JsonView& test, FileReport& report) {
    if (is_block_test(test))
      run_test(options, transactor, is_slow, label, test, report);
    else
      report.pass_over(label, "no blockchain test");
  });
}

} // namespace zvm::cli
