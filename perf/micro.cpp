// One opcode at a time, for every opcode of the EVM's table that can be repeated at will.
//
// A group takes its operands from memory at constant places and writes its result there, so that
// nothing is known about them beforehand and none of it is dead; what a group without the opcode
// costs stands beside it.
#include <algorithm>

#include "frontend/evm/opcodes.hpp"
#include "perf/code.hpp"
#include "perf/families.hpp"

namespace zvm::perf {
namespace {

using frontend::OpcodeInfo;

constexpr unsigned kGroups = 64;
constexpr uint64_t kLoops = 32;
/// Bytes: operands, then results.
constexpr unsigned kOperands = 0x2000, kResults = 0x4000;

struct Width {
  std::string_view name;
  uint8_t zero_bytes; ///< of each operand, from the high end
};
constexpr Width kWidths[] = {{"wide", 0}, {"narrow", 24}, {"byte", 31}};

/// What an opcode's operands stand for, where that limits them.
enum class Operands { Any, Bytes, None };

Operands operands_of(std::string_view name, const OpcodeInfo& info) {
  if (info.has(frontend::Ends) || info.has(frontend::Jumps) || info.has(frontend::Calls) ||
      info.has(frontend::Extension))
    return Operands::None;
  constexpr std::string_view kLeftOut[] = {"JUMPDEST", "RETURNDATACOPY", "SSTORE", "TSTORE"};
  if (std::ranges::find(kLeftOut, name) != std::end(kLeftOut))
    return Operands::None;
  constexpr std::string_view kOffsets[] = {
      "KECCAK256",   "MLOAD", "MSTORE", "MSTORE8", "MCOPY", "CALLDATACOPY", "CODECOPY",
      "EXTCODECOPY", "BYTE",  "SHL",    "SHR",     "SAR",   "SIGNEXTEND"};
  const bool offsets =
      std::ranges::find(kOffsets, name) != std::end(kOffsets) || name.starts_with("LOG");
  return offsets ? Operands::Bytes : Operands::Any;
}

/// Calldata for CALLDATACOPY: words of pseudo-random bits, never zero.
std::vector<uint8_t> operand_bytes(const Width& width) {
  std::vector<uint8_t> bytes((kGroups + 8) * 32);
  uint32_t x = 12345;
  for (size_t i = 0; i < bytes.size(); ++i) {
    x = x * 1664525 + 1013904223;
    if (i % 32 >= width.zero_bytes)
      bytes[i] = static_cast<uint8_t>(x >> 24) | 1;
  }
  return bytes;
}

void group(Code& code, const OpcodeInfo* info, unsigned pops, unsigned pushes, unsigned g) {
  for (unsigned i = 0; i < pops; ++i)
    code.push(U256{kOperands + (g + i) * 32}).op("MLOAD");
  if (info != nullptr) {
    code.op(info->name);
  } else {
    for (unsigned i = pushes; i < pops; ++i)
      code.op("XOR"); // one of them goes; the cheapest way to use it
  }
  for (unsigned i = 0; i < pushes; ++i)
    code.push(U256{kResults + (g + i) * 32}).op("MSTORE");
}

Case opcode_case(const std::string& name, const OpcodeInfo* info, unsigned pops, unsigned pushes,
                 const Width& width) {
  std::vector<uint8_t> operands = operand_bytes(width);
  Code code;
  code.op("CALLDATASIZE").push(U256{}).push(U256{kOperands}).op("CALLDATACOPY");
  code.begin_loop(kLoops);
  for (unsigned g = 0; g < kGroups; ++g)
    group(code, info, pops, pushes, g);
  code.end_loop();
  return make_case(name, code.bytes(), std::move(operands));
}

} // namespace

void register_micro() {
  constexpr double kRepetitions = static_cast<double>(kGroups * kLoops);
  for (unsigned pops = 1; pops <= 3; ++pops) {
    const std::string name = "micro/(" + std::to_string(pops) + " operands, 1 result)";
    register_case(name, opcode_case(name, nullptr, pops, 1, kWidths[0]), kRepetitions);
  }
  for (const OpcodeInfo& info : frontend::evm::kOpcodes) {
    if (!info.is_defined(kRevision))
      continue;
    const Operands operands = operands_of(info.name, info);
    if (operands == Operands::None || info.immediate != 0 || info.pops > 6 || info.pushes > 2)
      continue;
    for (const Width& width : kWidths) {
      const bool only_bytes = operands == Operands::Bytes || info.pops == 0;
      if (only_bytes != (&width == &kWidths[2]))
        continue;
      const std::string name = "micro/" + std::string{info.name} + "/" + std::string{width.name};
      register_case(name, opcode_case(name, &info, info.pops, info.pushes, width), kRepetitions);
    }
  }
}

} // namespace zvm::perf
