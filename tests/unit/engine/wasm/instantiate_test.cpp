#include <gtest/gtest.h>

#include "engine/wasm/store.hpp"
#include "tests/support/fault_gate.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

Status do_nothing(runtime::Activation&, void*, uint64_t*) { return Status::Success; }

class WasmInstantiate : public testing::Test {
 protected:
  Result<Instantiated> instantiate(const Bytes& bytes) {
    auto module = Module::load(bytes);
    EXPECT_TRUE(module) << module.error().message();
    if (!module)
      return std::unexpected{module.error()};
    modules_.push_back(*std::move(module));
    return store_.instantiate(*modules_.back(), linker_);
  }
  /// What is said of the module; nothing where it can be had.
  std::string refusal(const Bytes& bytes) {
    const auto made = instantiate(bytes);
    return made ? "" : made.error().detail;
  }
  Instance& instance(const Bytes& bytes) {
    const auto made = instantiate(bytes);
    if (!made)
      throw std::runtime_error(made.error().message());
    EXPECT_EQ(made->status, Status::Success);
    return *made->instance;
  }

  std::vector<std::unique_ptr<Module>> modules_; // outlive the store
  Linker linker_;
  Store store_{{.memory_bytes = 100 * runtime::kPage, .table_items = 1000}};
};

Bytes importing(const Bytes& type) {
  return test::wasm::module(
      {list(1, {function_type({kI32}, {kF64})}), list(2, {imported("env", "x", type)})});
}

TEST_F(WasmInstantiate, UnknownImportsAreNamed) {
  EXPECT_EQ(refusal(importing({0, 0})),
            "unknown import: there is no \"env\" \"x\"; wanted is a func (i32) -> (f64)");
  linker_.define("env", "y", store_.add_global(Value::i32(1), false));
  EXPECT_TRUE(refusal(importing({3, kI32, 0})).starts_with("unknown import")) << "another name";
}

struct Given {
  const char* name;
  Extern (*make)(Store&);
  Bytes wanted;
  const char* refusal; ///< behind the import's name; empty: it is linked
};
void PrintTo(const Given& one, std::ostream* out) { *out << one.name; }

constexpr ValueType kI32Type[] = {ValueType::I32}, kF64Type[] = {ValueType::F64};

Extern function(Store& store) { return store.add_function(kI32Type, kF64Type, do_nothing); }
Extern no_result(Store& store) { return store.add_function(kI32Type, {}, do_nothing); }
Extern global(Store& store) { return store.add_global(Value::i32(1), false); }
Extern variable(Store& store) { return store.add_global(Value::i64(1), true); }
Extern memory(Store& store) { return store.add_memory({.min = 2, .max = 5}); }
Extern open_ended(Store& store) { return store.add_memory({.min = 2}); }
Extern memory_64(Store& store) { return store.add_memory({.min = 2, .max = 5, .is_64 = true}); }
Extern table(Store& store) { return store.add_table(ValueType::FuncRef, {.min = 4, .max = 8}); }

const Given kGiven[] = {
    {"Function", function, {0, 0}, ""},
    {"FunctionOfOtherType",
     no_result,
     {0, 0},
     "is a func (i32) -> (); wanted is a func (i32) -> (f64)"},
    {"GlobalForFunction", global, {0, 0}, "is a global i32; wanted is a func (i32) -> (f64)"},
    {"Global", global, {3, kI32, 0}, ""},
    {"GlobalOfOtherType", global, {3, kI64, 0}, "is a global i32; wanted is a global i64"},
    {"GlobalNotMutable", global, {3, kI32, 1}, "is a global i32; wanted is a global mut i32"},
    {"GlobalMutable", variable, {3, kI64, 0}, "is a global mut i64; wanted is a global i64"},
    {"Memory", memory, {2, 1, 2, 5}, ""},
    {"MemoryOfWiderLimits", memory, {2, 1, 1, 6}, ""},
    {"MemoryWithoutLimit", memory, {2, 0, 1}, ""},
    {"MemoryTooSmall", memory, {2, 1, 3, 5}, "is a memory 2..5; wanted is a memory 3..5"},
    {"MemoryMayGrowTooLarge", memory, {2, 1, 2, 4}, "is a memory 2..5; wanted is a memory 2..4"},
    {"MemoryOpenEnded", open_ended, {2, 1, 2, 4}, "is a memory 2..; wanted is a memory 2..4"},
    {"MemoryOf64Bits", memory_64, {2, 1, 2, 5}, "is a memory i64 2..5; wanted is a memory 2..5"},
    {"MemoryWantedOf64Bits", memory, {2, 5, 2, 5}, "is a memory 2..5; wanted is a memory i64 2..5"},
    {"Table", table, {1, kFuncRef, 1, 4, 8}, ""},
    {"TableTooSmall",
     table,
     {1, kFuncRef, 0, 5},
     "is a table 4..8 funcref; wanted is a table 5.. funcref"},
    {"TableOfOtherItems",
     table,
     {1, kExternRef, 0, 4},
     "is a table 4..8 funcref; wanted is a table 4.. externref"},
    {"TableForMemory", table, {2, 0, 1}, "is a table 4..8 funcref; wanted is a memory 1.."},
};

