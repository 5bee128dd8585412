#include "frontend/trace.hpp"

#include <algorithm>
#include <array>

#include "frontend/lowering.hpp"

namespace zvm::frontend {

bool lower_snippet(const Guest& guest, const gas::Schedule& schedule, uint8_t opcode,
                   ir::Function& out) {
  out.clear();
  Lowering lowering{schedule, out};
  lowering.begin_snippet((*guest.opcodes)[opcode]);
  guest.lower(lowering, opcode);
  lowering.end_snippet();
  return !lowering.failed();
}

namespace {

/// Where the trace has ended in straight code, what it knows of the stack there.
void note_end(const Lowering& lowering, const Source& source, KnownStacks& known) {
  const uint32_t pc = lowering.resumes_at();
  if (pc >= source.size || source.is_destination(pc) || lowering.failed())
    return;
  std::array<KnownItem, KnownStacks::kMostItems> items;
  known.note(pc, {items.data(), lowering.known_there(items)});
}

} // namespace

bool lower_trace(const Guest& guest, const Source& source, uint32_t pc, const TraceLimits& limits,
                 ir::Function& out, KnownStacks* known, Coverage* coverage) {
  out.clear();
  Lowering lowering{*source.schedule, out};
  lowering.begin_trace(source, pc, known != nullptr ? known->at(pc) : std::span<const KnownItem>{});
  Vec<uint32_t> landed; // where the trace has been entered by a jump, and its beginning
  if (!landed.try_push(pc))
    return false;

  for (uint32_t count = 0; !lowering.failed(); ++count) {
    const bool lands = count != 0 && source.is_destination(pc);
    if (count == limits.instructions || (lands && coverage != nullptr && coverage->ends_at(pc))) {
      lowering.leave(pc);
      break;
    }
    if (coverage != nullptr)
      coverage->pass(pc);
    if (lands)
      lowering.pass_destination();
    // Behind the last byte stands a zero byte, the opcode that stops in every byte-coded guest.
    const uint8_t opcode = source.bytes[pc];
    const OpcodeInfo& info = (*guest.opcodes)[opcode];
    if (!info.is_defined(*source.schedule)) {
      lowering.exit(pc);
      break;
    }
    lowering.begin_instruction(pc, info);
    guest.lower(lowering, opcode);
    if (lowering.ended())
      break;
    pc = std::min<uint64_t>(lowering.next_pc(), source.size);
    if (lowering.jumped()) {
      // A loop ends the trace, which is then entered anew at its head.
      if (landed.size() > limits.jumps || std::ranges::find(landed, pc) != landed.end()) {
        lowering.leave(pc);
        break;
      }
      if (!landed.try_push(pc))
        return false;
    } else if (info.has(EndsPrepaid)) {
      lowering.split_block(pc);
    }
  }
  if (known != nullptr)
    note_end(lowering, source, *known);
  lowering.end_trace();
  return !lowering.failed();
}

} // namespace zvm::frontend
