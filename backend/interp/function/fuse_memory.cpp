// What is loaded is used; behind a store the next address is computed.
#include "backend/interp/function/fuse_lists.hpp"

namespace zvm::backend::interp::word {
namespace {

template <Bounds kBounds>
using Loads32 =
    Join<Loads<kBounds, uint8_t, uint8_t, Slot>, Loads<kBounds, uint8_t, uint8_t, Acc>,
         Loads<kBounds, uint32_t, uint32_t, Slot>, Loads<kBounds, uint32_t, uint32_t, Acc>>;
using Uses32 = Join<Binaries<uint32_t, Add, Acc, Number>, Binaries<uint32_t, Add, Acc, Slot>,
                    Binaries<uint32_t, And, Acc, Number>, Binaries<uint32_t, Xor, Acc, Slot>,
                    Binaries<uint32_t, Xor, Acc, Number>, Binaries<uint32_t, Shl, Acc, Number>,
                    Binaries<uint32_t, RotL, Acc, Number>,
                    // or of the next thing, where what was loaded is kept
                    Binaries<uint32_t, Add, Slot, Number>>;

template <Bounds kBounds>
using Loads64 =
    Join<Loads<kBounds, uint64_t, uint64_t, Slot>, Loads<kBounds, uint64_t, uint64_t, Acc>>;
using Uses64 = Join<Binaries<uint64_t, Add, Acc, Slot>, Binaries<uint64_t, Xor, Acc, Slot>,
                    Binaries<uint64_t, Mul, Acc, Slot>, Binaries<uint64_t, ShrU, Acc, Number>,
                    Binaries<uint64_t, RotL, Acc, Number>, Binaries<uint32_t, Add, Slot, Number>>;

constexpr Straight kByNumber = binary<uint32_t, Add, Slot, Number, true>,
                   kAddress = binary<uint32_t, Add, Slot, Number, false>;

/// From one place to another, and a step from there; from the place of a variable, behind a step to
/// it, or beside it.
template <Bounds kBounds, typename From, typename To,
          Straight kFrom = load<kBounds, From, From, Slot, false>,
          Straight kFromSum = load<kBounds, From, From, Acc, false>,
          Straight kTo = store<kBounds, To, Slot, Acc>>
constexpr auto kCopies = joined(
    all_of(List<Row<kFrom>, Row<kFromSum>, Row<kByNumber, kFromSum>, Row<kAddress, kFromSum>>{},
           List<Row<kTo>>{}),
    all_of(List<Row<kFrom, kTo>, Row<kFromSum, kTo>, Row<kAddress, kFromSum, kTo>>{},
           List<Row<kByNumber>>{}));
/// An item of a table by a number in memory.
template <Bounds kBounds, typename Index>
constexpr auto kLookups = [] {
  constexpr Straight kIndex = load<kBounds, Index, Index, Slot, false>,
                     kIndexAtSum = load<kBounds, Index, Index, Acc, false>,
                     kScale = binary<uint32_t, Shl, Acc, Number, false>,
                     kBase = binary<uint32_t, Add, Acc, Number, false>;
  return joined(all_of(List<Row<kIndex, kScale>, Row<kIndexAtSum, kScale>>{},
                       Binaries<uint32_t, Add, Acc, Number>{}),
                all_of(List<Row<kIndex, kScale, kBase>, Row<kIndexAtSum, kScale, kBase>>{},
                       List<Row<load<kBounds, uint8_t, uint8_t, Acc, false>>,
                            Row<load<kBounds, uint32_t, uint32_t, Acc, false>>>{}));
}();
/// Loaded, changed and stored again.
template <Bounds kBounds, typename T, Straight... kChanges>
constexpr auto kUpdates = all_of(List<Row<load<kBounds, T, T, Slot, false>, kChanges>...,
                                      Row<load<kBounds, T, T, Acc, false>, kChanges>...>{},
                                 List<Store<kBounds, T, Slot, Acc>>{});
template <Bounds kBounds, typename T>
constexpr auto kUpdates32 =
    kUpdates<kBounds, T, binary<uint32_t, Add, Acc, Slot, false>,
             binary<uint32_t, Add, Acc, Number, false>, binary<uint32_t, And, Acc, Number, false>,
             binary<uint32_t, Xor, Acc, Slot, false>, binary<uint32_t, Xor, Acc, Number, false>>;
/// The same by any operation; also what is loaded by a variable that just made a step, whose value
/// before is where the result goes.
template <Bounds kBounds, Straight... kChanges>
constexpr auto kUpdatesBy = [] {
  constexpr Straight kLoad = load<kBounds, uint32_t, uint32_t, Slot, false>,
                     kLoadAtSum = load<kBounds, uint32_t, uint32_t, Acc, false>;
  return joined(all_of(List<Row<kLoad>, Row<kLoadAtSum>, Row<move, kByNumber, kLoadAtSum>>{},
                       List<Row<kChanges>...>{}),
                kUpdates<kBounds, uint32_t, kChanges...>,
                all_of(List<Row<move, kByNumber, kLoadAtSum, kChanges>...>{},
                       List<Store<kBounds, uint32_t, Slot, Acc>>{}));
}();
/// Those that are in lists above.
template <Bounds kBounds, Straight... kChanges>
constexpr auto kUpdatesStepped = [] {
  constexpr Straight kLoadAtSum = load<kBounds, uint32_t, uint32_t, Acc, false>;
  return joined(all_of(List<Row<move, kByNumber>>{}, List<Row<kLoadAtSum>>{}),
                all_of(List<Row<move, kByNumber, kLoadAtSum>>{}, List<Row<kChanges>...>{}),
                all_of(List<Row<move, kByNumber, kLoadAtSum, kChanges>...>{},
                       List<Store<kBounds, uint32_t, Slot, Acc>>{}));
}();
template <Bounds kBounds>
constexpr auto kAllUpdates = joined(
    kUpdates32<kBounds, uint8_t>, kUpdates32<kBounds, uint32_t>,
    kUpdatesBy<kBounds, binary<uint32_t, Sub, Acc, Slot, false>,
               binary<uint32_t, Sub, Slot, Acc, false>, binary<uint32_t, Mul, Acc, Slot, false>,
               binary<uint32_t, And, Acc, Slot, false>, binary<uint32_t, Or, Acc, Slot, false>,
               binary<uint32_t, Shl, Acc, Slot, false>, binary<uint32_t, Shl, Slot, Acc, false>,
               binary<uint32_t, ShrU, Acc, Slot, false>, binary<uint32_t, ShrU, Slot, Acc, false>>,
    kUpdatesStepped<kBounds, binary<uint32_t, Add, Acc, Slot, false>,
                    binary<uint32_t, Xor, Acc, Slot, false>>);

template <Bounds kBounds>
using Stores = List<Store<kBounds, uint8_t, Slot, Acc>, Store<kBounds, uint8_t, Acc, Slot>,
                    Store<kBounds, uint8_t, Acc, Number>, Store<kBounds, uint32_t, Slot, Acc>,
                    Store<kBounds, uint32_t, Slot, Slot>, Store<kBounds, uint32_t, Acc, Slot>,
                    Store<kBounds, uint64_t, Slot, Acc>, Store<kBounds, uint64_t, Slot, Slot>,
                    Store<kBounds, uint64_t, Acc, Slot>, FloatStore<kBounds, float, Slot>,
                    FloatStore<kBounds, double, Slot>>;
using BehindStores = Join<Binaries<uint32_t, Add, Slot, Number>,
                          List<Binary<uint32_t, Add, Slot, Slot, true>, Row<move>>>;

template <Bounds kBounds>
constexpr auto kFusions =
    joined(all_of(Loads32<kBounds>{}, Uses32{}), all_of(Loads64<kBounds>{}, Uses64{}),
           all_of(Loads32<kBounds>{}, List<End<jump_table<Acc>>>{}),
           kCopies<kBounds, uint8_t, uint8_t>, kCopies<kBounds, uint8_t, uint32_t>,
           kCopies<kBounds, uint32_t, uint32_t>, kCopies<kBounds, uint64_t, uint64_t>,
           kAllUpdates<kBounds>, kLookups<kBounds, uint8_t>, kLookups<kBounds, uint32_t>,
           all_of(Stores<kBounds>{}, BehindStores{}));

constexpr auto kAll = joined(kFusions<Bounds::Explicit>, kFusions<Bounds::Guard>);

} // namespace

std::span<const Fusion> memory_fusions() { return kAll; }

} // namespace zvm::backend::interp::word
