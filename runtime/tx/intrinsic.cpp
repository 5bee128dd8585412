#include "runtime/tx/intrinsic.hpp"

#include <algorithm>

namespace zvm::runtime {
namespace {

using gas::Cost;

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

  Sum charged;
  charged.add(1, s[Cost::TxBase]);
  charged.add(zeros, s[Cost::TxZeroByte]);
  charged.add(others, s[Cost::TxNonZeroByte]);
  if (tx.is_create) {
    charged.add(1, s[Cost::TxCreate]);
    charged.add((tx.data.size() + 31) / 32, s[Cost::InitcodeWord]);
  }
  for (const AccessListEntry& entry : tx.access_list) {
    charged.add(1, s[Cost::TxAccessAddress]);
    charged.add(entry.slots.size(), s[Cost::TxAccessSlot]);
  }
  charged.add(tx.authorizations.size(), s[Cost::TxAuthorization]);
  if (!s.has(gas::Rule::CalldataFloor))
    return {charged.total(), 0};

  Sum floor;
  floor.add(1, s[Cost::TxBase]);
  floor.add(zeros, s[Cost::TxFloorToken]);
  floor.add(others, kTokensPerByte * s[Cost::TxFloorToken]);
  return {charged.total(), floor.total()};
}

} // namespace zvm::runtime
