#include <algorithm>

#include "engine/wasm/module.hpp"

#include <gtest/gtest.h>

#include "tests/support/fault_gate.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

Bytes with_exports(size_t count) {
  Bytes exports = unsigned_leb(count);
  for (size_t i = 0; i < count; ++i) {
    const Bytes one = exported("f" + std::to_string(i * 7919 % count), 0, 0);
    exports.insert(exports.end(), one.begin(), one.end());
  }
  return test::wasm::module({list(1, {function_type({}, {})}), list(3, {{0}}), section(7, exports),
                             list(10, {body({})})});
}

TEST(WasmModule, FindsExportsByName) {
  const auto module = Module::load(with_exports(3000));
  ASSERT_TRUE(module) << module.error().message();
  for (const std::string name : {"f0", "f1", "f2999", "f1234"}) {
    const auto* found = (*module)->find_export(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->name, name);
  }
  for (const std::string name : {"", "f", "f3000", "g", "f01"})
    EXPECT_EQ((*module)->find_export(name), nullptr) << name;
}

TEST(WasmModule, EqualTypesAreOneSignature) {
  const auto loaded = Module::load(test::wasm::module({list(
      1, {function_type({kI32, kV128}, {kI64}), function_type({kI32}, {kV128, kI64}),
          function_type({kI32, kV128}, {kI64}), function_type({}, {}), function_type({}, {})})}));
  ASSERT_TRUE(loaded) << loaded.error().message();
  const Module& module = **loaded;
  EXPECT_EQ(&module.signature(0), &module.signature(2));
  EXPECT_EQ(&module.signature(3), &module.signature(4));
  EXPECT_NE(&module.signature(0), &module.signature(1));
  EXPECT_EQ(module.signature(0).parameter_slots, 3u);
  EXPECT_EQ(module.signature(0).result_slots, 1u);
  EXPECT_EQ(module.signature(1).result_slots, 3u);
  EXPECT_EQ(module.signature(3).parameter_slots, 0u);
}

TEST(WasmModule, RefusesWhatDecoderAndValidatorRefuse) {
  const auto cut = Module::load(Bytes{0, 'a', 's', 'm'});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::MalformedModule);
  const auto invalid = Module::load(one_function({}, {kI32}, {}));
  ASSERT_FALSE(invalid);
  EXPECT_EQ(invalid.error().code, ErrorCode::InvalidModule);
  EXPECT_NE(invalid.error().offset, 0u);
  const auto floats =
      Module::load(one_function({kF32}, {}, {}), {.profile = frontend::wasm::kContractProfile});
  ASSERT_FALSE(floats);
  EXPECT_EQ(floats.error().code, ErrorCode::Unsupported);
}

TEST(WasmModule, KeepsACopyOfTheBytes) {
  Bytes bytes = with_exports(2);
  const auto module = Module::load(bytes);
  ASSERT_TRUE(module);
  std::ranges::fill(bytes, uint8_t{0xff});
  EXPECT_NE((*module)->find_export("f1"), nullptr);
}

TEST(WasmModule, LoadsOrFailsForWantOfMemory) {
  const Bytes bytes = one_function({}, {}, {});
  for (uint64_t first = 0;; ++first) {
    const test::AllocationFault fault{first, 1000};
    const auto module = Module::load(bytes);
    if (module)
      break;
    EXPECT_EQ(module.error().code, ErrorCode::OutOfMemory) << first;
    ASSERT_LT(first, 1000u);
  }
}

} // namespace
} // namespace zvm::engine::wasm
