#include "runtime/tx/blob_fee.hpp"

#include <algorithm>

namespace zvm::runtime {
namespace {

constexpr uint64_t kMinBaseFee = 1;
/// e^138 is over 2^199; up to here no term of the series leaves 256 bits.
constexpr uint64_t kLargestExponent = 138;

} // namespace

U256 blob_base_fee(uint64_t excess, uint64_t fraction) {
  constexpr U256 kSaturated = U256{1} << 200;
  if (fraction == 0 || excess / fraction > kLargestExponent)
    return kSaturated;
  // e^(excess / fraction) by its series, in the integers that EIP-4844 prescribes.
  U256 sum;
  U256 term = U256{kMinBaseFee} * U256{fraction};
  for (uint64_t i = 1; !term.is_zero(); ++i) {
    sum += term;
    term = div(term * U256{excess}, U256{fraction} * U256{i});
  }
  return div(sum, U256{fraction});
}

uint64_t blob_gas(const gas::Schedule& schedule, const Transaction& tx) {
  return tx.blob_hashes.size() * static_cast<uint64_t>(schedule[gas::Cost::BlobGas]);
}

uint64_t max_blob_gas(const gas::Schedule& schedule) {
  const int64_t blobs = std::max<int64_t>(schedule[gas::Cost::BlobMax], 0);
  return static_cast<uint64_t>(blobs) * static_cast<uint64_t>(schedule[gas::Cost::BlobGas]);
}

} // namespace zvm::runtime
