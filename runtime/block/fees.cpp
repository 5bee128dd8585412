#include "runtime/block/fees.hpp"

#include <algorithm>

#include "runtime/tx/blob_fee.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;

constexpr uint64_t kInitialBaseFee = 1'000'000'000; ///< wei
constexpr uint64_t kElasticity = 2;                 ///< the gas limit over the target
constexpr uint64_t kMostChange = 8;                 ///< the fee changes by at most this part of it

} // namespace

U256 next_base_fee(const BlockHeader& parent) {
  if (!parent.base_fee)
    return U256{kInitialBaseFee};
  const U256 fee = *parent.base_fee;
  const uint64_t target = parent.gas_limit / kElasticity;
  if (parent.gas_used == target)
    return fee;
  const bool rises = parent.gas_used > target;
  const uint64_t distance = rises ? parent.gas_used - target : target - parent.gas_used;
  const U256 change = div(div(fee * U256{distance}, U256{target}), U256{kMostChange});
  return rises ? fee + std::max(change, U256{1}) : fee - change;
}

ParentBlobGas blob_gas_of(const BlockHeader& parent) {
  if (!parent.excess_blob_gas)
    return {};
  return {*parent.excess_blob_gas, parent.blob_gas_used.value_or(0),
          parent.base_fee.value_or(U256{})};
}

uint64_t next_excess_blob_gas(const ParentBlobGas& parent, const gas::Schedule& schedule) {
  using Wide = unsigned __int128;
  const auto blob = static_cast<uint64_t>(schedule[Cost::BlobGas]);
  const auto target = static_cast<uint64_t>(schedule[Cost::BlobTarget]);
  const auto most = static_cast<uint64_t>(schedule[Cost::BlobMax]);
  const Wide sum = Wide{parent.excess} + parent.used;
  if (sum < Wide{target} * blob)
    return 0;
  Wide excess = sum - Wide{target} * blob;
  if (schedule.has(gas::Rule::BlobReservePrice) && most != 0) {
    const auto fraction = static_cast<uint64_t>(schedule[Cost::BlobFraction]);
    const U256 reserve = U256{static_cast<uint64_t>(schedule[Cost::BlobReserve])} * parent.base_fee;
    if (reserve > U256{blob} * blob_base_fee(parent.excess, fraction))
      excess = parent.excess + Wide{parent.used} * (most - target) / most;
  }
  return static_cast<uint64_t>(std::min<Wide>(excess, UINT64_MAX));
}

} // namespace zvm::runtime
