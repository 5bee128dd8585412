#include "frontend/discovery.hpp"

#include <algorithm>
#include <utility>

namespace zvm::frontend {

using End = Lowering::End;

// --- what is called ---

/// From one piece of straight code to the next, by what each knows alone.
bool Discovery::find_callees() {
  Vec<uint32_t> open;
  FlatMap<uint32_t, bool, HashNumber> seen;
  if (!open.try_push(0))
    return false;
  while (!open.empty()) {
    const uint32_t pc = open.back();
    open.pop();
    const auto [place, is_new] = seen.try_insert(pc, true);
    if (place == nullptr)
      return false;
    if (!is_new || !is_reached(pc))
      continue;
    const Straight* s = code_.at(pc);
    if (s == nullptr || !note_jump(*s, open))
      return false;
  }
  return true;
}

bool Discovery::note_jump(const Straight& s, Vec<uint32_t>& open) {
  if ((s.end == End::Falls || s.end == End::Forks) && !open.try_push(s.next))
    return false;
  for (int32_t p = s.lowest; p < s.top; ++p) {
    const Known label = code_.item(s, p);
    if (label.is_destination() && !open.try_push(static_cast<uint32_t>(label.value)))
      return false;
  }
  if (!s.destination.is_destination())
    return true;
  const auto to = static_cast<uint32_t>(s.destination.value);
  if (!open.try_push(to))
    return false;
  if (s.end != End::Jumps)
    return true;
  // A label behind the jump says that this is a call; two labels, that several come back.
  for (int32_t p = s.top; p-- > s.lowest;) {
    const Known label = code_.item(s, p);
    if (!label.is_destination())
      continue;
    const auto value = static_cast<uint32_t>(label.value);
    const auto [callee, is_new] = callees_.try_insert(to, {value, false});
    if (callee == nullptr)
      return false;
    callee->is_called |= value == s.next || (!is_new && callee->label != value);
    break;
  }
  return true;
}

// --- functions ---

bool Discovery::run() {
  if (!find_callees())
    return false;
  for (uint32_t round = 0; round < limits_.rounds; ++round) {
    is_settled_ = true;
    if (!find_functions())
      return false;
    find_ends();
    if (is_settled_)
      break;
  }
  is_done_ = true;
  return find_senders();
}

/// Ends of messages that several places share look like functions, and whoever calls what never
/// returns would leave.
void Discovery::find_ends() {
  for (const FoundFunction& f : functions_.view()) {
    Callee* c = callees_.find(f.pc);
    if (f.returns || !f.succeeds || c == nullptr || c->is_end)
      continue;
    c->is_end = true;
    is_settled_ = false;
  }
}

/// From those that send messages to their callers.
bool Discovery::find_senders() {
  work_.clear();
  for (uint32_t f = 0; f < functions_.size(); ++f) {
    if (functions_[f].sends && !work_.try_push(f))
      return false;
  }
  while (!work_.empty()) {
    const uint32_t callee = work_.back();
    work_.pop();
    for (uint32_t w = functions_[callee].waiting; w != kNowhere; w = waits_[w].next) {
      const uint32_t caller = pieces_[waits_[w].piece].function;
      if (!std::exchange(functions_[caller].sends, true) && !work_.try_push(caller))
        return false;
    }
  }
  return true;
}

bool Discovery::find_functions() {
  functions_.clear();
  pieces_.clear();
  stacks_.clear();
  waits_.clear();
  work_.clear();
  by_pc_.clear();
  by_place_.clear();
  if (function_at(0) == kNowhere)
    return false;
  uint64_t steps = 0;
  while (!work_.empty() && !failed_) {
    const uint32_t piece = work_.back();
    work_.pop();
    pieces_[piece].waits = false;
    if (!look_at(piece))
      return false;
    steps += 1 + behind_.size() / 16; // a deep stack counts as several
    if (steps > limits_.steps * (code_.size() + 1) ||
        stacks_.size() > limits_.most_words(code_.source()))
      return false;
  }
  return !failed_;
}

uint32_t Discovery::function_at(uint32_t pc) {
  if (const uint32_t* found = by_pc_.find(pc))
    return *found;
  if (is_done_ || functions_.size() == limits_.functions)
    return kNowhere;
  const auto id = static_cast<uint32_t>(functions_.size());
  failed_ |= by_pc_.try_insert(pc, id).value == nullptr || !functions_.try_push({.pc = pc});
  if (failed_)
    return kNowhere;
  behind_.clear();
  behind_lowest_ = 0;
  // The first piece stands at the height at which the function is entered.
  const auto piece = static_cast<uint32_t>(pieces_.size());
  failed_ |= !pieces_.try_push({.pc = pc,
                                .function = id,
                                .height = 0,
                                .lowest = 0,
                                .first = static_cast<uint32_t>(stacks_.size())}) ||
             by_place_.try_insert(uint64_t{id} << 32 | pc, piece).value == nullptr;
  functions_[id].first_piece = functions_[id].last_piece = piece;
  wake(piece);
  return id;
}

void Discovery::wake(uint32_t piece) {
  if (failed_ || pieces_[piece].waits)
    return;
  pieces_[piece].waits = true;
  failed_ |= !work_.try_push(piece);
}

void Discovery::look_below(uint32_t function, int32_t position) {
  FoundFunction& f = functions_[function];
  if (position >= f.lowest)
    return;
  f.lowest = position;
  failed_ |= position < -limits_.stack;
  for (uint32_t w = f.waiting; w != kNowhere; w = waits_[w].next)
    wake(waits_[w].piece);
}

/// Behind a piece of code, an item of the function's stack.
Known Discovery::item(uint32_t piece, const Straight& s, int32_t position) const {
  const Piece& p = pieces_[piece];
  int32_t at = position;
  if (position - p.height >= s.lowest) {
    const Known known = code_.item(s, position - p.height);
    if (!known.is_place())
      return known;
    at = known.value + p.height;
  }
  return at_head(p, at);
}

bool Discovery::look_at(uint32_t piece) {
  const Straight* found = code_of(pieces_[piece]);
  if (found == nullptr)
    return false;
  const Straight s = *found;
  const int32_t height = pieces_[piece].height;
  const uint32_t function = pieces_[piece].function;
  look_below(function, height + s.lowest);
  functions_[function].highest = std::max(functions_[function].highest, height);
  functions_[function].succeeds |= s.succeeds;
  failed_ |= height + s.top > limits_.stack;
  (void)ways(piece);
  return !failed_;
}

Ways Discovery::ways(uint32_t piece) {
  const Straight* found = code_of(pieces_[piece]);
  if (found == nullptr) {
    failed_ = true;
    return {};
  }
  const Straight s = *found;
  const Piece p = pieces_[piece];
  Ways ways;
  if (s.end == End::Ends)
    return ways;
  // The stack behind it, from where it differs from that at entry.
  behind_.clear();
  behind_lowest_ = std::min({p.lowest, p.height + s.lowest, p.height + s.top});
  for (int32_t at = behind_lowest_; at < p.height + s.top; ++at)
    failed_ |= !behind_.try_push(item(piece, s, at));
  if (s.end == End::Falls || s.end == End::Forks) {
    ways.next = p.only_calls ? call(piece, s, s.next) : inner(piece, 0, s.next, p.height + s.top);
    if (s.is_message && ways.next.kind == Way::Kind::Piece)
      pieces_[ways.next.piece].is_entry = functions_[p.function].sends = true;
  }
  if (s.end == End::Jumps || s.end == End::Forks) {
    const Known to =
        s.destination.is_place() ? at_head(p, p.height + s.destination.value) : s.destination;
    ways.jump =
        s.is_invalid ? Way{.kind = Way::Kind::Invalid} : way_to(piece, s, to, s.end == End::Forks);
  }
  return ways;
}

Way Discovery::way_to(uint32_t piece, const Straight& s, Known to, bool is_fork) {
  const Piece& p = pieces_[piece];
  if (to.is_destination()) {
    const auto pc = static_cast<uint32_t>(to.value);
    const int32_t top = p.height + s.top;
    return !is_fork && is_other_function(p, pc, top) ? call(piece, s, pc)
                                                     : inner(piece, 1, pc, top);
  }
  // No one has called what begins with the message.
  if (!to.is_place() || to.value >= 0 || p.function == 0)
    return {.kind = Way::Kind::Dynamic};
  const bool returns = returns_with(p.function, to.value, p.height + s.top);
  return {.kind = returns ? Way::Kind::Return : Way::Kind::Dynamic};
}

/// Whether what stands behind a piece is how its function returns. There is one way; what returns
/// otherwise goes by the guest's stack.
bool Discovery::returns_with(uint32_t function, int32_t label, int32_t top) {
  int32_t kept = std::min(behind_lowest_, top);
  while (kept < top && behind(kept) == Known::place(kept))
    ++kept;
  FoundFunction& f = functions_[function];
  const bool is_first = !f.returns;
  if (is_first && !is_done_) {
    f.returns = true;
    f.label = label;
    f.top = top;
    f.kept = kept;
    look_below(function, std::min(label, kept));
  }
  if (!f.returns || f.label != label || f.top != top)
    return false;
  const bool keeps_less = kept < f.kept;
  if (is_done_)
    return !keeps_less;
  if (keeps_less) {
    f.kept = kept;
    look_below(function, kept);
  }
  for (uint32_t w = f.waiting; w != kNowhere && (is_first || keeps_less); w = waits_[w].next)
    wake(waits_[w].piece);
  return true;
}

Way Discovery::call(uint32_t piece, const Straight& s, uint32_t pc) {
  const Way leave{.kind = Way::Kind::Leave, .pc = pc};
  // A new function makes new pieces, and the stack behind this one is told in the same list.
  const Piece p = pieces_[piece];
  const int32_t top = p.height + s.top;
  const bool is_new = by_pc_.find(pc) == nullptr;
  const uint32_t callee = is_reached(pc) ? function_at(pc) : kNowhere;
  if (callee == kNowhere)
    return leave;
  if (!is_done_ && p.waits_for != callee) {
    pieces_[piece].waits_for = callee;
    failed_ |= !waits_.try_push({piece, functions_[callee].waiting});
    functions_[callee].waiting = static_cast<uint32_t>(waits_.size() - 1);
  }
  if (is_new || failed_)
    return leave;
  const FoundFunction f = functions_[callee];
  FoundFunction& own = functions_[p.function];
  if (top + f.lowest < own.lowest) {
    // What calls itself ever deeper goes by the guest's stack.
    if (is_done_ || own.deepened == limits_.deepened)
      return leave;
    ++own.deepened;
    look_below(p.function, top + f.lowest);
  }
  if (!f.returns)
    return leave;
  const Known label = item(piece, s, top + f.label);
  // What it leaves is in the places from `kept` on.
  const int32_t kept = top + f.kept, end = top + f.top;
  Vec<Known> behind;
  const int32_t lowest = std::min(behind_lowest_, kept);
  for (int32_t at = lowest; at < end; ++at)
    failed_ |= !behind.try_push(at < kept ? item(piece, s, at) : Known{});
  if (failed_)
    return leave;
  behind_.swap(behind);
  behind_lowest_ = lowest;
  if (label.is_destination()) {
    Way way = inner(piece, 2, static_cast<uint32_t>(label.value), end);
    if (way.kind != Way::Kind::Piece)
      return leave;
    pieces_[way.piece].is_entry |= is_done_ && f.sends;
    way.kind = Way::Kind::Call;
    way.function = callee;
    return way;
  }
  if (!label.is_place() || label.value >= 0 || p.function == 0)
    return leave;
  // It returns to where this function would.
  return returns_with(p.function, label.value, end)
             ? Way{.kind = Way::Kind::TailCall, .function = callee}
             : leave;
}

/// What straight code a piece has; null where memory ran out.
const Straight* Discovery::code_of(const Piece& p) {
  if (!p.only_calls)
    return code_.at(p.pc);
  only_falls_.end = End::Falls;
  only_falls_.next = p.pc;
  return &only_falls_;
}

/// With what is known behind another one. kNowhere where there may be no more.
uint32_t Discovery::make_piece(uint32_t function, uint32_t pc, int32_t top) {
  if (is_done_ || pieces_.size() >= uint64_t{limits_.copies} * (code_.size() + 1))
    return kNowhere;
  const auto id = static_cast<uint32_t>(pieces_.size());
  failed_ |= !pieces_.try_push({.pc = pc,
                                .function = function,
                                .height = top,
                                .lowest = behind_lowest_,
                                .first = static_cast<uint32_t>(stacks_.size())}) ||
             !stacks_.try_append(behind_.view());
  if (failed_)
    return kNowhere;
  pieces_[functions_[function].last_piece].next_in_function = id;
  functions_[function].last_piece = id;
  wake(id);
  return id;
}

/// The piece for this height; another one, where code is shared by stacks of different heights.
uint32_t Discovery::piece_at(uint32_t function, uint32_t pc, int32_t top) {
  const uint64_t key = uint64_t{function} << 32 | pc;
  const uint32_t* first = by_place_.find(key);
  uint32_t last = kNowhere, heights = 0;
  for (uint32_t id = first == nullptr ? kNowhere : *first; id != kNowhere;
       id = pieces_[id].next_height) {
    if (pieces_[id].height == top)
      return id;
    last = id;
    ++heights;
  }
  const uint32_t made = heights == limits_.heights ? kNowhere : make_piece(function, pc, top);
  if (made == kNowhere)
    return made;
  if (last == kNowhere)
    failed_ |= by_place_.try_insert(key, made).value == nullptr;
  else
    pieces_[last].next_height = made;
  return made;
}

/// Each edge has one of its own, so that no two labels meet there.
Way Discovery::to_calling_piece(uint32_t piece, uint32_t which, uint32_t pc, int32_t top) {
  const uint64_t key = uint64_t{1} << 63 | uint64_t{piece} << 2 | which;
  const uint32_t* found = by_place_.find(key);
  const uint32_t id = found != nullptr ? *found : make_piece(pieces_[piece].function, pc, top);
  if (id == kNowhere)
    return {.kind = Way::Kind::Leave, .pc = pc};
  failed_ |= found == nullptr && by_place_.try_insert(key, id).value == nullptr;
  Piece& to = pieces_[id];
  if (found == nullptr) {
    to.only_calls = true;
  } else if (!is_done_) {
    bool differs = to.pc != pc || to.height != top;
    for (int32_t at = std::min(to.lowest, behind_lowest_); at < top && !differs; ++at)
      differs = at_head(to, at) != behind(at);
    if (differs) {
      to.pc = pc;
      to.height = top;
      to.lowest = behind_lowest_;
      to.first = static_cast<uint32_t>(stacks_.size());
      failed_ |= !stacks_.try_append(behind_.view());
      wake(id);
    }
  }
  return {.kind = Way::Kind::Piece, .piece = id};
}

/// Whether an edge has been taken, or leads to what ends the message at once.
bool Discovery::is_taken(uint32_t pc) {
  if (is_reached(pc))
    return true;
  const Straight* s = code_.at(pc);
  failed_ |= s == nullptr;
  return !failed_ && s->end == End::Ends && s->instructions <= limits_.soon;
}

/// To a piece of the same function, with what is known behind this one.
Way Discovery::inner(uint32_t piece, uint32_t which, uint32_t pc, int32_t top) {
  const uint32_t function = pieces_[piece].function;
  if (!is_taken(pc))
    return {.kind = Way::Kind::Leave, .pc = pc};
  if (is_other_function(pieces_[piece], pc, top))
    return to_calling_piece(piece, which, pc, top);
  const uint32_t id = piece_at(function, pc, top);
  if (id == kNowhere) {
    // Of heights without end a function is made, if it has a label to return to.
    const auto is_label = [](const Known& k) { return k.is_destination(); };
    if (!is_done_ && which == 1 && std::ranges::any_of(behind_.view(), is_label))
      note_meeting(function, pc);
    return {.kind = Way::Kind::Leave, .pc = pc};
  }
  Piece& to = pieces_[id];
  // What both ways agree on.
  const Way way{.kind = Way::Kind::Piece, .piece = id};
  const int32_t lowest = std::min(to.lowest, behind_lowest_);
  const auto met = [&](int32_t at) { return at_head(to, at) == behind(at) ? behind(at) : Known{}; };
  bool differs = false;
  for (int32_t at = lowest; at < top && !is_done_; ++at) {
    differs |= met(at) != at_head(to, at);
    if (at_head(to, at).is_destination() && behind(at).is_destination() &&
        at_head(to, at) != behind(at))
      note_meeting(function, pc);
  }
  if (!differs)
    return way;
  const auto first = static_cast<uint32_t>(stacks_.size());
  for (int32_t at = lowest; at < top && !failed_; ++at)
    failed_ |= !stacks_.try_push(met(at));
  to.first = first;
  to.lowest = lowest;
  wake(id);
  return way;
}

/// Two labels meet: what begins there is called.
void Discovery::note_meeting(uint32_t function, uint32_t pc) {
  if (pc == functions_[function].pc)
    return;
  const auto callee = callees_.try_insert(pc, {0, false});
  failed_ |= callee.value == nullptr;
  if (failed_)
    return;
  is_settled_ &= callee.value->is_called;
  callee.value->is_called = true;
}

} // namespace zvm::frontend
