// Loops over memory: an access, the step to the next place, and the way back.
#include "backend/interp/function/fuse_carried.hpp"
#include "backend/interp/function/fuse_lists.hpp"

namespace zvm::backend::interp::word {
namespace {

constexpr Straight kByNumber = binary<uint32_t, Add, Slot, Number, true>,
                   kBySlot = binary<uint32_t, Add, Slot, Slot, true>,
                   kAddress = binary<uint32_t, Add, Slot, Number, false>;

template <Compare... kCompares>
using WaysBack = List<End<branch<uint32_t, kCompares, Acc, Number, true>>...,
                      End<branch<uint32_t, kCompares, Acc, Slot, true>>...>;
using Back = WaysBack<Compare::Ne, Compare::LtU, Compare::LtS>;
using Jumps = List<End<jump>, End<jump_polled>>;

/// A store, where it may be an address is computed for it, and the step.
template <Straight... kStores>
constexpr auto kStored = joined(
    all_of(List<Row<kStores, kByNumber>..., Row<kStores, kBySlot>...>{}, Join<Back, Jumps>{}),
    all_of(List<Row<kStores>...>{}, Jumps{}));
template <Straight... kStores>
constexpr auto kStoredAtSum =
    joined(all_of(List<Row<kAddress, kStores>...>{}, List<Row<kByNumber>, Row<kBySlot>>{}),
           all_of(List<Row<kAddress, kStores, kByNumber>..., Row<kAddress, kStores, kBySlot>...>{},
                  Back{}));

/// Copied, and on to the next.
template <Bounds kBounds, typename From, typename To>
constexpr auto kCopied = [] {
  constexpr Straight kTo = store<kBounds, To, Slot, Acc>,
                     kFrom = load<kBounds, From, From, Slot, false>,
                     kFromSum = load<kBounds, From, From, Acc, false>;
  return all_of(List<Row<kFrom, kTo>, Row<kFromSum, kTo>, Row<kByNumber, kFromSum, kTo>,
                     Row<kFrom, kTo, kByNumber>, Row<kFromSum, kTo, kByNumber>>{},
                Jumps{});
}();

/// The next item, and what is done with it.
template <Bounds kBounds, typename T>
constexpr auto kScans = joined(
    all_of(List<Row<kByNumber>>{}, Loads<kBounds, T, T, Slot>{}),
    all_of(List<Row<kByNumber, load<kBounds, T, T, Slot, false>>>{},
           Join<List<End<jump_table<Acc>>>, Branches<Acc, Number, false>>{}),
    all_of(
        List<Row<kByNumber, load<kBounds, T, T, Acc, false>>,
             Row<kByNumber, load<kBounds, T, T, Acc, true>>>{},
        Join<Branches<Acc, Number, true>, Branches<Acc, Number, false>, Branches<Acc, Slot, true>,
             Branches<Acc, Slot, false>, List<End<jump_table<Acc>>>>{}));

template <size_t... kSizes>
consteval auto joined_ways(const std::array<CarriedWay, kSizes>&... parts) {
  std::array<CarriedWay, (kSizes + ...)> all{};
  auto* at = all.begin();
  ((at = std::ranges::copy(parts, at).out), ...);
  return all;
}

/// A loop around a switch: each way back goes through the switch by a jump of its own, which is
/// foreseen by itself.
template <Body kHead, Straight... kBehind>
inline constexpr Handler kThrough = handler<row_to<jump_polled_to<kHead>, kBehind...>>;
template <Body kHead, Straight... kBehind>
constexpr Fusion kSwitch{handler<row_to<jump_polled, kBehind...>>, handler<kHead>,
                         kThrough<kHead, kBehind...>};

/// The variable that the switch is made by, where this row sets it by its instruction `place`: from
/// there on it is in the accumulator, and the head, which would wait for its slot, is
/// `kCarriedHead`.
template <Straight kSet>
constexpr Straight kCarries = kSet == Straight{move} ? move_carried : kSet;
template <Body kHead, Body kCarriedHead, unsigned kReaders, Straight... kBehind>
consteval auto carried_rows() {
  constexpr Straight kAll[] = {kBehind...};
  std::array<CarriedWay, sizeof...(kBehind)> ways{};
  const auto at = [&]<size_t kPlace, size_t... kIndex>(std::index_sequence<kIndex...>) {
    ways[kPlace] = {
        kThrough<kHead, kBehind...>, kPlace, kReaders,
        handler<
            row_to<jump_polled_to<kCarriedHead>, (kIndex < kPlace    ? kAll[kIndex]
                                                  : kIndex == kPlace ? kCarries<kAll[kIndex]>
                                                                     : kept<kAll[kIndex]>)...>>};
  };
  const auto indices = std::make_index_sequence<sizeof...(kBehind)>{};
  [&]<size_t... kPlace>(std::index_sequence<kPlace...>) {
    (at.template operator()<kPlace>(indices), ...);
  }(indices);
  return ways;
}

template <Straight... kSteps>
struct Steps {};
template <typename... Rows>
struct WaysOf {
  template <Body... kHeads>
  static consteval auto fusions() {
    const auto of = []<Straight... k>(Steps<k...>) { return std::array{kSwitch<kHeads, k...>...}; };
    return joined(of(Rows{})...);
  }
  template <Body kHead, Body kCarriedHead, unsigned kReaders>
  static consteval auto carried() {
    const auto of = []<Straight... k>(Steps<k...>) {
      return carried_rows<kHead, kCarriedHead, kReaders, k...>();
    };
    return joined_ways(of(Rows{})...);
  }
};
using Ways = WaysOf<Steps<kByNumber>, Steps<move>, Steps<move, move>, Steps<kByNumber, kByNumber>,
                    Steps<move, kByNumber>, Steps<kByNumber, move>, Steps<move, move, kByNumber>>;

template <Bounds kBounds, typename T>
constexpr Body kPlainHead = row_to<jump_table<Acc>, load<kBounds, T, T, Slot, false>>;
template <Bounds kBounds, typename T>
constexpr Body kPlainCarried = row_to<jump_table<Acc>, load<kBounds, T, T, Acc, false>>;
template <Bounds kBounds, typename T>
constexpr Body kSteppedHead = row_to<jump_table<Acc>, kByNumber, load<kBounds, T, T, Slot, false>>;
template <Bounds kBounds, typename T>
constexpr Body kSteppedCarried =
    row_to<jump_table<Acc>, kept<binary<uint32_t, Add, Acc, Number, true>>,
           load<kBounds, T, T, Acc, false>>;
template <Bounds kBounds, typename T>
constexpr auto kSwitchesOf = Ways::fusions<kPlainHead<kBounds, T>, kSteppedHead<kBounds, T>>();
template <Bounds kBounds, typename T>
constexpr auto kCarriedOf =
    joined_ways(Ways::carried<kPlainHead<kBounds, T>, kPlainCarried<kBounds, T>, 1>(),
                Ways::carried<kSteppedHead<kBounds, T>, kSteppedCarried<kBounds, T>, 2>());

template <Bounds kBounds>
constexpr auto kFusions =
    joined(kSwitchesOf<kBounds, uint8_t>, kSwitchesOf<kBounds, uint32_t>,
           kStored<store<kBounds, uint8_t, Slot, Acc>, store<kBounds, uint32_t, Slot, Acc>,
                   store<kBounds, uint32_t, Acc, Slot>, store<kBounds, uint64_t, Slot, Acc>,
                   store_float<kBounds, double, Slot>>,
           kStoredAtSum<store<kBounds, uint8_t, Acc, Slot>, store<kBounds, uint8_t, Acc, Number>,
                        store<kBounds, uint32_t, Acc, Slot>, store<kBounds, uint32_t, Acc, Number>>,
           kCopied<kBounds, uint8_t, uint8_t>, kCopied<kBounds, uint8_t, uint32_t>,
           kCopied<kBounds, uint32_t, uint32_t>, kScans<kBounds, uint8_t>,
           kScans<kBounds, uint32_t>);

constexpr auto kAll = joined(kFusions<Bounds::Explicit>, kFusions<Bounds::Guard>);

constexpr auto kCarried =
    joined_ways(kCarriedOf<Bounds::Explicit, uint8_t>, kCarriedOf<Bounds::Explicit, uint32_t>,
                kCarriedOf<Bounds::Guard, uint8_t>, kCarriedOf<Bounds::Guard, uint32_t>);

} // namespace

std::span<const CarriedWay> carried_ways() { return kCarried; }
std::span<const Fusion> loop_fusions() { return kAll; }

} // namespace zvm::backend::interp::word
