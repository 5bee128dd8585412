#include "cli/guess.hpp"

#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::cli {
namespace {

/// How far straight-line code from the first byte makes sense.
struct Prefix {
  unsigned instructions = 0;
  uint64_t end = 0;        ///< offset behind the last one
  std::string_view flaw{}; ///< what is wrong there; empty: nothing is
};

/// More than any program that is only data survives.
constexpr unsigned kEnough = 64;

Prefix sensible_prefix(ByteView code, const frontend::OpcodeTable& opcodes, Revision revision) {
  Prefix prefix;
  unsigned height = 0;
  while (prefix.end < code.size() && prefix.instructions < kEnough) {
    const frontend::OpcodeInfo& info = opcodes[code[prefix.end]];
    if (!info.is_defined(revision)) {
      prefix.flaw = "an undefined opcode";
      return prefix;
    }
    if (height < info.pops) {
      prefix.flaw = "a stack underflow";
      return prefix;
    }
    height = height - info.pops + info.pushes;
    prefix.end += 1u + info.immediate;
    ++prefix.instructions;
    if (info.has(frontend::Ends))
      return prefix;
  }
  return prefix;
}

std::string describe(std::string_view vm, const Prefix& prefix) {
  if (prefix.flaw.empty())
    return "as " + std::string{vm} + " it makes sense";
  return "as " + std::string{vm} + " it meets " + std::string{prefix.flaw} + " at offset " +
         std::to_string(prefix.end);
}

} // namespace

Guess guess_vm(ByteView code, Revision revision) {
  const Prefix evm = sensible_prefix(code, frontend::evm::kOpcodes, revision);
  const Prefix zvm = sensible_prefix(code, frontend::zvm::kOpcodes, revision);
  const bool is_zvm =
      evm.flaw.empty() != zvm.flaw.empty() ? zvm.flaw.empty() : zvm.instructions > evm.instructions;
  return {is_zvm ? Vm::Zvm : Vm::Evm, is_zvm ? describe("zvm", zvm) + ", " + describe("evm", evm)
                                             : describe("evm", evm) + ", " + describe("zvm", zvm)};
}

} // namespace zvm::cli
