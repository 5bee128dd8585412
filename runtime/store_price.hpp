// What it costs to write to a place of an account's storage, a slot or a key of the byte column,
// beyond its access.
#pragma once

#include "gas/schedule.hpp"

namespace zvm::runtime {

/// In gas.
struct StorePrice {
  int64_t gas = 0;
  int64_t refund = 0;
};

/// EIP-1283, EIP-2200, EIP-3529, for values that can be compared, and of which some are nothing:
/// `original` before the transaction, `current` now, `value` then.
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
      return {.gas = s[Cost::SstoreSet]};
    return {.gas = s[Cost::SstoreReset], .refund = is_nothing(value) ? clear_refund : 0};
  }
  int64_t refund = 0;
  if (!is_nothing(original)) {
    if (is_nothing(current))
      refund -= clear_refund;
    if (is_nothing(value))
      refund += clear_refund;
  }
  if (original == value)
    refund += s[is_nothing(original) ? Cost::SstoreSet : Cost::SstoreReset] - dirty;
  return {.gas = dirty, .refund = refund};
}

/// EIP-8037: state gas of the same write; below 0 where what the transaction has paid for is
/// undone.
template <typename Value, typename IsNothing>
[[nodiscard]] int64_t net_state_price(const gas::Schedule& s, const Value& original,
                                      const Value& current, const Value& value,
                                      IsNothing is_nothing) {
  if (!is_nothing(original) || is_nothing(current) == is_nothing(value))
    return 0;
  const int64_t price = s.state(gas::Cost::SstoreSet);
  return is_nothing(current) ? price : -price;
}

} // namespace zvm::runtime
