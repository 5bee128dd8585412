// An instance of a module in which libcalls are called.
#pragma once

#include <gtest/gtest.h>

#include <array>

#include "runtime/libcalls.hpp"
#include "runtime/module/memory.hpp"
#include "runtime/module/table.hpp"

namespace zvm::runtime::testing {

/// An instance with two memories, two tables and a segment of each kind.
class ModuleLibcallTest : public ::testing::Test {
 protected:
  ModuleLibcallTest() {
    EXPECT_TRUE(
        open_memory(memories_[0], {.min = 1, .max = 3}, 1 << 20, Bounds::Explicit, budget_));
    EXPECT_TRUE(
        open_memory(memories_[1], {.min = 1, .is_64 = true}, 1 << 20, Bounds::Explicit, budget_));
    EXPECT_TRUE(open_table(tables_[0], ValueType::FuncRef, {.min = 4, .max = 6}, 100, budget_));
    EXPECT_TRUE(
        open_table(tables_[1], ValueType::FuncRef, {.min = 4, .is_64 = true}, 100, budget_));
    instance_.memories = memory_list_.data();
    instance_.tables = table_list_.data();
    instance_.data = &data_;
    instance_.elements = &elements_;
    a_.instance = &instance_;
    a_.gas = 100;
  }
  ~ModuleLibcallTest() override {
    for (LinearMemory& memory : memories_)
      close_memory(memory);
    for (Table& table : tables_)
      close_table(table);
  }

  static constexpr std::array<uint8_t, 4> kBytes{1, 2, 3, 4};
  static constexpr std::array<Reference, 3> kItems{7, 8, 9};
  Budget budget_;
  std::array<LinearMemory, 2> memories_;
  std::array<Table, 2> tables_;
  std::array<LinearMemory*, 2> memory_list_{&memories_[0], &memories_[1]};
  std::array<Table*, 2> table_list_{&tables_[0], &tables_[1]};
  ByteView data_{kBytes};
  References elements_{kItems.data(), kItems.size()};
  Instance instance_;
  Activation a_;
};

} // namespace zvm::runtime::testing
