#include <cstring>

#include "tests/unit/runtime/libcalls/module_fixture.hpp"

namespace zvm::runtime {
namespace {

using ModuleCalls = testing::ModuleLibcallTest;

TEST_F(ModuleCalls, GrowOrSayThatTheyCannot) {
  uint64_t before = 0;
  EXPECT_EQ(libcall::linear_grow(a_, 1, 0, before), Status::Success);
  EXPECT_EQ(before, 1u);
  EXPECT_EQ(libcall::linear_grow(a_, 2, 0, before), Status::Success);
  EXPECT_EQ(before, UINT32_MAX);
  EXPECT_EQ(libcall::linear_grow(a_, UINT64_MAX, 1, before), Status::Success);
  EXPECT_EQ(before, UINT64_MAX);
  EXPECT_EQ(libcall::table_grow(a_, 5, 2, 0, before), Status::Success);
  EXPECT_EQ(before, 4u);
  EXPECT_EQ(tables_[0].items[5], 5u);
  EXPECT_EQ(libcall::table_grow(a_, 5, 1, 0, before), Status::Success);
  EXPECT_EQ(before, UINT32_MAX);
  EXPECT_EQ(libcall::table_grow(a_, 5, 1000, 1, before), Status::Success);
  EXPECT_EQ(before, UINT64_MAX);
}

/// The counter may have gone below zero since it was last compared; what is beyond does not happen.
TEST_F(ModuleCalls, DoNotGrowWithoutGas) {
  a_.gas = -1;
  uint64_t before = 77;
  EXPECT_EQ(libcall::linear_grow(a_, 1, 0, before), Status::OutOfGas);
  EXPECT_EQ(libcall::table_grow(a_, 5, 1, 0, before), Status::OutOfGas);
  EXPECT_EQ(before, 77u);
  EXPECT_EQ(memories_[0].size, kPage);
  EXPECT_EQ(tables_[0].size, 4u);
}

TEST_F(ModuleCalls, WriteNothingWhereNotAllIsInside) {
  constexpr uint64_t kFar[] = {kPage - 1, kPage + 1, UINT32_MAX, UINT64_MAX};
  for (const uint64_t far : kFar) {
    EXPECT_EQ(libcall::linear_fill(a_, far, 5, 2, 0), Status::MemoryViolation);
    EXPECT_EQ(libcall::linear_copy(a_, far, 0, 2, 0, 1), Status::MemoryViolation);
    EXPECT_EQ(libcall::linear_copy(a_, 0, far, 2, 0, 1), Status::MemoryViolation);
    EXPECT_EQ(libcall::linear_init(a_, far, 0, 2, 0, 0), Status::MemoryViolation);
    EXPECT_EQ(libcall::linear_fill(a_, 2, 5, far, 0), Status::MemoryViolation);
  }
  EXPECT_EQ(libcall::linear_init(a_, 0, 3, 2, 0, 0), Status::MemoryViolation);
  EXPECT_EQ(libcall::linear_init(a_, 0, UINT64_MAX, 2, 0, 0), Status::MemoryViolation);
  EXPECT_EQ(memories_[0].base[kPage - 1], 0);
  EXPECT_EQ(memories_[0].base[0], 0);
  for (const uint64_t far : {uint64_t{3}, uint64_t{5}, uint64_t{UINT64_MAX}}) {
    EXPECT_EQ(libcall::table_fill(a_, far, 5, 2, 0), Status::TableViolation);
    EXPECT_EQ(libcall::table_copy(a_, far, 0, 2, 0, 1), Status::TableViolation);
    EXPECT_EQ(libcall::table_copy(a_, 0, far, 2, 0, 1), Status::TableViolation);
    EXPECT_EQ(libcall::table_init(a_, far, 0, 2, 0, 0), Status::TableViolation);
    EXPECT_EQ(libcall::table_init(a_, 0, far, 2, 0, 0), Status::TableViolation);
  }
  EXPECT_EQ(tables_[0].items[3], 0u);
  // Of nothing the end is inside.
  EXPECT_EQ(libcall::linear_fill(a_, kPage, 5, 0, 0), Status::Success);
  EXPECT_EQ(libcall::linear_init(a_, kPage, 4, 0, 0, 0), Status::Success);
  EXPECT_EQ(libcall::table_copy(a_, 4, 4, 0, 0, 1), Status::Success);
}

TEST_F(ModuleCalls, FillCopyAndDrop) {
  EXPECT_EQ(libcall::linear_init(a_, 8, 0, 4, 0, 0), Status::Success);
  EXPECT_EQ(libcall::linear_copy(a_, 9, 8, 4, 0, 0), Status::Success); // overlaps
  EXPECT_EQ(libcall::linear_copy(a_, 0, 8, 5, 1, 0), Status::Success);
  const uint8_t copied[] = {1, 1, 2, 3, 4};
  EXPECT_EQ(std::memcmp(memories_[1].base, copied, 5), 0);
  EXPECT_EQ(libcall::linear_fill(a_, 1, 0x105, 2, 1), Status::Success); // the low byte
  EXPECT_EQ(memories_[1].base[2], 5);
  EXPECT_EQ(memories_[1].touched[0], 1);
  libcall::data_drop(a_, 0);
  EXPECT_EQ(libcall::linear_init(a_, 0, 0, 1, 0, 0), Status::MemoryViolation);

  EXPECT_EQ(libcall::table_init(a_, 0, 0, 3, 0, 0), Status::Success);
  EXPECT_EQ(libcall::table_copy(a_, 1, 0, 3, 0, 0), Status::Success);
  EXPECT_EQ(tables_[0].items[3], 9u);
  EXPECT_EQ(libcall::table_fill(a_, 1, 6, 2, 1), Status::Success);
  EXPECT_EQ(tables_[1].items[2], 6u);
  libcall::element_drop(a_, 0);
  EXPECT_EQ(libcall::table_init(a_, 0, 0, 1, 0, 0), Status::TableViolation);
}

/// Place, function, type, in this order.
TEST_F(ModuleCalls, FindTheFunctionOfAnIndirectCall) {
  static constexpr ValueType kTypes[] = {ValueType::I32};
  const Signature taken{kTypes, 1, 0, 1, 0}, same = taken, other{};
  Function function;
  function.signature = &taken;
  tables_[0].items[1] = reference_to(&function);
  const Signature* const types[] = {&taken, &same, &other};
  instance_.types = types;
  enum : uint64_t { kTaken, kSame, kOther };
  const auto find = [&](uint64_t index, uint64_t type) {
    uint64_t callee = 0;
    const Status s = libcall::indirect_callee(a_, index, type, 0, callee);
    EXPECT_EQ(callee != 0, s == Status::Success);
    return s;
  };
  EXPECT_EQ(find(4, kOther), Status::UndefinedElement);
  EXPECT_EQ(find(UINT64_MAX, kTaken), Status::UndefinedElement);
  EXPECT_EQ(find(0, kOther), Status::NullElement);
  EXPECT_EQ(find(1, kOther), Status::SignatureMismatch);
  EXPECT_EQ(find(1, kTaken), Status::Success);
  EXPECT_EQ(find(1, kSame), Status::Success);
}

} // namespace
} // namespace zvm::runtime
