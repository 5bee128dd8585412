// An i32 is computed, and memory is accessed there.
#include "backend/interp/function/fuse_lists.hpp"

namespace zvm::backend::interp::word {
namespace {

using Addresses = Join<Binaries<uint32_t, Add, Slot, Number>, Binaries<uint32_t, Add, Slot, Slot>,
                       Binaries<uint32_t, Add, Acc, Number>, Binaries<uint32_t, Add, Acc, Slot>>;

template <Bounds kBounds>
using Accesses =
    Join<Loads<kBounds, uint8_t, uint8_t, Acc>, Loads<kBounds, int8_t, uint32_t, Acc>,
         Loads<kBounds, uint16_t, uint16_t, Acc>, Loads<kBounds, uint32_t, uint32_t, Acc>,
         Loads<kBounds, uint64_t, uint64_t, Acc>, FloatLoads<kBounds, float, Acc>,
         FloatLoads<kBounds, double, Acc>,
         List<Store<kBounds, uint8_t, Acc, Slot>, Store<kBounds, uint8_t, Acc, Number>,
              Store<kBounds, uint16_t, Acc, Slot>, Store<kBounds, uint16_t, Acc, Number>,
              Store<kBounds, uint32_t, Acc, Slot>, Store<kBounds, uint32_t, Acc, Number>,
              Store<kBounds, uint64_t, Acc, Slot>, Store<kBounds, uint64_t, Acc, Number>,
              FloatStore<kBounds, float, Acc>, FloatStore<kBounds, double, Acc>>>;

constexpr auto kFusions = joined(all_of(Addresses{}, Accesses<Bounds::Explicit>{}),
                                 all_of(Addresses{}, Accesses<Bounds::Guard>{}));

} // namespace

std::span<const Fusion> address_fusions() { return kFusions; }

} // namespace zvm::backend::interp::word
