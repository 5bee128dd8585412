// What zvm t8n, t9n and statetest read: states, blocks, transactions and state tests, with options
// of any kind.
#include <algorithm>
#include <sstream>

#include "cli/conformance/suites.hpp"
#include "cli/statetest/batch.hpp"
#include "cli/t8n/examine.hpp"
#include "cli/t8n/result.hpp"
#include "cli/t8n/sources.hpp"
#include "tests/fuzz/readers/documents.hpp"
#include "tests/fuzz/readers/hasty_transactor.hpp"

namespace zvm::fuzz {
namespace {

using cli::kStandardInput;

constexpr const char* kForks[] = {"Frontier",    "Homestead", "Byzantium",   "Istanbul", "Berlin",
                                  "MuirGlacier", "London",    "GrayGlacier", "Paris",    "Shanghai",
                                  "Cancun",      "Prague",    "Osaka",       "BPO1",     "osaka"};
constexpr const char* kChains[] = {"1", "0", "0x5", "115792089237316195423570985008687907853"};
constexpr const char* kRewards[] = {"0", "-1", "2000000000000000000", "0x1"};

void print(const nlohmann::ordered_json& value) {
  (void)value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// Some of what is understood is run: signatures and roots take longer than reading does.
Reading run_transition(const Seed& seed, Choices& c) {
  const cli::TransitionSources sources{.alloc = kStandardInput,
                                       .env = kStandardInput,
                                       .transactions = kStandardInput,
                                       .blob_params = c.one_in(2) ? kStandardInput : "",
                                       .fork = c.pick(kForks),
                                       .chain_id = c.pick(kChains),
                                       .reward = c.pick(kRewards)};
  cli::Inputs inputs{seed.document};
  runtime::MemoryStore state;
  cli::TransitionInput input = cli::read_transition(inputs, sources, state);
  if (!c.one_in(8))
    return Reading::Understood;
  static HastyTransactor transactor;
  cli::TraceFiles traces{{.count = true, .folder = {}}};
  const cli::TransitionResult result = cli::run_transition(transactor, state, input, traces);
  print(cli::alloc_json(state));
  print(cli::result_json(state, input, result));
  (void)traces.counter().json();
  return Reading::Understood;
}

Reading examine_transactions(const Seed& seed, Choices& c) {
  const gas::Schedule schedule =
      gas::make_evm_schedule(cli::read_fork_name("--state.fork", c.pick(kForks)).revision);
  const U256 chain_id{1 + c.below(2)};
  cli::Inputs inputs{seed.document};
  const auto all = cli::read_transactions(inputs, kStandardInput, chain_id);
  if (c.one_in(8)) {
    for (const cli::GivenTransaction& given : all)
      print(cli::examine(schedule, chain_id, given));
  }
  return Reading::Understood;
}

Reading run_state_tests(const Seed& seed, Choices& c) {
  auto transactor = std::make_unique<HastyTransactor>();
  transactor->is_idle = !c.one_in(8);
  cli::StateTestOptions options;
  options.trace = c.one_in(2);
  options.dump = c.one_in(4);
  if (c.one_in(4))
    options.index = c.below(3);
  std::ostringstream notes;
  cli::StateTestBatch batch{std::move(options), std::move(transactor), notes};
  return batch.run_document(seed.path, seed.document).empty() ? Reading::PassedOver
                                                              : Reading::Understood;
}

const cli::Suite& state_test_suite() {
  return *std::ranges::find(cli::suites(), "statetest", &cli::Suite::name);
}

} // namespace

std::vector<Reader> tool_readers() {
  const auto row = [](std::string_view name, std::vector<Seed> seeds, ReadDocument read) {
    return Reader{name, [seeds = std::move(seeds), read = std::move(read)](Choices& c) {
                    return read_worse(seeds, read, c);
                  }};
  };
  return {row("t8n", seeds_of("t8n.json"), run_transition),
          row("t9n", seeds_of("t9n.json"), examine_transactions),
          row("statetest-tool", seeds_of(state_test_suite()), run_state_tests)};
}

} // namespace zvm::fuzz
