// What is right does not hang on which registers values are in, when they go to memory, where code is
// left and entered, whether frames are dropped, and whether code leaves the cache while it runs.
#include <gtest/gtest.h>

#include "tests/fuzz/oracles/differential.hpp"
#include "tests/fuzz/oracles/wasm_differential.hpp"
#include "tests/support/calling_code.hpp"

namespace zvm::backend::asmjit {
namespace {

constexpr Address kCode{{1, 2, 3}};

/// More by ZVM_SEEDS=<number>.
unsigned seeds() {
  const char* more = std::getenv("ZVM_SEEDS");
  return more != nullptr ? static_cast<unsigned>(std::atoi(more)) : 1000;
}

/// Which kinds there are is the seed's choice (perturb.hpp); one in eight has code evicted as it runs.
constexpr uint64_t perturbation(unsigned seed) { return 0x9e3779b97f4a7c15 * (seed + 1); }

TEST(Perturbed, Programs) {
  fuzz::Differential differential;
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    test::Choices c{seed};
    fuzz::Scenario s;
    s.perturbation = perturbation(seed);
    s.vms = {.evm = true, .zvm = false};
    s.revision = Revision::Osaka;
    s.contracts.push_back(
        {.address = kCode, .balance = {}, .code = test::CallingCode{c}.run(), .storage = {}});
    s.gas = 20'000 + c.below(200'000);
    ASSERT_TRUE(differential.agrees(s)) << seed << "\n" << differential.report(s);
  }
}

TEST(Perturbed, Functions) {
  fuzz::WasmDifferential differential;
  for (uint32_t seed = 0; seed < seeds() / 5; ++seed) {
    const uint8_t bytes[] = {static_cast<uint8_t>(seed * 3), static_cast<uint8_t>(seed >> 8),
                             static_cast<uint8_t>(seed), static_cast<uint8_t>(seed * 11)};
    fuzz::WasmInput input = fuzz::make_wasm_input(bytes);
    input.perturbation = perturbation(seed);
    ASSERT_TRUE(differential.agrees(input, fuzz::WasmDifferential::Schedule::All))
        << seed << "\n"
        << differential.report(input);
  }
}

} // namespace
} // namespace zvm::backend::asmjit
