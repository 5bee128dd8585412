#include "tests/fuzz/oracles/coverage.hpp"

#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::fuzz {
namespace {

using frontend::OpcodeInfo;

const frontend::OpcodeTable& table_of(Vm vm) {
  return vm == Vm::Evm ? frontend::evm::kOpcodes : frontend::zvm::kOpcodes;
}

/// Of those that never do anything but fail.
bool only_fails(const OpcodeInfo& row) { return row.name == "INVALID" || row.name == "PQ_KEYGEN"; }

/// Whether it can be short of gas: it costs something, or grows memory.
bool can_lack_gas(const OpcodeInfo& row) { return row.cost != gas::Cost::Zero || row.pops != 0; }

} // namespace

void Coverage::begin_execution() {
  ++executions_;
  steps_ = 0;
  running_.clear();
}

void Coverage::end_execution(Status host) {
  if (host != Status::Success)
    note(host);
  all_steps_ += steps_;
  if (steps_ >= kLong)
    ++long_executions_;
}

void Coverage::enter(const runtime::Message&) { running_.emplace_back(); }

void Coverage::step(const runtime::Frame& f, int64_t) {
  ++steps_;
  Running& now = running_.back();
  if (now.last != nullptr) {
    now.last->outcomes.set(static_cast<size_t>(Status::Success));
    // The reason for which a call did not begin is seen by nobody else.
    if (now.is_call && f.refused != Status::Success)
      note(f.refused);
  }
  // Bytes behind the code are zero.
  now.last = &opcodes_[static_cast<size_t>(f.code->vm)][f.code->bytes[f.pc]];
  now.is_call = table_of(f.code->vm)[f.code->bytes[f.pc]].has(frontend::Calls);
  ++now.last->count;
}

void Coverage::exit(const runtime::Message& message, const runtime::MessageEnd& end) {
  const Status status = end.status;
  note(status);
  Running& now = running_.back();
  if (now.last != nullptr) {
    // A create may also end by what its code is, or costs to store: then its last instruction was
    // done.
    const bool was_done = status == Status::Success || status == Status::Revert ||
                          status == Status::CodeTooLarge || status == Status::InvalidCode;
    if (was_done)
      now.last->outcomes.set(static_cast<size_t>(Status::Success));
    else if (!is_create(message.kind) || status != Status::OutOfGas)
      now.last->outcomes.set(static_cast<size_t>(status));
  }
  running_.pop_back();
}

std::vector<std::string> Coverage::missing(Vm vm) const {
  std::vector<std::string> lines;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const OpcodeInfo& row = table_of(vm)[byte];
    if (!row.is_assigned())
      continue;
    const Opcode& seen = opcodes_[static_cast<size_t>(vm)][byte];
    const auto need = [&](Status status, const char* text) {
      if (!seen.outcomes[static_cast<size_t>(status)])
        lines.push_back(std::string{row.name} + " " + text);
    };
    if (only_fails(row)) {
      if (seen.outcomes.none())
        lines.push_back(std::string{row.name} + " was never met");
      continue;
    }
    need(Status::Success, "was never done");
    if (row.pops != 0)
      need(Status::StackUnderflow, "never lacked an operand");
    if (can_lack_gas(row))
      need(Status::OutOfGas, "was never out of gas");
  }
  for (unsigned i = 0; i < kStatuses; ++i) {
    const auto status = static_cast<Status>(i);
    // Code of byte-coded guests does not trap as functions of modules do.
    const bool traps = status >= Status::Unreachable && status <= Status::StackExhausted;
    // From here on nothing has ended: a suspended message is run again, and the others were never
    // begun.
    const bool has_ended = status < Status::Suspended;
    if (traps || !has_ended)
      continue;
    if (statuses_[i] == 0)
      lines.push_back("no message ended as " + std::string{name(status)});
  }
  return lines;
}

std::string Coverage::table(Vm vm) const {
  std::string out;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const OpcodeInfo& row = table_of(vm)[byte];
    if (!row.is_assigned())
      continue;
    const Opcode& seen = opcodes_[static_cast<size_t>(vm)][byte];
    std::string line{row.name};
    line.resize(std::max<size_t>(line.size() + 1, 22), ' ');
    line += std::to_string(seen.count);
    line.resize(std::max<size_t>(line.size() + 1, 34), ' ');
    for (unsigned i = 0; i < kStatuses; ++i) {
      if (seen.outcomes[i])
        line += i == 0 ? " ok" : " " + std::string{kStatusInfo[i].name};
    }
    out += line + "\n";
  }
  return out;
}

double Coverage::long_share() const {
  return executions_ == 0
             ? 0
             : static_cast<double>(long_executions_) / static_cast<double>(executions_);
}

std::string Coverage::summary() const {
  std::string out = std::to_string(executions_) + " executions, " +
                    std::to_string(static_cast<int>(long_share() * 100)) + " % of them with " +
                    std::to_string(kLong) + " instructions or more, " +
                    std::to_string(all_steps_ / std::max<uint64_t>(executions_, 1)) +
                    " on average\nmessages ended as";
  for (unsigned i = 0; i < kStatuses; ++i) {
    if (statuses_[i] != 0)
      out += " " + std::string{kStatusInfo[i].name} + " " + std::to_string(statuses_[i]);
  }
  return out + "\n";
}

} // namespace zvm::fuzz
