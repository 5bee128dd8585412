// The numbers of the VMs in the API, and the tags of their containers, which stand in stored code.
#include "base/vm_info.hpp"

#include <gtest/gtest.h>

namespace zvm {
namespace {

TEST(Vm, NumbersAndTagsStay) {
  EXPECT_EQ(static_cast<int>(Vm::Evm), 0);
  EXPECT_EQ(static_cast<int>(Vm::Zvm), 1);
  EXPECT_EQ(static_cast<int>(Vm::Wasm), 2);
  EXPECT_EQ(vm_of_tag(0), Vm::Zvm);
  EXPECT_EQ(vm_of_tag(1), Vm::Evm);
  EXPECT_EQ(vm_of_tag(2), Vm::Wasm);
  EXPECT_EQ(vm_of_tag(3), Vm::Riscv);
  EXPECT_EQ(vm_of_tag(4), std::nullopt);
}

TEST(Vm, Names) {
  EXPECT_EQ(find_vm("evm"), Vm::Evm);
  EXPECT_EQ(find_vm("EVM"), std::nullopt);
  EXPECT_EQ(name(Vm::Riscv), "riscv");
  EXPECT_FALSE(is_run(Vm::Riscv));
  EXPECT_FALSE(is_bytecode(Vm::Wasm));
}

TEST(Vm, ANumberThatIsNone) {
  const auto none = static_cast<Vm>(kVmCount);
  EXPECT_EQ(name(none), "?");
  EXPECT_FALSE(is_run(none));
  EXPECT_FALSE(is_bytecode(none));
}

} // namespace
} // namespace zvm
