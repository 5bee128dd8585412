// What a program in Rust calls: C functions over the C++ API.
#include <zvm/zvm.hpp>

/// The answer of the precompile at address 8 to no input; -1 where it was not to be had.
extern "C" int32_t shim_pairing_of_nothing() {
  const auto engine = zvm::Engine::create();
  if (!engine)
    return -1;
  const auto machine = zvm::Machine::create(*engine);
  zvm::MemoryStore state;
  zvm::TransactionResult result;
  const zvm::Status status = machine->call(state, {.sender = {}, .to = zvm::to_address(8)}, result);
  if (status != zvm::Status::Success || result.output.size() != 32)
    return -1;
  return result.output[31];
}