class WasmLink : public WasmInstantiate, public testing::WithParamInterface<Given> {};

TEST_P(WasmLink, MatchesTypes) {
  const Given& given = GetParam();
  linker_.define("env", "x", given.make(store_));
  const std::string said = refusal(importing(given.wanted));
  const std::string wanted =
      *given.refusal == 0 ? ""
                          : std::string{"incompatible import type: \"env\" \"x\" "} + given.refusal;
  EXPECT_EQ(said, wanted);
}

INSTANTIATE_TEST_SUITE_P(Imports, WasmLink, testing::ValuesIn(kGiven),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST_F(WasmInstantiate, ImportsOfInstancesAreTheSameThings) {
  const Instance& owner = instance(test::wasm::module(
      {list(4, {{kFuncRef, 0, 3}}), list(5, {{0, 1}}), list(6, {{kI32, 1, 0x41, 7, 0x0b}}),
       list(7, {exported("t", 1, 0), exported("m", 2, 0), exported("g", 3, 0)})}));
  linker_.define("owner", owner);
  const Instance& user = instance(test::wasm::module(
      {list(2, {imported("owner", "g", {3, kI32, 1}), imported("owner", "m", {2, 0, 1}),
                imported("owner", "t", {1, kFuncRef, 0, 3})}),
       list(7, {exported("again", 3, 0), exported("memory", 2, 0)}),
       list(11, {joined({{0, 0x41, 5, 0x0b}, text("hi")})})}));
  EXPECT_EQ(user.find("again")->global, owner.find("g")->global);
  ASSERT_TRUE(set(*user.find("again")->global, Value::i32(8)));
  EXPECT_EQ(get(*owner.find("g")->global), Value::i32(8));
  const auto memory = bytes_of(*owner.find("m")->memory);
  EXPECT_EQ(memory[5], 'h');
  EXPECT_EQ(memory[6], 'i');
  EXPECT_EQ(user.find("g"), std::nullopt) << "it exports nothing of that name";
  EXPECT_EQ(user.find_function("again"), nullptr) << "a global is no function";
}

TEST_F(WasmInstantiate, ConstantsOfGlobals) {
  linker_.define("env", "base", store_.add_global(Value::i32(100), false));
  // Each reads those in front of it: 100 + 5, 105 * -3, then an i64, a vector, references.
  const Instance& made = instance(test::wasm::module(
      {list(1, {function_type({}, {})}), list(2, {imported("env", "base", {3, kI32, 0})}),
       list(3, {{0}}),
       list(6, {{kI32, 0, 0x23, 0, 0x41, 5, 0x6a, 0x0b},
                {kI32, 0, 0x23, 1, 0x41, 0x7d, 0x6c, 0x0b},
                {kI64, 0, 0x42, 9, 0x42, 11, 0x7d, 0x0b},
                {kV128, 0, 0xfd, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0x0b},
                {kFuncRef, 0, 0xd2, 0, 0x0b},
                {kExternRef, 0, 0xd0, kExternRef, 0x0b},
                {kF32, 0, 0x43, 0, 0, 0x80, 0xbf, 0x0b}}),
       list(7,
            {exported("a", 3, 1), exported("b", 3, 2), exported("c", 3, 3), exported("d", 3, 4),
             exported("e", 3, 5), exported("f", 3, 6), exported("h", 3, 7), exported("fn", 0, 0)}),
       list(10, {body({})})}));
  const auto value = [&](const char* name) { return get(*made.find(name)->global); };
  EXPECT_EQ(value("a"), Value::i32(105));
  EXPECT_EQ(value("b"), Value::i32(static_cast<uint32_t>(-315)));
  EXPECT_EQ(value("c"), Value::i64(static_cast<uint64_t>(-2)));
  EXPECT_EQ(value("d"), Value::v128(0x0807060504030201, 0x100f0e0d0c0b0a09));
  EXPECT_EQ(value("e"), Value::function(made.find_function("fn")));
  EXPECT_EQ(value("f"), Value::external(0));
  EXPECT_EQ(value("h"), Value::f32(-1.0F));
  EXPECT_FALSE(set(*made.find("a")->global, Value::i32(1))) << "it is immutable";
}

TEST_F(WasmInstantiate, SegmentsInFrontOfATrapStayWritten) {
  runtime::LinearMemory* memory = store_.add_memory({.min = 1});
  runtime::Table* table = store_.add_table(ValueType::FuncRef, {.min = 4});
  linker_.define("env", "m", memory);
  linker_.define("env", "t", table);
  const Bytes imports =
      list(2, {imported("env", "m", {2, 0, 1}), imported("env", "t", {1, kFuncRef, 0, 4})});
  const Bytes type = list(1, {function_type({}, {})});
  const Bytes data = list(11, {joined({{0, 0x41, 0, 0x0b}, text("one")}),
                               joined({{0, 0x41, 0xff, 0xff, 3, 0x0b}, text("xy")}), // at 65535
                               joined({{0, 0x41, 8, 0x0b}, text("three")})});
  const auto trapped = instantiate(
      test::wasm::module({type, imports, list(3, {{0}}), list(9, {{0, 0x41, 2, 0x0b, 1, 0}}),
                          list(10, {body({})}), data}));
  ASSERT_TRUE(trapped) << trapped.error().message();
  EXPECT_EQ(trapped->status, Status::MemoryViolation);
  EXPECT_EQ(memory->base[0], 'o');
  EXPECT_EQ(memory->base[65535], 0) << "a segment is written whole or not";
  EXPECT_EQ(memory->base[8], 0);
  EXPECT_EQ(table->items[2], runtime::reference_to(trapped->instance->function(0)));

  const auto off = instantiate(test::wasm::module(
      {type, imports, list(3, {{0}}),
       list(9, {{0, 0x41, 0, 0x0b, 1, 0}, {0, 0x41, 3, 0x0b, 2, 0, 0}}), list(10, {body({})}),
       list(11, {joined({{0, 0x41, 8, 0x0b}, text("never")})})}));
  ASSERT_TRUE(off) << off.error().message();
  EXPECT_EQ(off->status, Status::TableViolation);
  EXPECT_NE(table->items[0], 0u);
  EXPECT_EQ(table->items[3], 0u);
  EXPECT_EQ(memory->base[8], 0) << "elements go first";
}

TEST_F(WasmInstantiate, SegmentsMayEndWhereTheirTargetDoes) {
  const auto at_end = [&](uint8_t destination, const char* data) {
    return instantiate(
               test::wasm::module({list(5, {{0, 0}}),
                                   list(11, {joined({{0, 0x41, destination, 0x0b}, text(data)})})}))
        ->status;
  };
  EXPECT_EQ(at_end(0, ""), Status::Success);
  EXPECT_EQ(at_end(1, ""), Status::MemoryViolation);
  EXPECT_EQ(at_end(0x7f, ""), Status::MemoryViolation) << "-1 is 2^32-1";
  EXPECT_EQ(at_end(0, "x"), Status::MemoryViolation);
}

TEST_F(WasmInstantiate, MoreThanTheLimitsIsRefused) {
  EXPECT_EQ(refusal(test::wasm::module({list(5, {{0, 100}})})), "");
  EXPECT_EQ(refusal(test::wasm::module({list(5, {{0, 101}})})), "a memory of 101 pages");
  EXPECT_EQ(refusal(test::wasm::module({list(4, {{kFuncRef, 0, 0xe9, 7}})})),
            "a table of 1001 items");
  EXPECT_EQ(store_.add_memory({.min = 101}), nullptr);
  EXPECT_EQ(store_.add_table(ValueType::FuncRef, {.min = 1001}), nullptr);
}

TEST_F(WasmInstantiate, SucceedsOrFailsForWantOfMemory) {
  const Bytes bytes = test::wasm::module(
      {list(4, {{kFuncRef, 0, 10}}), list(5, {{0, 100}}), list(6, {{kI32, 0, 0x41, 5, 0x0b}})});
  for (uint64_t first = 0;; ++first) {
    const auto module = Module::load(bytes);
    ASSERT_TRUE(module);
    Store store;
    const test::AllocationFault fault{first, 1000};
    const auto made = store.instantiate(**module, linker_);
    if (made)
      break;
    EXPECT_EQ(made.error().code, ErrorCode::OutOfMemory) << first;
    ASSERT_LT(first, 1000u);
  }
}

} // namespace
} // namespace zvm::engine::wasm
