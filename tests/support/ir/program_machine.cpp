#include "tests/support/ir/program_machine.hpp"

#include <map>
#include <optional>

#include "tests/support/ir/evaluation.hpp"

namespace zvm::test {

using namespace ir;

namespace {

/// Frames that may stand on each other.
constexpr size_t kMostFrames = 6;
constexpr size_t kMostItems = 200;
/// As often may an entry be tried in a row.
constexpr unsigned kMostTries = 100;

class Machine : public Evaluation {
 public:
  Machine(const ProgramRun& run, const ReferenceLimits& limits)
      : Evaluation(limits), run_(run), chance_(run.seed) {
    for (const mpz_class& item : run.stack)
      places_.emplace_back(item);
  }

  std::string go() {
    go_on_at(run_.entry_pc);
    go_on();
    return log() + (leaves_memory_ ? memory_text() : std::string{});
  }

 private:
  /// What compiled code believes that places hold, and does not write again.
  using Known = std::map<size_t, mpz_class>;
  struct Caller {
    Frame frame;
    size_t base;
    Known known;
  };

  [[nodiscard]] bool is_chaotic() const { return run_.fast != nullptr; }
  [[nodiscard]] bool chance(unsigned n) { return is_chaotic() && chance_.one_in(n); }
  [[nodiscard]] bool breaks(Breach b) const { return run_.breach == b; }
  [[nodiscard]] const Module& module() const { return is_fast_ ? *run_.fast : *run_.slow; }

  // --- places ---

  [[nodiscard]] size_t place(int32_t position) const {
    return base_ + static_cast<size_t>(static_cast<int64_t>(position));
  }
  [[nodiscard]] size_t top_of(StateId s) const { return place(f().states[s].height); }

  void write(size_t at, ValueId v) {
    const auto known = known_.find(at);
    if (known != known_.end() && known->second == value(v)) {
      if (at >= places_.size() || places_[at] != value(v))
        note("place " + std::to_string(at) + " does not hold what is known of it");
      return;
    }
    if (at >= places_.size())
      places_.resize(at + 1);
    places_[at] = value(v);
    known_[at] = value(v);
  }
  /// Every item that memory does not hold, dead or alive.
  void write_items(StateId s, const Inst* last = nullptr) {
    auto at = place(-static_cast<int32_t>(f().stack_need));
    for (const ValueId v : stack_at(s)) {
      const bool stays = breaks(Breach::DeadItemsStay) && last != nullptr && is_dead(v, *last);
      if (v != kNone && !stays)
        write(at, v);
      ++at;
    }
  }
  /// Not used behind an instruction in its block, nor passed on: an item for states alone.
  [[nodiscard]] bool is_dead(ValueId v, const Inst& last) const {
    for (InstId i = last.next; i != kNone; i = f().insts[i].next) {
      for (const ValueId used : f().args(f().insts[i])) {
        if (used == v)
          return false;
      }
    }
    for (const Target& t : targets_of(f(), last.block)) {
      for (const ValueId used : f().values_of(t.args)) {
        if (used == v)
          return false;
      }
    }
    return true;
  }
  /// The stack ends there: nothing stands above.
  void cut(size_t top) {
    places_.resize(top);
    known_.erase(known_.lower_bound(top), known_.end());
  }
  [[nodiscard]] std::string stack_text() const {
    std::string all = " stack";
    for (const auto& item : places_)
      all += " " + (item ? text(*item) : std::string{"nothing"});
    return all;
  }

  // --- what happens ---

  /// Items may be written to their places at any time.
  void begins(const Inst& inst) override {
    if (inst.state == kNone || !chance(3))
      return;
    auto at = place(-static_cast<int32_t>(f().stack_need));
    for (const ValueId v : stack_at(inst.state)) {
      if (v != kNone && chance(2))
        write(at, v);
      ++at;
    }
  }

  void call(const Inst& inst) override {
    const size_t top = top_of(inst.state);
    if (top > kMostItems && run_.steps == nullptr)
      return fail("the stack is full");
    const bool is_deep = is_chaotic() && callers_.size() >= kMostFrames;
    if (is_deep && breaks(Breach::NoDepthLimit))
      note("more frames than there is room for");
    const Function& callee = module().bodies[inst.attribute];
    const bool drops = chance(3) || (is_deep && !breaks(Breach::NoDepthLimit)) ||
                       top + callee.stack_growth > kMostItems;
    if (drops || !breaks(Breach::CallerKeepsItems))
      write_items(inst.state, &inst);
    if (drops) {
      cut(top);
      return go_on_at(f().states[inst.state].pc);
    }
    const Numbers arguments = values_of(inst.args);
    callers_.push_back({std::move(frame_), base_, std::move(known_)});
    frame_ = make_frame(callee);
    base_ = top;
    known_.clear();
    enter(0, arguments);
    const auto params = f().values_of(f().blocks[0].params);
    for (size_t i = 0; i < params.size(); ++i)
      write(top - params.size() + i, params[i]);
  }

