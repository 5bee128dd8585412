#include "cli/eip3155.hpp"

#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::cli {
namespace {

std::string_view opcode_name(gas::Vm vm, uint8_t opcode, Revision revision) {
  const frontend::OpcodeTable& table =
      vm == gas::Vm::Evm ? frontend::evm::kOpcodes : frontend::zvm::kOpcodes;
  const frontend::OpcodeInfo& info = table[opcode];
  return info.is_defined(revision, /*with_later=*/true) ? info.name : "UNDEFINED";
}

std::string hex_number(int64_t number) { return to_hex(U256{static_cast<uint64_t>(number)}); }

} // namespace

void Eip3155Tracer::step(const Frame& frame, int64_t gas) {
  const size_t depth = frame.message.depth;
  if (lines_.size() <= depth)
    lines_.resize(depth + 1);
  Line& line = lines_[depth];
  flush(line, gas, {});
  line.frame = &frame;
  line.gas = gas;
  const runtime::CodeObject& code = *frame.code;
  const uint8_t opcode = code.bytes[frame.pc];
  line.head = "{\"pc\":" + std::to_string(frame.pc) + ",\"op\":" + std::to_string(opcode) +
              ",\"gas\":\"" + hex_number(gas) + "\",\"gasCost\":\"";
  line.tail = "\",\"memSize\":" + std::to_string(frame.memory_size) + ",\"stack\":[";
  for (const U256* item = frame.stack; item != frame.top; ++item) {
    line.tail += item == frame.stack ? "\"" : ",\"";
    line.tail += to_hex(*item);
    line.tail += '"';
  }
  line.tail += "],\"depth\":" + std::to_string(depth + 1) + ",\"returnData\":\"" +
               to_hex(ByteView{frame.return_data, frame.return_data_size}) +
               "\",\"refund\":" + std::to_string(frame.execution->journal.refund()) +
               ",\"opName\":\"";
  line.tail += opcode_name(code.vm, opcode, code.schedule->revision);
  line.tail += '"';
  if (with_memory_)
    line.tail += ",\"memory\":\"" + to_hex(ByteView{frame.memory, frame.memory_size}) + '"';
}

void Eip3155Tracer::enter(const Message& message) {
  // The caller has paid for the call, and for what its callee may use, by now.
  if (message.depth == 0 || message.depth > lines_.size())
    return;
  Line& caller = lines_[message.depth - 1];
  if (caller.frame != nullptr)
    flush(caller, caller.frame->gas, {});
}

void Eip3155Tracer::exit(const Message& message, Status status, int64_t gas_left, ByteView) {
  if (message.depth < lines_.size()) {
    const bool failed = status != Status::Success && status != Status::Revert;
    flush(lines_[message.depth], gas_left, failed ? info(status).text : std::string_view{});
  }
}

void Eip3155Tracer::flush(Line& line, int64_t gas_after, std::string_view error) {
  if (line.frame == nullptr)
    return;
  line.frame = nullptr;
  out_ << line.head << hex_number(line.gas - gas_after) << line.tail;
  if (!error.empty())
    out_ << ",\"error\":\"" << error << '"';
  out_ << "}\n";
}

} // namespace zvm::cli
