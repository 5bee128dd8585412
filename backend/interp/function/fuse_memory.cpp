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

template <Bounds kBounds, typename From, typename To>
constexpr auto kCopies = all_of(
    List<Row<load<kBounds, From, From, Slot, false>>, Row<load<kBounds, From, From, Acc, false>>>{},
    List<Store<kBounds, To, Slot, Acc>>{});
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
           kUpdates32<kBounds, uint8_t>, kUpdates32<kBounds, uint32_t>,
           all_of(Stores<kBounds>{}, BehindStores{}));

constexpr auto kAll = joined(kFusions<Bounds::Explicit>, kFusions<Bounds::Guard>);

} // namespace

std::span<const Fusion> memory_fusions() { return kAll; }

} // namespace zvm::backend::interp::word
