#include "frontend/wasm/disassemble.hpp"

#include <gtest/gtest.h>

#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/opcodes.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::frontend::wasm {
namespace {

using namespace test::wasm;

std::string listing(const Bytes& bytes) {
  const auto decoded = decode(bytes, kEngineProfile);
  EXPECT_TRUE(decoded);
  return decoded ? disassemble(*decoded, kEngineProfile) : "";
}

TEST(WasmDisassemble, AModule) {
  const Bytes names = joined({{4, 'n', 'a', 'm', 'e'},
                              {1, 10, 2, 0, 3, 'l', 'o', 'g', 1, 2, 'f', '('},
                              {2, 6, 1, 1, 1, 0, 1, 'n'}});
  const Bytes bytes = module({
      list(1, {function_type({kI32}, {kI32}), function_type({}, {})}),
      list(2, {{1, 'm', 1, '"', 0, 1}}),
      list(3, {{0}}),
      list(4, {{kFuncRef, 0, 2}}),
      list(5, {{5, 1, 2}}),
      list(6, {{kF64, 1, 0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0xbf, 0x0b}}),
      list(7, {{1, 'r', 0, 1}}),
      list(9, {{0, 0x41, 0, 0x0b, 2, 0, 1}}),
      list(10, {body({1, 20, kI64}, {0x20, 0, 0x04, 0x40, 0x10, 0, 0x05, 0x42, 0x7f, 0x29, 1, 16,
                                     0x1a, 0x0b, 0x20, 0})}),
      list(11, {{0, 0x42, 0, 0x0b, 3, 'h', 'i', 0}}),
      section(0, names),
  });
  EXPECT_EQ(listing(bytes), R"((module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func))
  (import "m" "\22" (func $log (;0;) (type 1)))
  (func $"f(" (;1;) (type 0) (param i32) (result i32)
    (local (;20 times;) i64)
    local.get $n
    if
      call $log
    else
      i64.const -1
      i64.load offset=16 align=2
      drop
    end
    local.get $n
  )
  (table (;0;) 2 funcref)
  (memory (;0;) i64 1 2)
  (global (;0;) (mut f64) (f64.const -0x1.8p+0))
  (export "r" (func $"f("))
  (elem (;0;) (table 0) (offset (i32.const 0)) func $log $"f(")
  (data (;0;) (memory 0) (offset (i64.const 0)) "hi\00")
  ;; custom section "name", 20 bytes
)
)");
}

/// The lines of the code of one function without a type.
std::string code_of(const Bytes& code) {
  const std::string text = listing(one_function({}, {}, code));
  const size_t begin = text.find("    "), end = text.find("\n  )");
  return text.substr(begin, end - begin);
}

TEST(WasmDisassemble, Immediates) {
  EXPECT_EQ(code_of({0x43, 0, 0, 0xc0, 0x7f}), "    f32.const nan");
  EXPECT_EQ(code_of({0x43, 1, 0, 0x80, 0xff}), "    f32.const -nan:0x1");
  EXPECT_EQ(code_of({0x43, 0, 0, 0x80, 0xff}), "    f32.const -inf");
  EXPECT_EQ(code_of({0x0e, 2, 0, 1, 2}), "    br_table 0 1 2");
  EXPECT_EQ(code_of({0x11, 1, 2}), "    call_indirect 2 (type 1)");
  EXPECT_EQ(code_of({0xfc, 0x08, 3, 0}), "    memory.init 3");
  EXPECT_EQ(code_of({0xfc, 0x0a, 0, 1}), "    memory.copy 0 1");
  EXPECT_EQ(code_of({0xfc, 0x0c, 3, 1}), "    table.init 1 3");
  EXPECT_EQ(code_of({0xd0, 0x6f}), "    ref.null extern");
  EXPECT_EQ(code_of({0x28, 0x42, 1, 4}), "    i32.load 1 offset=4");
  EXPECT_EQ(code_of({0xfd, 0x54, 0, 0, 9}), "    v128.load8_lane 9");
  EXPECT_EQ(code_of(joined({{0xfd, 0x0c, 1, 2, 3, 4}, Bytes(12, 0)})),
            "    v128.const i32x4 0x04030201 0x00000000 0x00000000 0x00000000");
}

// Whatever the code of a function, a listing comes out; here one that breaks off.
TEST(WasmDisassemble, SaysWhereCodeDoesNotDecode) {
  EXPECT_EQ(code_of({0x01, 0xff}),
            "    nop\n    ;; decode: MalformedModule at 48: illegal opcode ff");
}

// Names that are long, empty or not unique are not referred to.
TEST(WasmDisassemble, UsesNamesThatAreTheirOwn) {
  const Bytes names = {4, 'n', 'a', 'm', 'e', 1, 10, 3, 0, 1, 'a', 1, 1, 'a', 2, 1, 'b'};
  const Bytes three = module({list(1, {function_type({}, {})}), list(3, {{0}, {0}, {0}}),
                              list(7, {{1, 'x', 0, 1}, {1, 'y', 0, 2}}),
                              list(10, {body({}), body({}), body({})}), section(0, names)});
  const std::string text = listing(three);
  EXPECT_NE(text.find("(export \"x\" (func 1))"), std::string::npos) << text;
  EXPECT_NE(text.find("(export \"y\" (func $b))"), std::string::npos) << text;
}

} // namespace
} // namespace zvm::frontend::wasm
