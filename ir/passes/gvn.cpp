#include "ir/passes/gvn.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/guest.hpp"
#include "base/hash.hpp"
#include "ir/edit.hpp"
#include "ir/passes/passes.hpp"

namespace zvm::ir {
namespace {

/// What gvn may do with an op.
struct Row {
  bool merges = false; ///< with an equal one that dominates it, where what it reads is the same
  uint8_t reads = 0;   ///< Store + 1; 0: nothing that changes
  uint8_t writes = 0;  ///< bit by Store
};

consteval std::array<Row, kOpCount> make_rows() {
  using Store = Gvn::Store;
  std::array<Row, kOpCount> rows{};
  const auto bit = [](Store s) { return static_cast<uint8_t>(1u << static_cast<unsigned>(s)); };
  const auto reads = [](Store s) { return static_cast<uint8_t>(static_cast<unsigned>(s) + 1); };
  for (unsigned i = 0; i < kOpCount; ++i) {
    const OpInfo& info = kOps[i];
    const auto op = static_cast<Op>(i);
    Row& row = rows[i];
    // What fails has not failed where it was done before. A touch that came before covers an equal
    // one. StepDup looks at a stack that others change.
    row.merges =
        op == Op::MemTouch ||
        (op != Op::StepDup && !info.has(kAllEffects & ~(MayExit | ReadsMemory | ReadsModule)));
    if (op == Op::MemSize || op == Op::LinearSize)
      row.reads = reads(Store::Sizes);
    else if (op == Op::DataSize || op == Op::DataBounds)
      row.reads = reads(Store::Returned);
    else if (info.has(ReadsMemory))
      row.reads = reads(Store::Memory);
    else if (info.has(ReadsModule))
      row.reads = reads(Store::Module);
    if (info.has(WritesMemory))
      row.writes |= bit(Store::Memory);
    if (info.has(GrowsMemory))
      row.writes |= bit(Store::Sizes);
    if (info.has(WritesModule))
      row.writes |= bit(Store::Module);
    // Calls, the only ops that read memory and write what others see.
    if (info.has(ReadsHost) && info.has(WritesHost) && info.has(ReadsMemory))
      row.writes |= bit(Store::Returned);
  }
  return rows;
}
constexpr std::array<Row, kOpCount> kRows = make_rows();

const Row& row_of(Op op) { return kRows[static_cast<uint8_t>(op)]; }

} // namespace

bool Gvn::run(Function& f, Cfg& cfg, Dominators& dominators, Forward& forward) {
  f_ = &f;
  cfg_ = &cfg;
  forward_ = &forward;
  if (!cfg.try_build(f) || !dominators.try_build(f, cfg))
    return false;
  if (const Order order = order_by_dominance(f, cfg); order != Order::ByDominance)
    return order == Order::Other;
  if (!forward.try_reset(f.values.size()) || !prepare())
    return false;
  for (const BlockId b : dominators.preorder()) {
    while (!open_.empty() && !dominators.dominates(open_.back().block, b))
      close();
    if (!open_.try_push({b, static_cast<uint32_t>(entries_.size())}) || !visit_block(b))
      return false;
  }
  forward.finish(f);
  return !f.failed();
}

bool Gvn::prepare() {
  entries_.clear();
  heads_.clear();
  open_.clear();
  at_end_.clear();
  last_version_ = 0;
  return heads_.try_resize(std::bit_ceil(f_->insts.size() + 1)) &&
         at_end_.try_resize(f_->blocks.size());
}

/// Takes out what the innermost open block has added, newest first.
void Gvn::close() {
  for (; entries_.size() > open_.back().entries; entries_.pop())
    heads_[entries_.back().place] = entries_.back().next;
  open_.pop();
}

bool Gvn::visit_block(BlockId b) {
  begin_versions(b);
  for (const InstId i : body(*f_, b)) {
    if (!visit(i))
      return false;
  }
  at_end_[b] = now_;
  return true;
}

/// Where one edge leads in, nothing has been written since its beginning.
void Gvn::begin_versions(BlockId b) {
  const auto edges = cfg_->predecessors(b);
  if (edges.size() == 1) {
    now_ = at_end_[edges[0].block];
    return;
  }
  for (uint32_t& version : now_.of)
    version = ++last_version_;
}

void Gvn::note_writes(const Inst& inst) {
  const uint8_t writes = row_of(inst.op).writes;
  for (unsigned s = 0; writes >> s != 0; ++s) {
    if ((writes >> s & 1) != 0)
      now_.of[s] = ++last_version_;
  }
}

uint32_t Gvn::version_of(const Inst& inst) const {
  const uint8_t reads = row_of(inst.op).reads;
  return reads == 0 ? 0 : now_.of[reads - 1];
}

bool Gvn::visit(InstId id) {
  Function& f = *f_;
  Inst& inst = f.insts[id];
  const auto args = f.args(inst);
  for (ValueId& v : args)
    v = (*forward_)[v];
  if (!row_of(inst.op).merges) {
    note_writes(inst);
    return true;
  }
  if (info(inst.op).has(Commutes)) { // a constant second
    const bool first = f.is_constant(args[0]), second = f.is_constant(args[1]);
    if (first != second ? first : args[0] > args[1])
      std::swap(args[0], args[1]);
  }
  const uint32_t version = version_of(inst);
  const auto place = static_cast<uint32_t>(hash(inst, version) & (heads_.size() - 1));
  for (uint32_t at = heads_[place]; at != 0; at = entries_[at - 1].next) {
    const Inst& other = f.insts[entries_[at - 1].inst];
    if (entries_[at - 1].version != version || !is_same(other, inst))
      continue;
    for (uint32_t r = 0; r < inst.result_count; ++r)
      forward_->set(inst.result + r, other.result + r);
    f.remove(id);
    return true;
  }
  note_writes(inst);
  const Entry entry{id, version, place, heads_[place]};
  if (!entries_.try_push(entry))
    return false;
  heads_[place] = static_cast<uint32_t>(entries_.size());
  return true;
}

uint64_t Gvn::hash(const Inst& inst, uint32_t version) const {
  const HashSecrets s;
  const uint64_t what = uint64_t{static_cast<uint8_t>(inst.op)} << 40 |
                        uint64_t{static_cast<uint8_t>(inst.type)} << 32 | version;
  uint64_t hash = mix(inst.attribute ^ s.first, what ^ s.second);
  for (const ValueId v : f_->args(inst))
    hash = mix(hash ^ v, s.third);
  return hash ^ hash >> 32;
}

bool Gvn::is_same(const Inst& a, const Inst& b) const {
  return a.op == b.op && a.type == b.type && a.attribute == b.attribute &&
         std::ranges::equal(f_->args(a), f_->args(b));
}

bool gvn(Function& f, PassContext& context) {
  return context.gvn.run(f, context.cfg, context.dominators, context.forward);
}

} // namespace zvm::ir
