#include "frontend/straight.hpp"

#include <algorithm>

#include "ir/access.hpp"

namespace zvm::frontend {

using ir::Op;
using ir::ValueId;

namespace {

bool ends_in_success(const ir::Function& f) {
  const Op last = f.insts.empty() ? Op::Trap : f.insts.back().op;
  return last == Op::Stop || last == Op::Finish || last == Op::SelfDestruct;
}

/// As deep as straight code can look; variables of the scratch function count from there.
constexpr int32_t kDeepest = 1100;

} // namespace

bool ends_block(const ir::Inst& inst) {
  const ir::OpInfo& op = ir::info(inst.op);
  const bool may_fail = (ir::effects(inst.op, inst.attribute) & ir::MayExit) != 0;
  const bool fails_otherwise = may_fail && (op.failures() & ~ir::failure(Status::OutOfGas)) != 0;
  return op.has(ir::ReadsHost | ir::WritesHost | ir::ReadsGas) || fails_otherwise;
}

bool lower_straight(const Guest& guest, const Source& source, uint32_t pc, Lowering& l,
                    Straight& out) {
  ir::Function& f = l.builder().function();
  for (uint32_t count = 0; !l.ended() && !l.failed(); ++count) {
    out.next = pc;
    if (count == kMostStraight || (count != 0 && source.is_destination(pc)))
      break;
    const uint8_t opcode = source.bytes[pc];
    const OpcodeInfo& info = (*guest.opcodes)[opcode];
    if (!info.is_defined(*source.schedule)) {
      l.exit(pc);
      return false;
    }
    ++out.instructions;
    const size_t first = f.insts.size();
    l.begin_instruction(pc, info);
    guest.lower(l, opcode);
    out.is_message = info.has(Calls);
    pc = static_cast<uint32_t>(std::min<uint64_t>(l.next_pc(), source.size));
    out.next = pc;
    if (!l.ended() && !l.failed() && std::ranges::any_of(f.insts.view().subspan(first), ends_block))
      l.split_block(pc);
  }
  out.end = l.end();
  return true;
}

const Straight* StraightCode::at(uint32_t pc) {
  const auto [place, is_new] = found_.try_insert(pc, {});
  if (place == nullptr || (is_new && !find(pc, *place)))
    return nullptr;
  return place;
}

Known StraightCode::known(ValueId v) const {
  if (scratch_.is_constant(v)) {
    const U256& c = scratch_.constant(v);
    const bool is_destination = c.fits_u64() && source_.is_destination(c.low64());
    return is_destination ? Known{Known::Kind::Destination, static_cast<int32_t>(c.low64())}
                          : Known{};
  }
  const ir::Value& value = scratch_.values[v];
  if (value.kind != ir::ValueKind::Result || scratch_.insts[value.def].op != Op::VarGet)
    return {};
  return Known::place(static_cast<int32_t>(scratch_.insts[value.def].attribute) - kDeepest);
}

bool StraightCode::find(uint32_t pc, Straight& s) {
  scratch_.clear();
  Lowering l{*source_.schedule, scratch_};
  l.begin_straight(source_, pc, scratch_.make_block(), 0, kDeepest, 0);
  if (!lower_straight(guest_, source_, pc, l, s))
    s.end = Lowering::End::Ends;
  if (l.failed())
    return false;
  s.succeeds = s.end == Lowering::End::Ends && ends_in_success(scratch_);
  s.lowest = l.lowest();
  s.top = l.top();
  if (s.end == Lowering::End::Jumps || s.end == Lowering::End::Forks) {
    s.destination = known(l.destination());
    s.is_invalid = scratch_.is_constant(l.destination()) && !s.destination.is_destination();
  }
  s.items.begin = static_cast<uint32_t>(items_.size());
  for (int32_t p = s.lowest; p < s.top; ++p) {
    if (!items_.try_push(known(l.item(p))))
      return false;
  }
  s.items.count = static_cast<uint32_t>(items_.size()) - s.items.begin;
  return true;
}

} // namespace zvm::frontend
