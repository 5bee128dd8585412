#include "runtime/block/rewards.hpp"

#include "runtime/block/payments.hpp"

namespace zvm::runtime {
namespace {

/// An ommer loses an eighth of the reward for each block of distance.
constexpr uint64_t kOmmerParts = 8;
/// The coinbase gets this part of the reward for each ommer.
constexpr uint64_t kNephewPart = 32;

} // namespace

Status pay_rewards(Execution& execution, const Address& coinbase, const U256& reward,
                   std::span<const OmmerShare> ommers) {
  Payments payments{execution};
  const U256 for_ommers = U256{ommers.size()} * div(reward, U256{kNephewPart});
  if (const Status s = payments.add(coinbase, reward + for_ommers); s != Status::Success)
    return s;
  for (const OmmerShare& ommer : ommers) {
    const uint64_t parts = ommer.distance < kOmmerParts ? kOmmerParts - ommer.distance : 0;
    const U256 share = div(U256{parts} * reward, U256{kOmmerParts});
    if (const Status s = payments.add(ommer.coinbase, share); s != Status::Success)
      return s;
  }
  return payments.apply();
}

} // namespace zvm::runtime
