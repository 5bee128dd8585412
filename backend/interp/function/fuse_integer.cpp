// An operation on the result of another.
#include "backend/interp/function/fuse_lists.hpp"

namespace zvm::backend::interp::word {
namespace {

template <typename T, template <typename> class F>
using OfSlots = List<Binary<T, F, Slot, Slot, false>, Binary<T, F, Acc, Slot, false>>;
template <typename T, template <typename> class F>
using WithNumber = List<Binary<T, F, Slot, Number, false>, Binary<T, F, Acc, Number, false>>;

/// Hashes and ciphers, arithmetic of several words.
template <typename T>
constexpr auto kOfType = joined(
    all_of(Join<WithNumber<T, Shl>, WithNumber<T, ShrU>, WithNumber<T, RotL>>{},
           Join<Binaries<T, Or, Acc, Slot>, Binaries<T, Xor, Acc, Slot>,
                Binaries<T, Add, Acc, Slot>, Binaries<T, And, Acc, Number>>{}),
    all_of(Join<OfSlots<T, Xor>, WithNumber<T, Xor>>{},
           Join<Binaries<T, RotL, Acc, Number>, Binaries<T, Xor, Acc, Slot>,
                Binaries<T, And, Acc, Slot>, Binaries<T, Add, Acc, Slot>>{}),
    all_of(
        Join<OfSlots<T, And>, WithNumber<T, And>>{},
        Join<Binaries<T, Xor, Acc, Slot>, Binaries<T, Or, Acc, Slot>, Binaries<T, Add, Acc, Slot>,
             Binaries<T, Add, Acc, Number>, Binaries<T, Shl, Acc, Number>>{}),
    all_of(Join<OfSlots<T, Add>, WithNumber<T, Add>>{},
           Join<Binaries<T, Add, Acc, Slot>, Binaries<T, And, Acc, Number>,
                Binaries<T, Xor, Acc, Slot>, Binaries<T, Shl, Acc, Number>>{}),
    all_of(OfSlots<T, Mul>{}, Join<Binaries<T, Add, Acc, Slot>, Binaries<T, ShrU, Acc, Number>>{}));

constexpr auto kAll = joined(kOfType<uint32_t>, kOfType<uint64_t>);

} // namespace

std::span<const Fusion> integer_fusions() { return kAll; }

} // namespace zvm::backend::interp::word
