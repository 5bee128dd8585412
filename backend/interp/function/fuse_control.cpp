// Variables change, and a loop goes on.
#include "backend/interp/function/fuse_lists.hpp"

namespace zvm::backend::interp::word {
namespace {

constexpr Straight kStep = binary<uint32_t, Add, Slot, Number, true>;
using Jumps = List<End<jump>, End<jump_polled>>;

constexpr auto kAll = joined(
    all_of(List<Row<move>, Row<kStep>>{}, Join<List<Row<move>, Row<kStep>, Row<charge>>, Jumps>{}),
    all_of(List<Row<move, move>, Row<move, kStep>, Row<kStep, move>, Row<kStep, kStep>>{},
           Join<List<Row<move>, Row<kStep>>, Jumps>{}),
    all_of(List<Row<move, move, move>, Row<move, move, kStep>>{},
           Join<List<Row<move>, Row<kStep>>, Jumps>{}));

} // namespace

std::span<const Fusion> control_fusions() { return kAll; }

} // namespace zvm::backend::interp::word
