// What it costs to write to a place of an account's storage, a slot or a key of the byte column, beyond its access.
#pragma once

#include "gas/schedule.hpp"

namespace zvm::runtime {

/// In gas.
struct StorePrice {
  int64_t gas = 0;
  int64_t refund = 0;
  int64_t state_gas = 0; ///< EIP-8037; below 0: given back
};

/// EIP-1283, EIP-2200, EIP-3529, EIP-8037, for values that can be compared, and of which some are nothing: `original` before the
/// transaction, `current` now, `value` then.
template <typename Value, typename IsNothing>
[[nodiscard]] StorePrice net_price(const gas::Schedule& s, const Value& original,
                                   const Value& current, const Value& value, IsNothing is_nothing) {
  using gas::Cost;
  const int64_t dirty = s[Cost::SstoreDirty];
  const int64_t clear_refund = s[Cost::SstoreClearRefund];
  if (current == value)
    return {.gas = dirty};
  if (original == current) {
    if (is_nothing(original))
      return {.gas = s[Cost::SstoreSet], .state_gas = s.state(Cost::SstoreSet)};
    return {.gas = s[Cost::SstoreReset], .refund = is_nothing(value) ? clear_refund : 0};
  }
  StorePrice price{.gas = dirty};
  const bool was_nothing = is_nothing(original);
  if (!was_nothing) {
    if (is_nothing(current))
      price.refund -= clear_refund;
    if (is_nothing(value))
      price.refund += clear_refund;
  }
  if (original == value) {
    price.refund += s[was_nothing ? Cost::SstoreSet : Cost::SstoreReset] - dirty;
    price.state_gas = was_nothing ? -s.state(Cost::SstoreSet) : 0;
  }
  return price;
}

} // namespace zvm::runtime
