#include "runtime/block/difficulty.hpp"

#include <algorithm>

namespace zvm::runtime {
namespace {

using gas::Rule;

constexpr uint64_t kMinimum = 131072;
constexpr uint64_t kAdjustmentParts = 2048;
constexpr int64_t kMostStepsDown = 99;
/// Blocks that come this many seconds after their parent, or more, are easier (Frontier).
constexpr uint64_t kFrontierSeconds = 13;
constexpr uint64_t kHomesteadSeconds = 10; ///< of a step (EIP-2)
constexpr uint64_t kByzantiumSeconds = 9;  ///< of a step (EIP-100)
constexpr uint64_t kBombPeriod = 100'000;  ///< blocks
constexpr uint64_t kBombFreePeriods = 2;

/// Parts of the parent's difficulty by which that of the block is more, or less.
int64_t steps(const DifficultyInput& in, const gas::Schedule& schedule) {
  const uint64_t seconds =
      in.timestamp > in.parent_timestamp ? in.timestamp - in.parent_timestamp : 0;
  if (!schedule.has(Rule::GradualDifficulty))
    return seconds < kFrontierSeconds ? 1 : -1;
  const bool counts_ommers = schedule.has(Rule::OmmerDifficulty);
  const uint64_t step = counts_ommers ? kByzantiumSeconds : kHomesteadSeconds;
  const int64_t most = counts_ommers && in.parent_has_ommers ? 2 : 1;
  const uint64_t down = std::min<uint64_t>(seconds / step, uint64_t{kMostStepsDown} + 2);
  return std::max(most - static_cast<int64_t>(down), -kMostStepsDown);
}

/// The part that doubles every hundred thousand blocks.
U256 bomb(uint64_t number, const gas::Schedule& schedule) {
  const auto delay = static_cast<uint64_t>(std::max<int64_t>(schedule[gas::Cost::BombDelay], 0));
  const uint64_t periods = number > delay ? (number - delay) / kBombPeriod : 0;
  if (periods < kBombFreePeriods)
    return {};
  return U256{1} << static_cast<unsigned>(std::min<uint64_t>(periods - kBombFreePeriods, 256));
}

} // namespace

U256 block_difficulty(const DifficultyInput& in, const gas::Schedule& schedule) {
  const U256 part = div(in.parent_difficulty, U256{kAdjustmentParts});
  const int64_t count = steps(in, schedule);
  U256 difficulty = in.parent_difficulty;
  if (count >= 0) {
    difficulty += part * U256{static_cast<uint64_t>(count)};
  } else {
    difficulty -= part * U256{static_cast<uint64_t>(-count)};
  }
  return std::max(difficulty + bomb(in.number, schedule), U256{kMinimum});
}

} // namespace zvm::runtime
