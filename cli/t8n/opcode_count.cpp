#include "cli/t8n/opcode_count.hpp"

#include "frontend/evm/opcodes.hpp"

namespace zvm::cli {

void OpcodeCounter::step(const Frame& frame, int64_t gas) {
  ++counts_[frame.code->bytes[frame.pc]];
  if (next_ != nullptr)
    next_->step(frame, gas);
}

void OpcodeCounter::enter(const Message& message) {
  if (next_ != nullptr)
    next_->enter(message);
}

void OpcodeCounter::exit(const Message& message, const MessageEnd& end) {
  if (next_ != nullptr)
    next_->exit(message, end);
}

nlohmann::ordered_json OpcodeCounter::json() const {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0)
      continue;
    const auto byte = static_cast<uint8_t>(i);
    const frontend::OpcodeInfo& row = frontend::evm::kOpcodes[i];
    out[row.is_assigned() ? std::string{row.name} : to_hex(ByteView{&byte, 1})] = counts_[i];
  }
  return out;
}

} // namespace zvm::cli
