#include "cli/eip3155.hpp"

#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::cli {
namespace {

const frontend::OpcodeInfo& row_of(Vm vm, uint8_t opcode) {
  return (vm == Vm::Evm ? frontend::evm::kOpcodes : frontend::zvm::kOpcodes)[opcode];
}

/// Bytes that a later revision gives a meaning have its name, as go-ethereum has it: it is the
/// error that says that the instruction is not there yet.
std::string opcode_name(const frontend::OpcodeInfo& row, uint8_t opcode) {
  return row.is_assigned() ? std::string{row.name}
                           : "opcode " + to_hex(U256{opcode}) + " not defined";
}

std::string hex_number(int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  return number < 0 ? "-" + to_hex(U256{0 - bits}) : to_hex(U256{bits});
}

/// Storage is refunded when it is paid for, so the line of such an instruction shows the counter as
/// it leaves it.
bool changes_refund(const frontend::OpcodeInfo& row) {
  return row.cost == gas::Cost::Sstore || row.cost == gas::Cost::Selfdestruct;
}

bool is_failure(Status status) { return status != Status::Success && status != Status::Revert; }

} // namespace

void Eip3155Tracer::step(const Frame& frame, int64_t gas) {
  const size_t depth = frame.message.depth;
  if (lines_.size() <= depth)
    lines_.resize(depth + 1);
  Line& line = lines_[depth];
  if (line.frame != nullptr) {
    // A call that was refused (depth, balance) has its gas back by now. Its line shows what it
    // asked for, like that of a call that ran; what a creation gives is part of no price.
    const bool was_refused = line.row->has(frontend::Calls) && frame.refused != Status::Success &&
                             !is_create(frame.next->kind);
    Cost cost = cost_of(line, gas);
    if (was_refused)
      cost.gas += frame.next->gas;
    flush(line, cost, {});
  }
  const runtime::CodeObject& code = *frame.code;
  line.frame = &frame;
  line.gas = gas;
  const uint8_t opcode = code.bytes[frame.pc];
  line.row = &row_of(code.vm, opcode);
  line.price = opcode_price(frame, gas);
  line.state_gas = frame.state_gas;
  line.refund = frame.execution->journal.refund();
  line.head = "{\"pc\":" + std::to_string(frame.pc) + ",\"op\":" + std::to_string(opcode) +
              ",\"gas\":\"" + hex_number(gas) + "\",\"gasCost\":\"";
  line.body = "\",\"memSize\":" + std::to_string(frame.memory_size);
  if (fields_.stack) {
    line.body += ",\"stack\":[";
    for (const U256* item = frame.stack; item != frame.top; ++item) {
      line.body += item == frame.stack ? "\"" : ",\"";
      line.body += to_hex(*item);
      line.body += '"';
    }
    line.body += ']';
  }
  line.body += ",\"depth\":" + std::to_string(depth + 1);
  if (fields_.return_data)
    line.body +=
        ",\"returnData\":\"" + to_hex(ByteView{frame.return_data, frame.return_data_size}) + '"';
  line.body += ",\"refund\":";
  line.tail = ",\"opName\":\"" + opcode_name(*line.row, opcode) + '"';
  if (fields_.memory)
    line.tail += ",\"memory\":\"" + to_hex(ByteView{frame.memory, frame.memory_size}) + '"';
}

void Eip3155Tracer::enter(const Message& message) {
  if (message.depth == 0) {
    reset();
    return;
  }
  if (message.depth > lines_.size() || lines_[message.depth - 1].frame == nullptr)
    return;
  // The caller has paid for the call, and for what its callee may use, by now.
  Line& caller = lines_[message.depth - 1];
  Cost cost = cost_of(caller, caller.frame->gas);
  if (is_create(message.kind))
    cost.gas -= message.gas;
  flush(caller, cost, {});
}

void Eip3155Tracer::exit(const Message& message, const MessageEnd& end) {
  const Status status = end.status;
  if (message.depth < lines_.size() && lines_[message.depth].frame != nullptr) {
    Line& line = lines_[message.depth];
    // What becomes of the code that a creation returns, and what it is charged for, comes behind
    // the instruction.
    const bool has_returned = is_create(message.kind) && line.row->cost == gas::Cost::Zero &&
                              line.price.is_whole && line.price.gas <= line.gas &&
                              (status == Status::Success || status == Status::OutOfGas ||
                               status == Status::CodeTooLarge || status == Status::InvalidCode);
    if (has_returned)
      flush(line, {line.price.gas, 0}, {});
    else if (is_failure(status))
      flush(line, {line.price.gas, line.frame->unpaid_state_gas}, info(status).text);
    else if (status ==
             Status::Revert) // what comes back of the frame's state gas is no price of REVERT
      flush(line, {cost_of(line, end.gas_left).gas, 0}, {});
    else
      flush(line, cost_of(line, end.gas_left), {});
  }
  if (message.depth == 0) {
    status_ = status;
    state_gas_used_ = end.state_gas.spent;
    regular_gas_used_ = message.gas - end.gas_left - end.state_gas.spilled();
    output_ = to_hex(end.output).substr(2);
  }
}

Eip3155Tracer::Cost Eip3155Tracer::cost_of(const Line& line, int64_t gas_left) {
  const runtime::StateGas& now = line.frame->state_gas;
  const runtime::StateGas& before = line.state_gas;
  // What has spilled from the gas, or has come back to it, is state gas.
  return {.gas = line.gas - gas_left - (now.spilled() - before.spilled()),
          .state_gas = now.spent - before.spent};
}

void Eip3155Tracer::flush(Line& line, Cost cost, std::string_view error) {
  const int64_t refund = changes_refund(*line.row) && error.empty()
                             ? line.frame->execution->journal.refund()
                             : line.refund;
  out_ << line.head << hex_number(cost.gas);
  if (fields_.state_gas) {
    out_ << "\",\"stateGasCost\":\"" << hex_number(cost.state_gas) << "\",\"stateGasReservoir\":\""
         << hex_number(line.state_gas.left);
  }
  line.frame = nullptr;
  out_ << line.body << refund << line.tail;
  if (!error.empty())
    out_ << ",\"error\":\"" << error << '"';
  out_ << "}\n";
}

std::string Eip3155Tracer::ending() const {
  std::string text = "\"output\":\"" + output_ + "\",\"gasUsed\":\"" +
                     hex_number(regular_gas_used_ + state_gas_used_) + '"';
  if (fields_.state_gas) {
    text += ",\"regularGasUsed\":\"" + hex_number(regular_gas_used_) + "\",\"stateGasUsed\":\"" +
            hex_number(state_gas_used_) + '"';
  }
  if (status_ != Status::Success)
    text += ",\"error\":\"" + std::string{info(status_).text} + '"';
  return text;
}

void Eip3155Tracer::reset() {
  lines_.clear();
  status_ = Status::Success;
  regular_gas_used_ = state_gas_used_ = 0;
  output_.clear();
}

} // namespace zvm::cli
