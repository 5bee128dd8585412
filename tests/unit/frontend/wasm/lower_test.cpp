#include "frontend/wasm/lower.hpp"

#include <gtest/gtest.h>

#include "frontend/wasm/decode.hpp"
#include "ir/verify.hpp"
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
  ir::Function function;
  if (!lower(*module, facts->view(), 0, {kEngineProfile}, function))
    return "not lowered";
  auto result = ir::verify(function);
  if (result)
    result = ir::verify_loops(function);
  return result ? "" : result.error().message();
}

TEST(WasmLower, AnInstructionWithoutALaneHasNotThatOfTheOneBefore) {
  // i8x16.extract_lane_u 1, then i8x16.splat and i8x16.neg.
  EXPECT_EQ(
      verified(one_function({kV128}, {kV128}, {0x20, 0, 0xfd, 0x16, 1, 0xfd, 0x0f, 0xfd, 0x61})),
      "");
}

} // namespace
} // namespace zvm::frontend::wasm