  void return_label(const Inst& inst) {
    mpz_class label = value(f().args(inst)[0]);
    const size_t top = top_of(inst.state);
    if (callers_.empty()) {
      const size_t label_at = place_of_label(inst);
      write_items(inst.state);
      if (breaks(Breach::LabelReadLate) && label_at < places_.size() && places_[label_at])
        label = *places_[label_at];
      cut(top);
      return is_destination(label) ? go_on_at(label) : fail("invalid jump");
    }
    // What the callee has left as it was stands in memory, the rest is in registers.
    const size_t bottom = place(-static_cast<int32_t>(f().stack_need));
    const auto params = f().values_of(f().blocks[0].params);
    const auto stack = stack_at(inst.state);
    std::vector<size_t> untouched;
    for (size_t i = 0; i < stack.size() && i < params.size(); ++i) {
      if (stack[i] != kNone && value(stack[i]) != value(params[i]))
        break;
      untouched.push_back(bottom + i);
      if (stack[i] != kNone && !breaks(Breach::NoWriteBack))
        write(bottom + i, stack[i]);
    }
    Numbers results;
    for (const ValueId v : f().args(inst).subspan(1))
      results.push_back(value(v));
    Caller& caller = callers_.back();
    frame_ = std::move(caller.frame);
    base_ = caller.base;
    known_ = std::move(caller.known);
    callers_.pop_back();
    const Inst& made = f().insts[frame_.at];
    if (!breaks(Breach::StalePlaces)) {
      // Of its arguments the caller knows those that a summary says are left alone; results have
      // taken the places of the others.
      const size_t kept = stack.size() - results.size();
      known_.erase(known_.lower_bound(bottom + std::min(kept, untouched.size())), known_.end());
    }
    for (uint32_t r = 0; r < made.result_count; ++r)
      define(made.result + r, results.at(r));
    next();
  }
  [[nodiscard]] size_t place_of_label(const Inst& inst) const {
    const auto params = f().values_of(f().blocks[0].params);
    for (size_t i = 0; i < params.size(); ++i) {
      const auto at = place(-static_cast<int32_t>(f().stack_need)) + i;
      if (at < places_.size() && places_[at] && *places_[at] == value(f().args(inst)[0]))
        return at;
    }
    return SIZE_MAX;
  }

  void send_message(const Inst& inst) override {
    const Target& target = f().targets[inst.targets.begin];
    const size_t top = top_of(inst.state) - inst.args.count;
    write_items(inst.state, &inst);
    const mpz_class reply = answer_of_message(inst);
    cut(top);
    if (!is_chaotic() || chance(2)) {
      define(inst.result, reply);
      return branch(target);
    }
    places_.emplace_back(reply);
    go_on_at(f().blocks[target.block].pc);
  }

  void leave(const std::string& how, const Inst* inst, StateId s) override {
    if (inst != nullptr && inst->op == Op::ReturnLabel)
      return return_label(*inst);
    // In byte code who cannot pay is out of gas, whatever has been prepaid.
    const bool is_charge = inst == nullptr || (info(inst->op).has(Charges | GrowsMemory) &&
                                               !info(inst->op).has(Terminator));
    if (run_.steps != nullptr && is_charge) {
      leaves_memory_ = false; // no one will see how far it came
      return fail("out of gas");
    }
    if (s == kNone || (run_.steps != nullptr && inst->op == Op::DataBounds))
      return fail(how);
    mpz_class pc = f().states[s].pc;
    write_items(s);
    size_t top = top_of(s);
    const bool goes_on = inst != nullptr && (inst->op == Op::Leave || inst->op == Op::Exit ||
                                             inst->op == Op::LeaveDynamic);
    if (goes_on && inst->op == Op::LeaveDynamic) {
      pc = value(f().args(*inst)[0]);
      top -= inst->attribute;
    }
    cut(top);
    if (goes_on && inst->op == Op::LeaveDynamic && !is_destination(pc))
      return fail("invalid jump");
    // One instruction alone that cannot go on is one that is not defined.
    const bool is_step = run_.steps != nullptr && !is_fast_;
    if (!goes_on || (is_step && inst->op == Op::Exit))
      return fail(how + " pc " + text(pc) + " unused " + std::to_string(f().states[s].unused) +
                  stack_text());
    if (inst->op == Op::Exit)
      give_back(f().states[s].unused);
    go_on_at(pc, inst->op == Op::Exit);
  }
  void fail(const std::string& why) {
    note(why);
    end();
  }

