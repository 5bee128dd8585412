#include "frontend/program.hpp"

#include <algorithm>

namespace zvm::frontend {

using ir::BlockId;
using ir::Builder;
using ir::kNone;
using ir::Op;
using ir::StateId;
using ir::Type;
using ir::ValueId;

namespace {

/// All that is passed from function to function is words of the guest's stack.
bool push_words(Vec<Type>& types, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    if (!types.try_push(Type::I256))
      return false;
  }
  return true;
}

/// Places that have an entry, and the function it is in.
using Entries = FlatMap<uint32_t, uint32_t, HashNumber>;

class FunctionWriter {
 public:
  FunctionWriter(StraightCode& code, Discovery& discovery, uint32_t function, Entries& entries,
                 ir::Function& out)
      : code_(code), discovery_(discovery), id_(function), entries_(entries), f_(out),
        l_(*code.source().schedule, out), b_(l_.builder()) {}

  /// Writes so many words at most, and takes them off.
  [[nodiscard]] bool run(uint64_t& words) {
    const auto goes_on = [&](uint32_t p) {
      return p != kNowhere && !l_.failed() && written() <= words;
    };
    const FoundFunction& found = here();
    f_.entry_pc = found.pc;
    f_.stack_need = found.need();
    if (!number_blocks() || !push_words(f_.variables, found.need() + places()) ||
        !push_words(f_.results, found.returns ? found.results() : 0))
      return false;
    bring_arguments();
    for (uint32_t p = found.first_piece; goes_on(p); p = piece(p).next_in_function)
      write_piece(p);
    for (uint32_t p = found.first_piece; goes_on(p); p = piece(p).next_in_function)
      finish_piece(p);
    if (l_.failed() || failed_ || written() > words)
      return false; // there may be blocks without an end
    words -= written();
    f_.stack_growth = static_cast<uint32_t>(std::max(peak_, 0));
    join_blocks();
    return !failed_;
  }

 private:
  [[nodiscard]] uint64_t written() const { return f_.insts.size() + f_.stack_items.size(); }
  [[nodiscard]] const FoundFunction& function(uint32_t id) const {
    return discovery_.functions()[id];
  }
  [[nodiscard]] const FoundFunction& here() const { return function(id_); }
  [[nodiscard]] const Piece& piece(uint32_t id) const { return discovery_.pieces()[id]; }
  /// Above the function's entry, at the heads of pieces.
  [[nodiscard]] uint32_t places() const { return static_cast<uint32_t>(here().highest); }
  [[nodiscard]] BlockId block_of(uint32_t p) const { return *blocks_.find(p); }

  /// Block 0 brings the arguments to their places; each piece begins a block, in their order.
  [[nodiscard]] bool number_blocks() {
    f_.make_block();
    for (uint32_t p = here().first_piece; p != kNowhere; p = piece(p).next_in_function) {
      if (blocks_.try_insert(p, f_.make_block()).value == nullptr || f_.failed())
        return false;
    }
    return true;
  }
  void bring_arguments() {
    b_.set_block(0);
    f_.blocks[0].pc = here().pc;
    f_.blocks[0].poll = f_.blocks[0].is_final = true; // functions may call each other for ever
    for (uint32_t i = 0; i < here().need() && !f_.failed(); ++i)
      b_.emit(Op::VarSet, Type::I256, {f_.add_param(0, Type::I256)}, i);
    b_.br(block_of(here().first_piece));
  }

  // --- pieces ---

  void write_piece(uint32_t id) {
    const Piece p = piece(id);
    current_ = id;
    Straight s;
    // Any place may hold something else than at the function's entry.
    l_.begin_straight(code_.source(), p.pc, block_of(id), p.height, here().need(), here().lowest);
    s.end = Lowering::End::Falls;
    const bool is_whole =
        p.only_calls || lower_straight(code_.guest(), code_.source(), p.pc, l_, s);
    const Ways ways = discovery_.ways(id);
    if (l_.failed())
      return;
    f_.blocks[block_of(id)].cold = !discovery_.is_reached(p.pc);
    if (is_whole && s.end != Lowering::End::Ends)
      go_on(s, ways);
    peak_ = std::max(peak_, l_.peak());
    l_.close_straight();
  }

  void go_on(const Straight& s, const Ways& ways) {
    const Way& way = s.end == Lowering::End::Falls ? ways.next : ways.jump;
    if (s.end == Lowering::End::Forks)
      return fork(ways);
    if (way.kind == Way::Kind::Call || way.kind == Way::Kind::TailCall) {
      call(way);
    } else if (way.kind == Way::Kind::Piece) {
      l_.store_places();
      b_.br(block_of(way.piece));
      note_edge(way.piece);
    } else {
      leave(way);
    }
  }

