// A frame of the EVM with memory of its own, in which libcalls are called.
#pragma once

#include <gtest/gtest.h>

#include "runtime/execution.hpp"
#include "runtime/frame.hpp"
#include "runtime/libcalls.hpp"

namespace zvm::runtime::testing {

class LibcallTest : public ::testing::Test {
 protected:
  static constexpr int64_t kGas = 1'000'000;
  static constexpr uint64_t kMemoryLimit = uint64_t{1} << 24; ///< bytes

  LibcallTest() {
    frame_.execution = &x_;
    frame_.schedule = &schedule_;
    frame_.gas = kGas;
  }

  [[nodiscard]] int64_t used() const { return kGas - frame_.gas; }
  /// Memory of at least so many bytes, for which nothing is paid.
  void have_memory(uint64_t size) {
    ASSERT_EQ(x_.workspace.grow(frame_, (size + 31) / 32 * 32), Status::Success);
  }

  gas::Schedule schedule_ = gas::make_evm_schedule(kLatestRevision);
  Execution x_;
  Frame& frame_ = open();

 private:
  Frame& open() {
    EXPECT_EQ(x_.workspace.prepare(kMemoryLimit), Status::Success);
    return x_.workspace.open(0);
  }
};

} // namespace zvm::runtime::testing
