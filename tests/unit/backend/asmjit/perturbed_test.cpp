// What is right does not hang on which registers values are in, and when they go to memory.
#include <gtest/gtest.h>

#include "backend/asmjit/values.hpp"
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

class Perturbed : public testing::Test {
 protected:
  ~Perturbed() override { perturb_allocation(0); }
};

TEST_F(Perturbed, Programs) {
  fuzz::Differential differential;
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    perturb_allocation(0x9e3779b97f4a7c15 * (seed + 1));
    test::Choices c{seed};
    fuzz::Scenario s;
    s.vms = {.evm = true, .zvm = false};
    s.revision = Revision::Osaka;
    s.contracts.push_back(
        {.address = kCode, .balance = {}, .code = test::CallingCode{c}.run(), .storage = {}});
    s.gas = 20'000 + c.below(200'000);
    ASSERT_TRUE(differential.agrees(s)) << seed << "\n" << differential.report(s);
  }
}

TEST_F(Perturbed, Functions) {
  fuzz::WasmDifferential differential;
  for (uint32_t seed = 0; seed < seeds() / 5; ++seed) {
    perturb_allocation(0x9e3779b97f4a7c15 * (seed + 1));
    const uint8_t bytes[] = {static_cast<uint8_t>(seed * 3), static_cast<uint8_t>(seed >> 8),
                             static_cast<uint8_t>(seed), static_cast<uint8_t>(seed * 11)};
    const fuzz::WasmInput input = fuzz::make_wasm_input(bytes);
    ASSERT_TRUE(differential.agrees(input, fuzz::WasmDifferential::Schedule::All))
        << seed << "\n"
        << differential.report(input);
  }
}

} // namespace
} // namespace zvm::backend::asmjit
