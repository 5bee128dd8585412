// The frame: everything generated code addresses while it runs one message, at fixed offsets.
// One driver loop owns the frames; code never calls code natively (see call/driver.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/guest.hpp"
#include "base/status.hpp"
#include "base/types.hpp"
#include "gas/schedule.hpp"
#include "runtime/code.hpp"
#include "runtime/context.hpp"
#include "runtime/host.hpp"
#include "runtime/message.hpp"
#include "runtime/state_gas.hpp"

namespace zvm::runtime {

struct Execution;
struct Account;
struct Frame;

/// Called before each instruction in step form. `gas` is what is left before the instruction pays.
/// Anything but Success ends the message with that outcome.
using StepHook = Status (*)(Frame& frame, int64_t gas);

inline constexpr unsigned kStackLimit = 1024;
/// Operand areas are aligned to this, so that the height is the low bits of the stack pointer.
inline constexpr size_t kOperandArea = 64 * 1024;

/// Why executing code came back to the driver loop.
enum class Exit : uint8_t {
  Done, ///< status, output and gas are final
  Call, ///< *frame.next is to be run, and the frame resumed
};

/// Its gas is execution gas, and its memory expands in multiples of 32 bytes and never moves.
struct Frame : Context {
  U256* stack = nullptr;         ///< base of the operand area
  U256* top = nullptr;           ///< one past the top item; set while the frame is not running
  uint64_t pc = 0;               ///< where to go on
  void* slot_code = nullptr;     ///< the interpreter's; nullptr: step form only
  void* blocks = nullptr;        ///< its table of lowered code by pc, once there is one
  void* native_blocks = nullptr; ///< that of the compiled code which runs
  StepHook step_hook = nullptr;  ///< tracing, breakpoints, limits; implies step form
  const uint8_t* code_bytes = nullptr; ///< of code
  const void* steps = nullptr;         ///< the interpreter's table of opcodes for step form
  CodeObject* code = nullptr;
  const uint8_t* calldata = nullptr;
  uint64_t calldata_size = 0;
  const uint8_t* return_data = nullptr;
  uint64_t return_data_size = 0;
  const U256* transaction_words = nullptr; ///< by ContextField
  U256 message_words[kMessageFields];      ///< Address, Caller, Value
  const gas::Schedule* schedule = nullptr;
  Execution* execution = nullptr;
  Account* account = nullptr; ///< whose storage is used
  uint64_t memory_ready = 0;  ///< bytes this frame may grow to without asking the host
  uint64_t native_limit = 0;  ///< compiled code drops its own frames below this address
  int64_t step_mark = 0;      ///< gas when step form last accounted for what it burnt
  Exit exit = Exit::Done;     ///< why the machine was left

  StateGas state_gas;           ///< EIP-8037; charged by host functions and the driver only
  int64_t next_state_gas = 0;   ///< of it what `next` was charged; comes back where that fails
  int64_t unpaid_state_gas = 0; ///< what was asked for and not there, which has ended the frame

  Message message;
  Message* next = nullptr; ///< where messages it sends are made: in the frame that would run them
  Status refused = Status::Success;  ///< why the last of them has not been sent
  Status returned = Status::Success; ///< how it ended, or that
  uint8_t* bytes = nullptr;          ///< what ranges of input and output count from: its memory
  void* run = nullptr;               ///< the executor's, where code needs more than a frame
  uint64_t output_offset = 0;        ///< into bytes: of its output, or where that of `next` goes …
  uint64_t output_size = 0;          ///< … and how much of it at most
  uint64_t journal_checkpoint = 0;
};

/// Makes memory at least `size` bytes (a multiple of 32), zeroed. Gas is the caller's business.
/// HostError past a host limit or where memory cannot be had.
[[nodiscard]] Status grow_memory(Frame& frame, uint64_t size);

} // namespace zvm::runtime
