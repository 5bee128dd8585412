#include "runtime/tx/intrinsic.hpp"

#include <algorithm>

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

/// What an entry of an access list counts as in data (EIP-7981).
constexpr uint64_t kAddressBytes = 20, kSlotBytes = 32;

/// A non-zero byte counts as this many tokens (EIP-7623).
constexpr int64_t kTokensPerByte = 4;

/// Sums counts times prices. All come from sizes of real memory, but prices can be overridden.
class Sum {
 public:
  void add(uint64_t count, int64_t price) {
    int64_t product = 0;
    if (__builtin_mul_overflow(static_cast<int64_t>(count), price, &product) ||
        __builtin_add_overflow(total_, product, &total_))
      total_ = INT64_MAX;
  }
  [[nodiscard]] int64_t total() const { return total_; }

 private:
  int64_t total_ = 0;
};

} // namespace

IntrinsicGas intrinsic_gas(const gas::Schedule& s, const Transaction& tx) {
  const auto zeros = static_cast<uint64_t>(std::ranges::count(tx.data, uint8_t{0}));
  const uint64_t others = tx.data.size() - zeros;
  const uint64_t addresses = tx.access_list.size();
  uint64_t slots = 0;
  for (const AccessListEntry& entry : tx.access_list)
    slots += entry.slots.size();
  Sum access_list_data;
  if (s.has(Rule::AccessListData))
    access_list_data.add(kAddressBytes * addresses + kSlotBytes * slots,
                         kTokensPerByte * s[Cost::TxFloorToken]);

  Sum touched; // EIP-2780
  if (tx.is_create) {
    touched.add(1, s[Cost::TxCreate]);
  } else if (tx.to != tx.sender) {
    touched.add(1, s[Cost::TxRecipient]);
    if (!tx.value.is_zero())
      touched.add(1, s[Cost::TxValue]);
  }

  Sum charged;
  charged.add(1, s[Cost::TxBase]);
  charged.add(1, touched.total());
  charged.add(zeros, s[Cost::TxZeroByte]);
  charged.add(others, s[Cost::TxNonZeroByte]);
  if (tx.is_create)
    charged.add((tx.data.size() + 31) / 32, s[Cost::InitcodeWord]);
  charged.add(addresses, s[Cost::TxAccessAddress]);
  charged.add(slots, s[Cost::TxAccessSlot]);
  charged.add(1, access_list_data.total());
  charged.add(tx.authorizations.size(), s[Cost::TxAuthorization]);
  if (!s.has(Rule::CalldataFloor))
    return {charged.total(), 0};

  Sum floor;
  floor.add(1, s[Cost::TxBase]);
  if (s.has(Rule::RuntimeCharges))
    floor.add(1, touched.total());
  const uint64_t of_zeros = s.has(Rule::FlatCalldataFloor) ? kTokensPerByte : 1;
  floor.add(zeros, static_cast<int64_t>(of_zeros) * s[Cost::TxFloorToken]);
  floor.add(others, kTokensPerByte * s[Cost::TxFloorToken]);
  floor.add(1, access_list_data.total());
  return {charged.total(), floor.total()};
}

bool is_over_cap(const gas::Schedule& s, const Transaction& tx, const IntrinsicGas& intrinsic) {
  const int64_t least = std::max(intrinsic.charged, intrinsic.floor);
  const uint64_t bounded = s.has(Rule::StateGas) ? static_cast<uint64_t>(least) : tx.gas_limit;
  return bounded > static_cast<uint64_t>(s[Cost::TxMaxGas]);
}

} // namespace zvm::runtime
