// Transfers of the contract suite's OpenZeppelin ERC-20 among many holders, each a message of its
// own that finds every account and slot cold and commits what it has changed: transfers/<holders>.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <stdexcept>

#include "perf/families.hpp"
#include "perf/runner.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::perf {
namespace {

using runtime::Message;

/// Slot of the mapping of balances in OpenZeppelin's ERC20.
constexpr uint64_t kBalances = 0;
constexpr uint64_t kBalance = uint64_t{1} << 60;
constexpr size_t kCalldataSize = 4 + 2 * 32;

void require(bool holds, const char* otherwise) {
  if (!holds)
    throw std::runtime_error(otherwise);
}

/// Marsaglia's xorshift64.
uint64_t next_random(uint64_t& x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^= x << 17;
}

class Transfers {
 public:
  Transfers(const Case& token, size_t holders) : holders_(holders), case_(token) {
    case_.state = copy_of(*token.state);
    for (size_t i = 0; i < holders; ++i) {
      holders_[i] = to_address(runtime::keccak256_word(U256{i}));
      require(case_.state->put_slot(case_.message.recipient,
                                    runtime::keccak256_pair(to_word(holders_[i]), U256{kBalances}),
                                    U256{kBalance}),
              "out of memory");
    }
    constexpr uint8_t kSelector[] = {0xa9, 0x05, 0x9c, 0xbb}; // transfer(address,uint256)
    std::ranges::copy(kSelector, calldata_);
    calldata_[kCalldataSize - 1] = 1;
    case_.message.input = calldata_;
    runner_.machine().block() = case_.block;
    for (int i = 0; i < 1000; ++i)
      run();
  }

  /// One transfer of one unit, between holders drawn evenly.
  void run() {
    Message& message = case_.message;
    message.sender = draw();
    std::ranges::copy(draw().bytes, calldata_ + 4 + 12);
    require(runner_.machine().execute(*case_.state, message, /*commit=*/true, result_) ==
                    Status::Success &&
                result_.status == Status::Success,
            "a transfer fails: are the balances of this token elsewhere?");
  }

 private:
  const Address& draw() { return holders_[(next_random(random_) >> 32) % holders_.size()]; }

  std::vector<Address> holders_;
  Case case_;
  Runner runner_{engine::Tier::Interp};
  runtime::MessageResult result_;
  uint8_t calldata_[kCalldataSize] = {};
  uint64_t random_ = 0x9e3779b97f4a7c15;
};

} // namespace

void register_transfers() {
  const Suite scenarios = read_scenarios();
  const auto token = std::ranges::find(scenarios.cases, "erc20_oz/transfer", &Case::name);
  if (token == scenarios.cases.end()) {
    std::fprintf(stderr, "zvm_bench: transfers are left out: %s\n",
                 scenarios.absent.empty() ? "no erc20_oz" : scenarios.absent.c_str());
    return;
  }
  for (const size_t holders : {2, 10'000, 1'000'000}) {
    const std::string name = "transfers/" + std::to_string(holders);
    benchmark::RegisterBenchmark(name.c_str(), [token = *token, holders](benchmark::State& state) {
      Transfers transfers{token, holders};
      for (auto _ : state)
        transfers.run();
      state.SetItemsProcessed(state.iterations());
    });
  }
}

} // namespace zvm::perf
