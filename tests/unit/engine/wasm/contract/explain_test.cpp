// Where in a module that is no contract the fault is.
#include "engine/wasm/contract/explain.hpp"

#include <gtest/gtest.h>

#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

/// Function 1, `call`, beside function 2 of the second type and that code; function 0 is imported.
struct Parts {
  Bytes type = function_type({}, {});
  Bytes code{};
  Bytes import_type = function_type({kI32, kI32}, {});
  std::string_view import_name = "finish";
  Bytes names{};

  [[nodiscard]] Bytes module() const {
    return test::wasm::module({list(1, {function_type({}, {kI32}), type, import_type}),
                               list(2, {imported("env", import_name, {0, 2})}), list(3, {{0}, {1}}),
                               list(5, {{0, 1}}),
                               list(7, {exported("memory", 2, 0), exported("call", 0, 1)}),
                               list(10, {body({0x41, 0}), body(code)}), names});
  }
};

std::string explained(const Bytes& module, const ContractRules& rules = {}) {
  const auto contract = Contract::load(module, rules, {});
  return contract ? "accepted" : explain(module, rules, contract.error());
}

const Bytes kNames = section(0, joined({text("name"), {1, 7, 1, 2}, text("half")}));
constexpr std::string_view kFloats =
    "floating point: not part of this profile; compute with integers";

TEST(WasmExplain, NamesTheFunction) {
  EXPECT_EQ(explained(Parts{}.module()), "accepted");
  // f32.const, drop
  Parts parts{.code = {0x43, 0, 0, 0, 0, 0x1a}};
  EXPECT_EQ(explained(parts.module()), std::string{kFloats} + "; this is in function 2");
  parts.names = kNames;
  EXPECT_EQ(explained(parts.module()), std::string{kFloats} + "; this is in function 2 \"half\"");
  EXPECT_EQ(explained(parts.module(), {.allows_floats = true}), "accepted");
  // What validation refuses, too.
  parts.code = {0x6a};
  EXPECT_EQ(explained(parts.module()),
            "type mismatch: i32.add takes i32, finds nothing; this is in function 2 \"half\"");
}

TEST(WasmExplain, NamesTheFunctionOfAType) {
  Parts parts{.type = function_type({kF64}, {})};
  EXPECT_EQ(explained(parts.module()),
            std::string{kFloats} + "; this is in the type of function 2");
  EXPECT_EQ(explained(parts.module(), {.allows_floats = true}), "accepted");
  parts.type = function_type({kExternRef}, {});
  const ContractRules floats{.allows_floats = true};
  EXPECT_TRUE(explained(parts.module(), floats).ends_with("; this is in the type of function 2"))
      << explained(parts.module(), floats);
}

// AssemblyScript's trace() takes f64.
TEST(WasmExplain, NamesTheImportOfAType) {
  Parts parts{.import_type = function_type({kI32, kI32, kF64}, {}), .import_name = "trace"};
  EXPECT_EQ(
      explained(parts.module()),
      "unknown import \"env\" \"trace\": the ABI zvm-wasm-1 has no such function in the module "
      "\"zvm\"; define it in the contract, or leave out what calls it");
  parts.import_name = "finish";
  EXPECT_EQ(explained(parts.module()),
            "import \"env\" \"finish\" must have the type (i32, i32) -> ()");
}

TEST(WasmExplain, SaysNoMoreThanItKnows) {
  // A type that nothing has, a fault that stands in no function, bytes that are no module, a type
  // that is not there.
  EXPECT_EQ(explained(module({list(1, {function_type({kF32}, {})})})), kFloats);
  EXPECT_EQ(explained(module({list(5, {{0, 18}})})),
            Contract::load(module({list(5, {{0, 18}})}), {}, {}).error().detail);
  EXPECT_EQ(explained({0, 'a', 's'}), "unexpected end");
  EXPECT_EQ(explained(module({list(1, {function_type({kF32}, {})}),
                              list(2, {imported("zvm", "finish", {0, 9})})})),
            kFloats);
}

} // namespace
} // namespace zvm::engine::wasm