  /// Both ways begin with the same stack.
  void fork(const Ways& ways) {
    const StateId before = wants_state(ways.jump) ? l_.state_before() : kNone;
    const ValueId flag = b_.emit(Op::Ne, Type::I256, {l_.condition(), b_.word(0)});
    Target to[2] = {prepare(ways.jump), prepare(ways.next)};
    if (to[0].block != kNone || to[1].block != kNone)
      l_.store_places();
    const BlockId here = b_.block();
    for (Target& t : to) {
      if (t.way->kind == Way::Kind::Piece || f_.failed())
        continue;
      t.block = f_.make_block();
      if (f_.failed())
        return;
      f_.blocks[t.block].pc = f_.blocks[here].pc;
      f_.blocks[t.block].cold = true;
      b_.set_block(t.block);
      write_leave(*t.way, t.state, before);
    }
    b_.set_block(here);
    b_.br_if(flag, to[0].block, to[1].block);
  }
  struct Target {
    const Way* way;
    BlockId block;
    StateId state;
  };
  [[nodiscard]] static bool wants_state(const Way& way) {
    return way.kind == Way::Kind::Dynamic || way.kind == Way::Kind::Invalid;
  }
  Target prepare(const Way& way) {
    if (way.kind == Way::Kind::Piece) {
      note_edge(way.piece);
      return {&way, block_of(way.piece), kNone};
    }
    if (way.kind == Way::Kind::Return)
      gather_results(l_.destination());
    return {&way, kNone, wants_state(way) ? kNone : l_.state_there(way.pc)};
  }

  /// Ends the block without a way to another one of the function.
  void leave(const Way& way) {
    if (way.kind == Way::Kind::Return)
      gather_results(l_.destination());
    const StateId before = wants_state(way) ? l_.state_before() : kNone;
    write_leave(way, wants_state(way) ? kNone : l_.state_there(way.pc), before);
  }
  void write_leave(const Way& way, StateId there, StateId before) {
    switch (way.kind) {
    case Way::Kind::Return:
      return b_.return_label(results_.view(), there);
    case Way::Kind::Dynamic:
      return b_.leave_dynamic(l_.destination(), l_.jump_takes(), before);
    case Way::Kind::Invalid:
      b_.emit(Op::Exit, Builder::List{}, 0, before);
      return;
    default:
      return b_.leave(there);
    }
  }
  /// The label, and what stands from the first place that has changed.
  void gather_results(ValueId label) {
    results_.clear();
    l_.reach(here().kept);
    failed_ |= !results_.try_push(label);
    for (int32_t at = here().kept; at < here().top; ++at)
      failed_ |= !results_.try_push(l_.item(at));
  }

  void call(const Way& way) {
    const FoundFunction& callee = function(way.function);
    const int32_t top = l_.top();
    l_.reach(top + callee.lowest);
    arguments_.clear();
    for (int32_t at = top + callee.lowest; at < top; ++at)
      failed_ |= !arguments_.try_push(l_.item(at));
    types_.clear();
    failed_ |= !push_words(types_, callee.results());
    const ValueId label = l_.item(top + callee.label);
    const StateId at_entry = l_.state_there(callee.pc);
    if (failed_ || f_.failed())
      return;
    const auto inst = static_cast<ir::InstId>(f_.insts.size());
    const ValueId first = b_.call(Op::CallFunction, way.function, arguments_.view(), types_.view());
    if (f_.failed())
      return;
    f_.insts[inst].state = at_entry;
    l_.set_top(top + callee.top);
    for (uint32_t r = 0; r < callee.results(); ++r)
      l_.put(top + callee.kept + static_cast<int32_t>(r), first + r);
    if (way.kind == Way::Kind::TailCall) {
      gather_results(label);
      return b_.return_label(results_.view(), l_.state_there(callee.pc));
    }
    l_.store_places();
    b_.br(block_of(way.piece));
    note_edge(way.piece);
  }

  // --- entries ---

  /// A piece that stands before one that leads to it is a loop head.
  void note_edge(uint32_t to) {
    if (block_of(to) <= block_of(current_))
      f_.blocks[block_of(to)].poll = true;
  }

  void finish_piece(uint32_t id) {
    const Piece p = piece(id);
    ir::Block& b = f_.blocks[block_of(id)];
    if (b.poll)
      b.is_final = true;
    const bool is_start = id == here().first_piece;
    if ((is_start || p.is_entry || b.poll) && !p.only_calls)
      write_entry(p, block_of(id));
  }
  void write_entry(const Piece& p, BlockId to) {
    const auto [place, is_new] = entries_.try_insert(p.pc, id_);
    if (place != nullptr && !is_new)
      return;
    const BlockId before = f_.blocks[to].prev;
    const BlockId entry = b_.begin_block(p.pc);
    failed_ |= place == nullptr || f_.failed() || !f_.entries.try_push(entry);
    if (failed_)
      return;
    f_.move_block(entry, before);
    items_.clear();
    const uint32_t count = here().need() + static_cast<uint32_t>(p.height);
    for (uint32_t i = 0; i < count && !f_.failed(); ++i)
      failed_ |= !items_.try_push(f_.add_param(entry, Type::I256));
    if (failed_ || f_.failed())
      return;
    const StateId at_entry = b_.make_state(p.pc, here().need(), items_.view(), 0);
    f_.blocks[entry].state = at_entry;
    for (uint32_t i = 0; i < count && !f_.failed(); ++i) {
      const Known known = discovery_.at_head(p, static_cast<int32_t>(i - here().need()));
      if (known.is_destination())
        check(items_[i], static_cast<uint32_t>(known.value), at_entry);
    }
    for (uint32_t i = 0; i < count; ++i)
      b_.emit(Op::VarSet, Type::I256, {items_[i]}, i);
    b_.br(to);
    peak_ = std::max(peak_, p.height);
  }

