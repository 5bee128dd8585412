#include "frontend/known_stacks.hpp"

#include <algorithm>

namespace zvm::frontend {

/// The first entry that is not in front of the place.
size_t KnownStacks::find(uint32_t pc) const {
  const auto* at = std::ranges::lower_bound(places_, pc, {}, &Place::pc);
  return static_cast<size_t>(at - places_.begin());
}

std::span<const KnownItem> KnownStacks::at(uint32_t pc) const {
  const size_t i = find(pc);
  if (i == places_.size() || places_[i].pc != pc)
    return {};
  return items_.view().subspan(places_[i].first, places_[i].count);
}

void KnownStacks::note(uint32_t pc, std::span<const KnownItem> items) {
  const size_t i = find(pc);
  if (items.empty() || (i < places_.size() && places_[i].pc == pc))
    return;
  const auto first = static_cast<uint32_t>(items_.size());
  if (!places_.try_reserve(places_.size() + 1) || !items_.try_append(items) ||
      !places_.try_push({pc, first, static_cast<uint32_t>(items.size())}))
    return;
  std::rotate(places_.begin() + i, places_.end() - 1, places_.end());
}

} // namespace zvm::frontend
