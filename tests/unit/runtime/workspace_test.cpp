#include "runtime/workspace.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace zvm::runtime {
namespace {

constexpr uint64_t kPage = 4096;

/// Bytes of a frame's memory that stand in pages.
uint64_t resident(const uint8_t* memory, uint64_t size) {
  const auto address = reinterpret_cast<uintptr_t>(memory);
  auto* first = reinterpret_cast<uint8_t*>(address / kPage * kPage);
  const uint64_t pages = (address % kPage + size + kPage - 1) / kPage;
  std::vector<unsigned char> there(pages);
  EXPECT_EQ(mincore(first, pages * kPage, there.data()), 0);
  return static_cast<uint64_t>(std::ranges::count_if(there, [](auto c) { return c & 1; })) * kPage;
}

/// Opens frames one in the other, each with so many bytes of memory written to.
void open_frames(Workspace& workspace, uint32_t count, uint64_t size) {
  ASSERT_EQ(workspace.prepare(uint64_t{1} << 32), Status::Success);
  for (uint32_t depth = 0; depth < count; ++depth) {
    workspace.open(depth);
    Frame& f = workspace.frame(depth);
    ASSERT_EQ(workspace.grow(f, size), Status::Success);
    ASSERT_TRUE(std::all_of(f.memory, f.memory + size, [](uint8_t b) { return b == 0; })) << depth;
    std::memset(f.memory, 0xab, size);
  }
}

TEST(Workspace, GivesZeroedMemoryAgain) {
  Workspace workspace;
  for (const uint64_t size :
       {uint64_t{32}, 5 * kPage + 64, uint64_t{7} << 20, uint64_t{40} << 20}) {
    open_frames(workspace, 4, size);
    for (uint32_t depth = 4; depth-- > 0;)
      workspace.close(depth);
  }
  open_frames(workspace, 4, uint64_t{41} << 20);
}

TEST(Workspace, KeepsLittleOfWhatManyFramesUsed) {
  Workspace workspace;
  constexpr uint32_t kDepth = 20;
  constexpr uint64_t kSize = uint64_t{4} << 20;
  open_frames(workspace, kDepth, kSize);
  const uint8_t* memory = workspace.frame(0).memory;
  EXPECT_GE(resident(memory, kDepth * kSize), kDepth * kSize);
  for (uint32_t depth = kDepth; depth-- > 0;) {
    ASSERT_TRUE(workspace.return_data(depth).try_resize(kSize));
    workspace.close(depth);
    EXPECT_EQ(workspace.return_data(depth).capacity(), 0u);
  }
  EXPECT_LE(resident(memory, kDepth * kSize), uint64_t{16} << 20);
}

} // namespace
} // namespace zvm::runtime
