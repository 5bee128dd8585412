// Floats: from memory, through one or two operations, to memory.
#include "backend/interp/function/fuse_lists.hpp"

namespace zvm::backend::interp::word {
namespace {

template <typename T>
using OfResult =
    Join<FloatBinaries<ieee::add<T>, T, Acc, Slot>, FloatBinaries<ieee::mul<T>, T, Acc, Slot>,
         FloatBinaries<ieee::sub<T>, T, Acc, Slot>, FloatBinaries<ieee::sub<T>, T, Slot, Acc>>;
template <typename T>
using Operations = List<Row<float_binary<ieee::add<T>, T, Acc, Slot, false>>,
                        Row<float_binary<ieee::add<T>, T, Slot, Slot, false>>,
                        Row<float_binary<ieee::mul<T>, T, Acc, Slot, false>>,
                        Row<float_binary<ieee::mul<T>, T, Slot, Slot, false>>,
                        Row<float_binary<ieee::sub<T>, T, Acc, Slot, false>>,
                        Row<float_binary<ieee::sub<T>, T, Slot, Acc, false>>,
                        Row<float_binary<ieee::sub<T>, T, Slot, Slot, false>>>;

template <Bounds kBounds, typename T>
constexpr auto kWithMemory =
    joined(all_of(Join<FloatLoads<kBounds, T, Slot>, FloatLoads<kBounds, T, Acc>>{}, OfResult<T>{}),
           all_of(Operations<T>{}, List<FloatStore<kBounds, T, Slot>>{}),
           // a product waits for what it is added to
           all_of(List<Row<float_binary<ieee::mul<T>, T, Acc, Slot, true>>>{},
                  FloatLoads<kBounds, T, Slot>{}));
template <typename T>
constexpr auto kOfType = joined(all_of(Operations<T>{}, OfResult<T>{}),
                                kWithMemory<Bounds::Explicit, T>, kWithMemory<Bounds::Guard, T>);

constexpr auto kAll = joined(kOfType<float>, kOfType<double>);

} // namespace

std::span<const Fusion> float_fusions() { return kAll; }

} // namespace zvm::backend::interp::word
