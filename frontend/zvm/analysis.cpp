#include "frontend/zvm/analysis.hpp"

#include <algorithm>
#include <optional>

#include "frontend/zvm/opcodes.hpp"

namespace zvm::frontend::zvm {
namespace {

constexpr int kStackLimit = 1024;

std::string hex_byte(uint8_t byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

// The range of stack heights that is possible along straight-line code. The beginning of the code
// is reached with an empty stack; elsewhere nothing is known of where a jump comes from.
class Heights {
 public:
  void restart() { most_ = kStackLimit, least_ = 0; }
  [[nodiscard]] bool underflows(const OpcodeInfo& op) const { return most_ < op.pops; }
  [[nodiscard]] bool overflows(const OpcodeInfo& op) const {
    return std::max<int>(least_, op.pops) - op.pops + op.pushes > kStackLimit;
  }
  void apply(const OpcodeInfo& op) {
    least_ = std::max<int>(least_, op.pops) - op.pops + op.pushes;
    most_ = std::min(most_ - op.pops + op.pushes, kStackLimit);
  }

 private:
  int least_ = 0, most_ = 0;
};

} // namespace

void find_destinations(ByteView code, bool strict, uint64_t* bitmap) {
  for (size_t pc = 0; pc < code.size();) {
    const OpcodeInfo& op = kOpcodes[code[pc]];
    if (!strict || op.has(Destination))
      bitmap[pc / 64] |= uint64_t{1} << (pc % 64);
    pc += 1 + size_t{op.immediate};
  }
}

std::vector<Warning> validate(ByteView code, bool strict, size_t limit) {
  std::vector<uint64_t> destinations(code.size() / 64 + 1);
  find_destinations(code, strict, destinations.data());
  const auto is_destination = [&](const U256& pc) {
    return pc < U256{code.size()} && (destinations[pc.low64() / 64] >> (pc.low64() % 64) & 1) != 0;
  };

  std::vector<Warning> found;
  Heights heights;
  std::optional<U256> pushed; // by the instruction before
  for (size_t pc = 0; pc < code.size() && found.size() < limit;) {
    const OpcodeInfo& op = kOpcodes[code[pc]];
    const auto warn = [&](WarningKind kind, std::string text) {
      if (found.size() < limit)
        found.push_back({pc, kind, std::move(text)});
    };
    // Without STRICT_JUMPDEST any instruction may be jumped to; that code marks where it means to
    // go is good enough for a warning.
    if (op.has(Destination))
      heights.restart();
    if (!op.is_assigned() || code[pc] == OP_PQ_KEYGEN) {
      warn(WarningKind::UndefinedOpcode,
           op.is_assigned() ? std::string{op.name} + " always fails with InvalidOpcode"
                            : "byte " + hex_byte(code[pc]) + " is no opcode");
      heights.restart();
    } else {
      const size_t rest = code.size() - pc - 1;
      if (rest < op.immediate)
        warn(WarningKind::TruncatedPush, std::string{op.name} + " is cut after " +
                                             std::to_string(rest) + " of its " +
                                             std::to_string(op.immediate) + " bytes");
      if (op.has(Jumps) && pushed && !is_destination(*pushed))
        warn(WarningKind::BadJump,
             std::string{op.name} + " goes to no " + (strict ? "JUMPDEST" : "instruction"));
      const bool underflows = heights.underflows(op), overflows = heights.overflows(op);
      if (underflows)
        warn(WarningKind::Underflow, std::string{op.name} + " finds too few items on the stack");
      else if (overflows)
        warn(WarningKind::Overflow, std::string{op.name} + " makes the stack too high");
      if (underflows || overflows || op.has(Ends))
        heights.restart();
      else
        heights.apply(op);
    }
    pushed.reset();
    const size_t size = std::min<size_t>(op.immediate, code.size() - pc - 1);
    if (op.immediate != 0) {
      // Bytes behind the end read as zero.
      pushed = U256::from_be_bytes(code.subspan(pc + 1, size))
               << static_cast<unsigned>(8 * (op.immediate - size));
    }
    pc += 1 + size_t{op.immediate};
  }
  return found;
}

} // namespace zvm::frontend::zvm
