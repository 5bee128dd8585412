#include "backend/asmjit/moves.hpp"

#include "base/plant.hpp"

namespace zvm::backend::asmjit {

ParallelMoves::Use* ParallelMoves::find(const Where& at) {
  return at.changes() ? uses_.find(at.key()) : nullptr;
}

/// One, or two of which one does not overwrite what the other reads: most edges have no more.
bool ParallelMoves::run_few(Encoder& encoder) {
  const auto is_overwritten = [](const Move& m, const Move& by) {
    return m.from.changes() && m.from.key() == by.to.key();
  };
  const Move *first = moves_.data(), *last = first + moves_.size() - 1;
  if (moves_.size() > 2 || failed_)
    return false;
  if (is_overwritten(*last, *first))
    std::swap(first, last);
  if (first != last && is_overwritten(*last, *first))
    return false; // each the other's
  encoder.copy(first->to, first->from);
  if (first != last)
    encoder.copy(last->to, last->from);
  return true;
}

bool ParallelMoves::run(Encoder& encoder) {
  if (moves_.empty() || run_few(encoder))
    return !failed_;
  uses_.clear();
  const auto use = [&](const Where& at) -> Use* {
    const auto inserted = uses_.try_insert(at.key(), {});
    failed_ |= inserted.value == nullptr;
    return inserted.value;
  };
  for (uint32_t i = 0; i < moves_.size() && !failed_; ++i) {
    const Move& m = moves_[i];
    if (Use* to = use(m.to))
      to->writer = i + 1;
    if (!m.from.changes())
      continue;
    if (Use* from = use(m.from)) {
      ++from->readers;
      from->is_vector |= m.from.is_vector;
    }
  }
  if (failed_)
    return false;
  if (is_planted(Plant::Order)) {
    for (const Move& m : moves_)
      encoder.copy(m.to, m.from);
    return true;
  }
  // What overwrites nothing that is still read goes first; each that goes may free the next.
  for (uint32_t i = 0; i < moves_.size(); ++i) {
    const Use* to = find(moves_[i].to);
    if (to != nullptr && to->writer == i + 1 && to->readers == 0)
      follow(i, {}, encoder);
  }
  // What remains is cycles.
  for (uint32_t i = 0; i < moves_.size(); ++i) {
    Use* to = find(moves_[i].to);
    if (to == nullptr || to->writer != i + 1)
      continue;
    Where saved = moves_[i].to;
    saved.is_vector = to->is_vector; // what stands there may be more than what comes
    encoder.save(saved);
    --to->readers; // each has one, in a cycle
    follow(i, saved, encoder);
  }
  return true;
}

/// Writes the move, and those that it and each other have kept waiting. Who reads `saved` finds it
/// put aside.
void ParallelMoves::follow(uint32_t first, const Where& saved, Encoder& encoder) {
  for (uint32_t i = first;;) {
    const Move m = moves_[i];
    find(m.to)->writer = 0;
    const bool reads_saved = saved.changes() && m.from == saved;
    encoder.copy(m.to, reads_saved ? Where{.in = Where::In::Saved} : m.from);
    Use* from = find(m.from);
    if (from == nullptr || reads_saved || --from->readers != 0 || from->writer == 0)
      return;
    i = from->writer - 1;
  }
}

} // namespace zvm::backend::asmjit
