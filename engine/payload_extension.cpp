#include "engine/payload_extension.hpp"

#include <utility>

#include "frontend/zvm/extension.hpp"
#include "frontend/zvm/opcodes.hpp"
#include "runtime/frame.hpp"

namespace zvm::engine {

Status PayloadExtension::run(runtime::Frame& frame, uint32_t number, std::span<const U256> operands,
                             U256& result) {
  if (!frontend::zvm::payload_layout(number).is_known)
    return Status::InvalidOpcode;
  const auto opcode = static_cast<uint8_t>(number);
  if (frame.message.is_static && frontend::zvm::kOpcodes[opcode].has(frontend::ChangesState))
    return Status::StaticViolation;
  // Taken out while it is in use: perform() may run another machine, and that one may come here
  // again.
  Buffer payload = std::move(payload_);
  Status status = frontend::zvm::build_payload(
      number, operands, {frame.memory, static_cast<size_t>(frame.memory_size)}, payload);
  if (status == Status::Success)
    status = perform(frame, opcode, payload.view(), result);
  payload_ = std::move(payload);
  return status;
}

} // namespace zvm::engine
