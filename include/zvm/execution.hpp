// What surrounds an execution: messages, block, limits, and the hooks that watch or extend it.
//
//   Tracer            told of every instruction, message and outcome; means step form
//   HostExtension     operations of a chain behind opcodes that the VMs leave to it, as words
//   PayloadExtension  the same, given bytes laid out in a row instead of words and guest memory
//   Frame             one running message; hooks read gas, pc, stack, memory and message from it
//   Precompile        a contract in C++ at an address of its own (VmConfig::precompiles)
#pragma once

#include "engine/payload_extension.hpp"
#include "runtime/dao_context.hpp"
#include "runtime/execution.hpp"
#include "runtime/frame.hpp"
#include "runtime/message.hpp"
#include "runtime/precompiles/precompiles.hpp"
#include "runtime/tracer.hpp"
#include "zvm/state.hpp"
#include "zvm/types.hpp"

namespace zvm {

using runtime::BlockContext;
using runtime::DaoContext;
using runtime::Frame;
using runtime::HostExtension;
using runtime::Limits;
using runtime::Message;
using runtime::MessageEnd;
using runtime::MessageResult;
using runtime::PollHook;
using runtime::Precompile;
using runtime::PrecompileContext;
using runtime::Tracer;
using runtime::TxContext;

using engine::PayloadExtension;

} // namespace zvm
