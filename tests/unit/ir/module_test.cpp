// Modules: their text, and functions held against them.
#include <gtest/gtest.h>

#include "ir/module_text.hpp"
#include "ir/verify.hpp"

namespace zvm::ir {
namespace {

Module read(const std::string& text) {
  auto m = parse_module(text);
  EXPECT_TRUE(m) << m.error().message() << '\n' << text;
  return m ? std::move(*m) : Module{};
}

constexpr const char* kDeclarations = "module unit 1000\n"
                                      "type (i32, i64) -> f32\n"
                                      "type ()\n"
                                      "type (i64) -> i32, i64\n"
                                      "import 0\n"
                                      "define 1\n"
                                      "memory i32\n"
                                      "memory i64\n"
                                      "table i32\n"
                                      "table i64\n"
                                      "global i64\n"
                                      "global f32 mutable\n"
                                      "data 1\n"
                                      "element 1\n";

std::string with_body(const std::string& body) {
  return std::string{kDeclarations} + "\nfunction final\nblock0: pc 0 poll\n" + body;
}

TEST(IrModule, PrintsAsItIsRead) {
  EXPECT_EQ(print(read(kDeclarations)), kDeclarations);
  const std::string text = with_body("  v0: f32 = call[0] 0x1:i32, 0x2:i64\n  return\n");
  const Module m = read(text);
  EXPECT_EQ(print(m), text);
  EXPECT_TRUE(verify(m)) << verify(m).error().message();
  EXPECT_EQ(m.own_functions(), 1u);
  EXPECT_EQ(m.type_of(0).parameters.count, 2u);
}

TEST(IrModule, WrongTextIsRefusedWithItsLine) {
  const auto refused = [](const std::string& text, uint64_t line, std::string_view part) {
    const auto m = parse_module(text);
    ASSERT_FALSE(m) << text;
    EXPECT_EQ(m.error().offset, line) << m.error().message();
    EXPECT_NE(m.error().detail.find(part), std::string::npos) << m.error().message();
  };
  refused("", 0, "there is no module");
  refused("function\n", 1, "'module' expected");
  refused("module\ntype i32\n", 2, "'(' expected");
  refused("module\ntype (i32\n", 2, "')' expected");
  refused("module\ntype ()\ndefine 0\nimport 0\n", 4, "imports come before");
  refused("module\nmemory\n", 2, "a type expected");
  refused("module\nlocal i32\n", 2, "a declaration or a function expected");
  refused("module\ntype ()\ndefine 0\n\nfunction final\nblock0: pc 0\n  frobnicate\n", 7,
          "no such operation");
  refused("module\nfunction final\nblock0: pc 0\n  return\n", 4, "defines 0 functions, here are 1");
}

TEST(IrModule, InstructionsAreHeldAgainstIt) {
  constexpr const char* kRight[] = {
      "v0: i32, v1: i64 = call.indirect[2 1] 0x1:i64, 0x2:i64\nreturn",
      "v0 = load.i32[u4 memory 1] 0x0:i64\nreturn",
      "v0 = linear.size.i64[1]\nv1 = table.size.i32[0]\nreturn",
      "linear.copy[0 1] 0x0:i32, 0x0:i64, 0x0:i32\nreturn",
      "linear.init[1 0] 0x0:i64, 0x0, 0x0\ndata.drop[0]\nelement.drop[0]\nreturn",
      "v0 = global.get.i64[0]\nglobal.set.f32[1] 0x0:f32\nreturn",
      "tail.call[1]",
      "v0 = function.ref[1]\nreturn",
  };
  for (const char* body : kRight) {
    const auto verified = verify(read(with_body(body)));
    EXPECT_TRUE(verified) << verified.error().message() << '\n' << body;
  }
  constexpr struct {
    const char* body;
    const char* part;
  } kWrong[] = {
      {"v0: f32 = call[2] 0x1:i32, 0x2:i64\nreturn", "names function 2"},
      {"v0: f32 = call[0] 0x1:i32\nreturn", "passes 1 values to a function of 2 parameters"},
      {"v0: f32 = call[0] 0x1:i64, 0x2:i64\nreturn", "operand 1 of type i64, its module says i32"},
      {"v0: f64 = call[0] 0x1:i32, 0x2:i64\nreturn", "other results"},
      {"call[0] 0x1:i32, 0x2:i64\nreturn", "other results"},
      {"call.indirect[3 0] 0x1:i32\nreturn", "names function type 3"},
      {"call.indirect[1 2] 0x1:i32\nreturn", "names table 2"},
      {"call.indirect[1 1] 0x1:i32\nreturn", "operand 1 of type i32, its module says i64"},
      {"tail.call[0] 0x1:i32, 0x2:i64", "another function's results"},
      {"v0 = load.i32[u4 memory 2] 0x0:i64\nreturn", "names memory 2"},
      {"v0 = load.i32[u4] 0x0:i64\nreturn", "its module says i32"},
      {"linear.fill[1] 0x0:i64, 0x0, 0x0:i32\nreturn", "operand 3 of type i32"},
      {"linear.copy[0 1] 0x0:i32, 0x0:i64, 0x0:i64\nreturn", "operand 3 of type i64"},
      {"linear.init[0 1] 0x0:i32, 0x0, 0x0\nreturn", "names data segment 1"},
      {"data.drop[1]\nreturn", "names data segment 1"},
      {"v0 = linear.size.i32[1]\nreturn", "is not of the type its module says, i64"},
      {"v0 = global.get.i32[0]\nreturn", "is not of the type its module says, i64"},
      {"v0 = global.get.i32[2]\nreturn", "names global 2"},
      {"global.set.i64[0] 0x0\nreturn", "sets a global that is constant"},
      {"v0 = table.get[1] 0x0:i32\nreturn", "its module says i64"},
      {"table.init[0 1] 0x0:i32, 0x0, 0x0\nreturn", "names element segment 1"},
      {"element.drop[1]\nreturn", "names element segment 1"},
      {"v0 = function.ref[2]\nreturn", "names function 2"},
  };
  for (const auto& w : kWrong) {
    const auto verified = verify(read(with_body(w.body)));
    ASSERT_FALSE(verified) << w.body;
    EXPECT_NE(verified.error().detail.find(w.part), std::string::npos)
        << verified.error().message();
    EXPECT_TRUE(verified.error().detail.starts_with("function 1: ")) << verified.error().message();
  }
}

TEST(IrModule, FunctionsAreAsTheModuleSays) {
  const auto refused = [](const std::string& text, std::string_view part) {
    const auto verified = verify(read(text));
    ASSERT_FALSE(verified) << text;
    EXPECT_NE(verified.error().detail.find(part), std::string::npos) << verified.error().message();
  };
  const std::string one = "module\ntype (i32) -> i64\ndefine 0\n";
  EXPECT_TRUE(
      verify(read(one + "function final -> i64\nblock0(v0: i32): pc 0\n  return 0x1:i64\n")));
  refused(one + "function final -> i64\nblock0: pc 0\n  return 0x1:i64\n", "other parameters");
  refused(one + "function final\nblock0(v0: i32): pc 0\n  return\n", "other results");
  refused("module\ntype ()\ndefine 0\nfunction final\nblock0: pc 0\n  call[0]\n  return\n",
          "calls function 0, which does not poll");
  refused("module\ndefine 0\n", "whose type does not exist");
  refused("module\nmemory f32\n", "other indices than i32 and i64");
  refused("module unit 0\n", "in no unit");
}

} // namespace
} // namespace zvm::ir
