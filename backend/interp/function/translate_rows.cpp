// WordTranslator: instructions that follow each other become rows.
#include "backend/interp/function/fuse.hpp"
#include "backend/interp/function/fuse_carried.hpp"
#include "backend/interp/function/translate.hpp"

namespace zvm::backend::interp::word {

/// Each instruction becomes the longest row that begins with it. Those behind the first are not
/// passed over: who jumps to them, or comes from another row, finds a row there, too.
void WordTranslator::fuse() {
  const Handlers& h = handlers();
  for (uint32_t i = 0; i < starts_.size(); ++i) {
    auto last = reinterpret_cast<Handler>(code_[starts_[i]]);
    Handler row = last;
    uint32_t j = i;
    while (j + 1 < starts_.size()) {
      const auto following = reinterpret_cast<Handler>(code_[starts_[j + 1]]);
      const Handler longer = fused(row, following);
      if (longer == nullptr)
        break;
      row = longer;
      last = following;
      ++j;
    }
    if (last == h.jump_polled && !ways_back_.try_push({starts_[i], starts_[j]}))
      failed_ = true;
    code_[starts_[i]] = reinterpret_cast<Word>(row);
  }
}

/// Rows that end with a jump to a loop's head go on with the row there.
void WordTranslator::fuse_ways_back() {
  for (const WayBack& way : ways_back_) {
    const auto distance = static_cast<int32_t>(read_at<uint32_t>(code_.view(), way.jump * 8 + 8));
    const auto head = static_cast<uint32_t>(static_cast<int32_t>(way.jump) + distance);
    const Handler both =
        fused(reinterpret_cast<Handler>(code_[way.row]), reinterpret_cast<Handler>(code_[head]));
    if (both == nullptr)
      continue;
    const Handler carried = carried_way(both, way, head);
    code_[way.row] = reinterpret_cast<Word>(carried != nullptr ? carried : both);
  }
}

/// The form of `both` where the row sets the variable that the head reads. Null: it does not.
Handler WordTranslator::carried_way(Handler both, const WayBack& way, uint32_t head) const {
  constexpr unsigned kWords = 2; // of each instruction of such rows
  const auto field = [&](uint32_t at, unsigned index) {
    return read_at<uint16_t>(code_.view(), at * 8 + 8 + 2 * index);
  };
  const uint16_t variable = field(head, kA);
  uint32_t set = way.jump;
  do {
    if (set == way.row)
      return nullptr;
    set -= kWords;
  } while (field(set, kDst) != variable);
  for (const CarriedWay& c : carried_ways()) {
    if (c.way != both || c.place != (set - way.row) / kWords)
      continue;
    for (unsigned i = 1; i < c.readers; ++i) {
      if (field(head + kWords * (i - 1), kDst) == variable ||
          field(head + kWords * i, kA) != variable)
        return nullptr;
    }
    return c.carried;
  }
  return nullptr;
}

} // namespace zvm::backend::interp::word
