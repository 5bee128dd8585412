#include "runtime/precompiles/precompiles.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "runtime/precompiles/gas.hpp"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {
namespace {

enum class Contract : uint8_t {
#define PRECOMPILE(name, address) name,
#include "runtime/precompiles/precompiles.def"
#undef PRECOMPILE
};

struct ContractRow {
  std::string_view name;
  uint16_t address;
  Precompile::Run run;
};
constexpr ContractRow kContracts[] = {
#define PRECOMPILE(name, address) {#name, address, run_##name},
#include "runtime/precompiles/precompiles.def"
#undef PRECOMPILE
};

struct PriceRow {
  Contract contract;
  Revision since;
  Precompile::Gas gas;
  uint64_t base;
  uint64_t unit;
  uint64_t limit;
  std::string_view source;
};
constexpr PriceRow kPrices[] = {
#define PRICE(name, since, rule, base, unit, limit, source)                                        \
  {Contract::name, Revision::since, gas_##rule, base, unit, limit, source},
#include "runtime/precompiles/precompiles.def"
#undef PRICE
};

/// Prices stand in the order of the contracts, each one's in the order of revisions; none lacks
/// one.
constexpr bool is_ordered() {
  int contract = -1;
  Revision last = Revision::Frontier;
  for (const PriceRow& price : kPrices) {
    const int next = static_cast<int>(price.contract);
    if (next == contract ? price.since <= last : next != contract + 1)
      return false;
    contract = next;
    last = price.since;
  }
  return contract + 1 == static_cast<int>(std::size(kContracts));
}
static_assert(is_ordered());

Address address_of(uint16_t number) {
  Address address;
  address.bytes[18] = static_cast<uint8_t>(number >> 8);
  address.bytes[19] = static_cast<uint8_t>(number);
  return address;
}

} // namespace

Status run(const Precompile& precompile, ByteView input, Buffer& output,
           PrecompileContext& context) {
  output.clear();
  const Status status = precompile.run(precompile, input, output, context);
  if (status != Status::Success)
    output.clear();
  return status;
}

PrecompileSet::PrecompileSet(Revision revision) {
  for (const PriceRow& price : kPrices) {
    if (price.since > revision)
      continue;
    const ContractRow& contract = kContracts[static_cast<size_t>(price.contract)];
    put(address_of(contract.address), Precompile{contract.name, price.gas, contract.run, price.base,
                                                 price.unit, price.limit, price.source});
  }
}

const Precompile* PrecompileSet::find_slowly(const Address& address) const {
  const auto at = std::ranges::lower_bound(addresses_, address);
  if (at == addresses_.end() || *at != address)
    return nullptr;
  return &precompiles_[static_cast<size_t>(at - addresses_.begin())];
}

void PrecompileSet::put(const Address& address, const Precompile& precompile) {
  const auto at = std::ranges::lower_bound(addresses_, address);
  const auto place = precompiles_.begin() + (at - addresses_.begin());
  if (at != addresses_.end() && *at == address) {
    *place = precompile;
    return;
  }
  precompiles_.insert(place, precompile);
  addresses_.insert(at, address);
  mark(address);
}

void PrecompileSet::remove(const Address& address) {
  const auto at = std::ranges::lower_bound(addresses_, address);
  if (at == addresses_.end() || *at != address)
    return;
  precompiles_.erase(precompiles_.begin() + (at - addresses_.begin()));
  addresses_.erase(at);
  std::ranges::fill(last_bytes_, 0);
  for (const Address& left : addresses_)
    mark(left);
}

const PrecompileSet& ethereum_precompiles(Revision revision) {
  static const auto sets = [] {
    std::array<PrecompileSet, kRevisions> all;
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = PrecompileSet{static_cast<Revision>(i)};
    return all;
  }();
  return sets[std::min<size_t>(static_cast<size_t>(revision), kRevisions - 1)];
}

} // namespace zvm::runtime