  /// Ways through the program bring a label, which has been followed; others may bring anything.
  void check(ValueId item, uint32_t label, StateId at_entry) {
    const ValueId is_so = b_.emit(Op::Eq, Type::I256, {item, b_.word(label)});
    const BlockId here = b_.block();
    const BlockId go_on = f_.make_block(), refuse = f_.make_block();
    if (f_.failed())
      return;
    b_.br_if(is_so, go_on, refuse);
    f_.move_block(go_on, here);
    f_.blocks[refuse].cold = true;
    f_.blocks[go_on].pc = f_.blocks[refuse].pc = f_.blocks[here].pc;
    b_.set_block(refuse);
    b_.emit(Op::Exit, Builder::List{}, 0, at_entry);
    b_.set_block(go_on);
  }

  // --- regions ---

  /// A block that one other alone leads to becomes a part of it, and is paid with it, unless something
  /// is done in that one that whoever cannot pay for all must not have done.
  void join_blocks() {
    Vec<uint32_t> edges;
    failed_ |= !edges.try_resize(f_.blocks.size());
    if (failed_)
      return;
    f_.for_each_root([&](BlockId root) { return ++edges[root] != 0; });
    for (const BlockId b : layout(f_)) {
      for (const ir::Target& t : targets_of(f_, b))
        ++edges[t.block];
    }
    const auto has_to_end = [&](BlockId b) {
      bool has = false;
      for (const ir::InstId i : body(f_, b))
        has |= ends_block(f_.insts[i]);
      return has;
    };
    for (BlockId b = f_.first_block(); b != kNone; b = f_.blocks[b].next) {
      if (f_.blocks[b].state != kNone)
        continue; // an entry: who refuses there has paid nothing
      for (bool ends = has_to_end(b); !ends;) {
        const auto targets = targets_of(f_, b);
        const BlockId next = targets.size() == 1 ? targets[0].block : b;
        if (next == b || edges[next] != 1 || f_.blocks[next].poll ||
            f_.blocks[next].cold != f_.blocks[b].cold || f_.insts[f_.blocks[b].last].op != Op::Br)
          break;
        ends = has_to_end(next);
        join(b, next);
      }
    }
  }
  void join(BlockId b, BlockId next) {
    f_.remove(f_.blocks[b].last);
    ir::Block &to = f_.blocks[b], &from = f_.blocks[next];
    for (const ir::InstId i : body(f_, next))
      f_.insts[i].block = b;
    f_.insts[from.first].prev = to.last;
    (to.last == kNone ? to.first : f_.insts[to.last].next) = from.first;
    to.last = from.last;
    to.gas += from.gas;
    to.is_final |= from.is_final;
    from.first = from.last = kNone;
    f_.remove_block(next);
  }

  StraightCode& code_;
  Discovery& discovery_;
  uint32_t id_;
  Entries& entries_;
  ir::Function& f_;
  Lowering l_;
  Builder& b_;
  FlatMap<uint32_t, BlockId, HashNumber> blocks_; ///< by piece
  Vec<ValueId> arguments_, results_, items_;
  Vec<Type> types_;
  uint32_t current_ = 0; ///< piece
  int32_t peak_ = 0;
  bool failed_ = false;
};

[[nodiscard]] bool declare(const Discovery& discovery, ir::Module& out) {
  Vec<Type> types;
  for (const FoundFunction& f : discovery.functions()) {
    const uint32_t results = f.returns ? f.results() : 0;
    types.clear();
    if (!push_words(types, f.need() + results) ||
        !out.functions.try_push(static_cast<uint32_t>(out.function_types.size())) ||
        !out.try_add_type(types.view().first(f.need()), types.view().subspan(f.need())))
      return false;
  }
  return out.try_make_bodies();
}

} // namespace

bool lower_program(const Guest& guest, const Source& source, const ProgramLimits& limits,
                   ir::Module& out) {
  StraightCode code{guest, source};
  Discovery discovery{code, limits};
  Entries entries;
  if (!discovery.run() || !declare(discovery, out))
    return false;
  uint64_t words = limits.most_words(source);
  for (uint32_t i = 0; i < discovery.functions().size(); ++i) {
    if (!FunctionWriter{code, discovery, i, entries, out.bodies[i]}.run(words))
      return false;
  }
  return true;
}

} // namespace zvm::frontend
