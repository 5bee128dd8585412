#include "ir/regions.hpp"

#include <algorithm>

namespace zvm::ir {
namespace {

bool sees_gas(const Function& f, BlockId b) {
  for (const InstId i : body(f, b)) {
    if (info(f.insts[i].op).sees_gas())
      return true;
  }
  return false;
}

} // namespace

bool merge_regions(Function& f) {
  Vec<uint32_t> places;
  if (!number_layout(f, places))
    return false;
  for (BlockId b = f.last_block(); b != kNone; b = f.blocks[b].prev) {
    const Inst& last = f.insts[f.blocks[b].last];
    if (last.op != Op::Br)
      continue;
    Target& target = f.targets[last.targets.begin];
    const int64_t behind = f.blocks[target.block].gas;
    int64_t& gas = f.blocks[b].gas;
    if (behind == 0 || places[target.block] <= places[b] ||
        behind > kMostMergedGas - std::min(gas, kMostMergedGas) || sees_gas(f, b))
      continue;
    gas += behind;
    target.paid = true;
  }
  return true;
}

int64_t paid_ahead(const Function& f, BlockId b) {
  const auto targets = targets_of(f, b); // one, where it is paid
  return !targets.empty() && targets[0].paid ? f.blocks[targets[0].block].gas : 0;
}

} // namespace zvm::ir
