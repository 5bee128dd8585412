// The largest frames that a call of so much depth can have: calls go as deep as they are charged for,
// whatever the code does, and never beyond the guest's stack.
#include <gtest/gtest.h>

#include "engine/wasm/store.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

struct Kind {
  uint8_t type;
  Bytes zero;
};
const Kind kKinds[] = {{kI32, {0x41, 0}},
                       {kI64, {0x42, 0}},
                       {kF32, {0x43, 0, 0, 0, 0}},
                       {kF64, {0x44, 0, 0, 0, 0, 0, 0, 0, 0}},
                       {kV128, joined({{0xfd, 12}, Bytes(16, 0)})}};

void add(Bytes& to, const Bytes& code, unsigned times = 1) {
  for (unsigned i = 0; i < times; ++i)
    to.insert(to.end(), code.begin(), code.end());
}

/// Of each type a block passes that many values, and as many are what a local was; then it calls
/// itself.
Bytes deep_module(unsigned values) {
  Bytes types = joined({{6}, function_type({}, {})}), code, locals{5};
  for (uint8_t i = 0; i < 5; ++i) {
    const auto& [type, zero] = kKinds[i];
    add(types, function_type({}, Bytes(values, type)));
    add(locals, {1, type});
    add(code, {0x02, static_cast<uint8_t>(i + 1)});
    add(code, zero, values);
    add(code, {0x41, 0, 0x0d, 0, 0x0b});
    add(code, {0x1a}, values);
    add(code, {0x20, i}, values);
    add(code, zero);
    add(code, {0x21, i});
    add(code, {0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b}); // what lives on has slots of its own
    add(code, {0x21, i}, values);
  }
  add(code, {0x10, 0});
  return test::wasm::module({section(1, types), list(3, {{0}}), list(7, {exported("run", 0, 0)}),
                             list(10, {body(locals, code)})});
}

class DeepCalls : public testing::TestWithParam<Tier> {};

TEST_P(DeepCalls, StayOnTheStack) {
  for (const unsigned values : {0, 1, 2, 5, 30, 300}) {
    const auto module = Module::load(ByteView{deep_module(values)}, {.tier = GetParam()});
    ASSERT_TRUE(module) << values << module.error().message();
    Store store;
    const auto made = store.instantiate(**module, Linker{});
    ASSERT_TRUE(made);
    const CallResult done = store.call(*made->instance->find_function("run"), {}, {});
    EXPECT_EQ(done.status, Status::StackExhausted) << values;
  }
}

INSTANTIATE_TEST_SUITE_P(InAllTiers, DeepCalls,
                         testing::Values(Tier::Step, Tier::Interp, Tier::Asmjit, Tier::Auto),
                         [](const auto& info) { return std::string{name(info.param)}; });

} // namespace
} // namespace zvm::engine::wasm
