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
  ZVM_RETURN_UNLESS_SUCCESS(payments.add(coinbase, reward + for_ommers));
  for (const OmmerShare& ommer : ommers) {
    const uint64_t parts = ommer.distance < kOmmerParts ? kOmmerParts - ommer.distance : 0;
    const U256 share = div(U256{parts} * reward, U256{kOmmerParts});
    ZVM_RETURN_UNLESS_SUCCESS(payments.add(ommer.coinbase, share));
  }
  return payments.apply();
}

} // namespace zvm::runtime
