// Code that many traces share is lowered a bounded number of times.
#include "frontend/coverage.hpp"

#include <gtest/gtest.h>

#include "base/alloc.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/trace.hpp"

namespace zvm::frontend {
namespace {

using namespace evm;

/// `blocks` jump destinations, each followed by the same few instructions and falling into the
/// next.
std::vector<uint8_t> falling_blocks(unsigned blocks) {
  std::vector<uint8_t> code;
  for (unsigned i = 0; i < blocks; ++i)
    code.insert(code.end(), {OP_JUMPDEST, OP_CALLER, OP_POP, OP_PC, OP_POP});
  const size_t size = code.size();
  code.resize(size + 64);
  return code;
}

uint64_t lower_all(Coverage* coverage) {
  constexpr unsigned kBlocks = 100;
  const std::vector<uint8_t> code = falling_blocks(kBlocks);
  const uint64_t size = code.size() - 64;
  std::vector<uint64_t> destinations(size / 64 + 1);
  kGuest.find_destinations({code.data(), size}, false, destinations.data());
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  const Source source{code.data(), size, destinations.data(), &schedule};
  uint64_t instructions = 0;
  ir::Function f;
  for (uint32_t block = 0; block < kBlocks; ++block) {
    EXPECT_TRUE(lower_trace(kGuest, source, block * 5, {}, f, nullptr, coverage));
    instructions += f.insts.size();
  }
  return instructions;
}

TEST(Coverage, BoundsHowOftenCodeIsLowered) {
  Coverage coverage;
  coverage.prepare(500);
  const uint64_t bounded = lower_all(&coverage), unbounded = lower_all(nullptr);
  EXPECT_EQ(coverage.distinct(), 500u);
  EXPECT_LE(coverage.lowered(), 3 * coverage.distinct());
  EXPECT_GT(unbounded, 4 * bounded);
}

TEST(Coverage, WithoutMemoryNothingIsBounded) {
  Coverage coverage;
  set_allocation_gate([](size_t) { return false; });
  coverage.prepare(500);
  set_allocation_gate(nullptr);
  for (int i = 0; i < 9; ++i)
    coverage.pass(3);
  EXPECT_FALSE(coverage.ends_at(3));
}

} // namespace
} // namespace zvm::frontend