  // --- entries ---

  using Entry = SlowForm::Entry;
  [[nodiscard]] std::optional<Entry> find_entry(const Module& m, const mpz_class& pc) const {
    std::optional<Entry> nearest;
    for (const Function& f : m.body_list()) {
      for (const BlockId b : f.entries) {
        if (f.blocks[b].pc == pc)
          return Entry{&f, b};
        if (f.blocks[b].pc < pc)
          nearest = Entry{&f, b};
      }
    }
    return breaks(Breach::LabelUnchecked) ? nearest : std::nullopt;
  }

  [[nodiscard]] bool is_destination(const mpz_class& pc) const {
    return run_.steps == nullptr || run_.steps->is_destination(pc);
  }

  /// No frame is left; all that is known is on the guest's stack.
  void go_on_at(const mpz_class& pc, bool is_refused = false) {
    callers_.clear();
    known_.clear();
    is_fast_ = is_chaotic() && !is_refused && !chance(4);
    if (is_refused && breaks(Breach::RefusalToItself)) {
      is_fast_ = true;
      if (++tries_ > kMostTries)
        return fail("an entry that refuses is tried for ever");
    }
    std::optional<Entry> found = is_fast_ ? find_entry(*run_.fast, pc) : std::nullopt;
    if (run_.steps != nullptr && (!found || !has_room(*found))) {
      is_fast_ = false;
      found = run_.steps->at(pc);
    } else if (!is_fast_) {
      found = find_entry(*run_.slow, pc);
    }
    if (!found)
      return fail("goes on at pc " + text(pc) + stack_text());
    if (!has_room(*found))
      return fail("no room on the stack at pc " + text(pc) + stack_text());
    frame_ = make_frame(*found->function);
    base_ = places_.size() - static_cast<size_t>(height_at(*found));
    Numbers items;
    std::vector<size_t> at;
    for (const int32_t position : positions_at(*found)) {
      at.push_back(place(position));
      const auto& item = places_[at.back()];
      if (!item)
        return fail("nothing was written to a place that is read at pc " + text(pc));
      items.push_back(*item);
    }
    enter(found->block, items);
    for (size_t i = 0; i < at.size(); ++i)
      known_[at[i]] = items[i];
  }

  /// Of the stack there, above that at the function's entry.
  [[nodiscard]] static int32_t height_at(const Entry& e) {
    const StateId s = e.function->blocks[e.block].state;
    return e.block == 0 ? 0 : e.function->states[s].height;
  }
  [[nodiscard]] static std::vector<int32_t> positions_at(const Entry& e) {
    const Function& f = *e.function;
    std::vector<int32_t> positions;
    if (e.block == 0) {
      for (auto p = -static_cast<int32_t>(f.stack_need); p < 0; ++p)
        positions.push_back(p);
      return positions;
    }
    const Range items = f.states[f.blocks[e.block].state].items;
    for (uint32_t i = 0; i < items.count; ++i)
      positions.push_back(f.stack_items[items.begin + i].position);
    return positions;
  }
  [[nodiscard]] bool has_room(const Entry& e) const {
    const auto height = static_cast<size_t>(height_at(e));
    const size_t most = run_.steps != nullptr ? kMostItems : SIZE_MAX;
    return places_.size() >= e.function->stack_need + height &&
           places_.size() - height + e.function->stack_growth <= most;
  }

  const ProgramRun& run_;
  Choices chance_;
  std::vector<std::optional<mpz_class>> places_;
  std::vector<Caller> callers_;
  size_t base_ = 0; ///< the place above the stack as the function found it
  Known known_;
  bool is_fast_ = false;
  bool leaves_memory_ = true;
  unsigned tries_ = 0;
};

} // namespace

std::vector<uint32_t> entries_of(const ir::Module& program) {
  std::vector<uint32_t> pcs;
  for (const ir::Function& f : program.body_list()) {
    for (const ir::BlockId b : f.entries)
      pcs.push_back(f.blocks[b].pc);
  }
  return pcs;
}

std::string run_program(const ProgramRun& run) {
  const ReferenceLimits limits{.gas = run.gas, .blocks = UINT32_MAX, .sums_charges = true};
  return Machine{run, limits}.go();
}

} // namespace zvm::test
