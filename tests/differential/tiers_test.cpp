// Pseudo-random programs on all tiers: the fuzz targets' comparison without a fuzzer, in every
// build. More of them with ZVM_RANDOM_PROGRAMS in the environment.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/fuzz/oracles/differential.hpp"
#include "tests/fuzz/oracles/reduce.hpp"
#include "tests/fuzz/oracles/wasm_differential.hpp"

namespace zvm::fuzz {
namespace {

uint32_t program_count() {
  const char* text = std::getenv("ZVM_RANDOM_PROGRAMS");
  return text == nullptr ? 4000 : static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
}

void compare(Vm main) {
  Differential differential;
  for (uint32_t i = 0; i < program_count(); ++i) {
    const uint8_t input[] = {static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i),
                             static_cast<uint8_t>(i >> 16), static_cast<uint8_t>(i * 7)};
    const Scenario scenario = make_scenario(input, main);
    if (!differential.agrees(scenario)) {
      const Scenario smaller = reduce(scenario, differential);
      FAIL() << "program " << i << "\n"
             << differential.report(smaller) << differential.first_difference(smaller);
    }
  }
}

TEST(Differential, RandomEvmPrograms) { compare(Vm::Evm); }
TEST(Differential, RandomZvmPrograms) { compare(Vm::Zvm); }

/// A program in every way to pay is some ten times the work of one above.
TEST(Differential, RandomWasmPrograms) {
  WasmDifferential differential;
  for (uint32_t i = 0; i < program_count() / 10; ++i) {
    const uint8_t bytes[] = {static_cast<uint8_t>(i * 5), static_cast<uint8_t>(i >> 8),
                             static_cast<uint8_t>(i), static_cast<uint8_t>(i * 7)};
    const WasmInput input = make_wasm_input(bytes);
    ASSERT_TRUE(differential.agrees(input, WasmDifferential::Schedule::All))
        << "program " << i << "\n"
        << differential.report(input);
  }
}

} // namespace
} // namespace zvm::fuzz
