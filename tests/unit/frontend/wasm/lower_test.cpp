#include "frontend/wasm/lower.hpp"

#include <gtest/gtest.h>

#include "frontend/wasm/decode.hpp"
#include "ir/verify.hpp"
#include "tests/support/static_prices.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::frontend::wasm {
namespace {

using namespace test::wasm;

/// What verify() says of the only function of the module.
std::string verified(const Bytes& bytes) {
  const auto module = decode(bytes, kEngineProfile);
  if (!module)
    return module.error().message();
  const auto facts = validate(*module, kEngineProfile);
  if (!facts)
    return facts.error().message();
  static const Costs kCosts =
      make_costs(gas::make_wasm_schedule(gas::WasmSchedule::Wasm1, kLatestRevision));
  ir::Function function;
  Vec<ir::SourceStep> steps;
  const LowerOptions options{kEngineProfile, &kCosts, &steps};
  if (!lower(*module, facts->view(), 0, options, function))
    return "not lowered";
  auto result = ir::verify(function);
  if (result)
    result = ir::verify_loops(function);
  const test::StaticPrices prices{*module, (*facts)[0], 0, options};
  if (result)
    result = ir::verify_gas(function, prices.source(steps.view()));
  return result ? "" : result.error().message();
}

TEST(WasmLower, AnInstructionWithoutALaneHasNotThatOfTheOneBefore) {
  // i8x16.extract_lane_u 1, then i8x16.splat and i8x16.neg.
  EXPECT_EQ(
      verified(one_function({kV128}, {kV128}, {0x20, 0, 0xfd, 0x16, 1, 0xfd, 0x0f, 0xfd, 0x61})),
      "");
}

TEST(WasmLower, EveryInstructionIsChargedOnceOnEachWay) {
  constexpr uint8_t kIf = 0x04, kElse = 0x05, kEnd = 0x0b, kBlock = 0x02, kLoop = 0x03;
  const Bytes bodies[] = {
      {0x41, 1, kIf, 0x40, 0x41, 2, 0x1a, kEnd, 0x41, 0},  // no else
      {0x41, 1, kIf, 0x7f, 0x41, 2, kElse, 0x41, 3, kEnd}, // both ways
      {0x41, 1, kIf, 0x40, 0x41, 0, 0x0f, kEnd, 0x41, 0},  // one way returns
      {kBlock, 0x40, kLoop, 0x40, 0x41, 0, 0x0d, 0, kEnd, 0x0c, 0, kEnd, 0x41, 0}, // br_if back
      {kBlock, 0x7f, 0x41, 1, 0x41, 0, 0x0e, 1, 0, 1, kEnd},                       // br_table
      {0x00, kIf, 0x40, kElse, kEnd, kBlock, 0x40, kEnd},                          // dead
  };
  for (const Bytes& body : bodies)
    EXPECT_EQ(verified(one_function({}, {kI32}, body)), "");
}

} // namespace
} // namespace zvm::frontend::wasm
