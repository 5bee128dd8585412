// Comparisons and branches behind what they compare.
#include "backend/interp/function/fuse_lists.hpp"

namespace zvm::backend::interp::word {
namespace {

template <At kAtA, At kAtB>
using AllBranches = Join<Branches<kAtA, kAtB, false>, Branches<kAtA, kAtB, true>>;

template <Bounds kBounds>
constexpr auto kLoaded = joined(
    all_of(Join<Loads<kBounds, uint8_t, uint8_t, Slot>, Loads<kBounds, uint8_t, uint8_t, Acc>>{},
           AllBranches<Acc, Number>{}),
    all_of(
        Join<Loads<kBounds, uint32_t, uint32_t, Slot>, Loads<kBounds, uint32_t, uint32_t, Acc>>{},
        Join<AllBranches<Acc, Number>, AllBranches<Acc, Slot>>{}),
    all_of(Loads<kBounds, uint8_t, uint8_t, Acc>{}, AllBranches<Acc, Slot>{}));

constexpr auto kAll =
    joined(all_of(Join<Binaries<uint32_t, Add, Slot, Number>,
                       List<Binary<uint32_t, Add, Slot, Slot, true>, Row<move>>>{},
                  Join<AllBranches<Acc, Number>, AllBranches<Acc, Slot>>{}),
           all_of(List<Binary<uint32_t, Add, Slot, Number, true>, Row<move>>{},
                  Join<AllBranches<Slot, Number>, AllBranches<Slot, Slot>>{}),
           all_of(List<Binary<uint32_t, And, Slot, Number, false>,
                       Binary<uint32_t, And, Acc, Number, false>>{},
                  AllBranches<Acc, Number>{}),
           kLoaded<Bounds::Explicit>, kLoaded<Bounds::Guard>);

} // namespace

std::span<const Fusion> branch_fusions() { return kAll; }

} // namespace zvm::backend::interp::word
