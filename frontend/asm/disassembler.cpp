#include "frontend/asm/disassembler.hpp"

#include <algorithm>
#include <vector>

#include "base/stack_immediate.hpp"
#include "frontend/zvm/container.hpp"

namespace zvm::frontend::assembler {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

void append_hex(std::string& out, ByteView bytes) {
  out += "0x";
  for (const uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

std::string offset_text(uint64_t offset) {
  std::string digits;
  for (int shift = offset > 0xffff ? 28 : 12; shift >= 0; shift -= 4)
    digits += kDigits[offset >> shift & 15];
  return digits;
}

void append_string(std::string& out, ByteView bytes) {
  out += '"';
  for (const uint8_t byte : bytes) {
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += static_cast<char>(byte);
    } else if (byte >= 0x20 && byte < 0x7f) {
      out += static_cast<char>(byte);
    } else {
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  out += '"';
}

class Writer {
 public:
  Writer(ByteView code, const Dialect& dialect, const DisassembleOptions& options, bool is_strict)
      : code_(code), dialect_(dialect), options_(options), is_strict_(is_strict) {}

  void run(std::string& out) {
    if (options_.has_labels)
      find_labels();
    for (size_t pc = 0; pc < code_.size();) {
      if (options_.has_labels && is_label_[pc])
        out += "L" + offset_text(pc) + ":\n";
      const size_t begin = out.size();
      out += "  ";
      const std::string note = instruction(out, pc);
      if (options_.has_offsets || !note.empty()) {
        out.append(out.size() - begin < 30 ? 30 - (out.size() - begin) : 1, ' ');
        out += "; ";
        if (options_.has_offsets)
          out += offset_text(pc);
        if (!note.empty())
          out += (options_.has_offsets ? " " : "") + std::string{note};
      }
      out += '\n';
      pc += length(pc);
    }
  }

 private:
  /// Of the instruction, as far as the code goes.
  [[nodiscard]] size_t length(size_t pc) const {
    const size_t rest = code_.size() - pc;
    if (rest > 1 && has_bad_immediate(pc))
      return 1;
    return std::min<size_t>(1 + dialect_.info(code_[pc]).immediate, rest);
  }
  /// Such an instruction fails, and what stands behind it is another (EIP-8024).
  [[nodiscard]] bool has_bad_immediate(size_t pc) const {
    switch (stack_operands(dialect_.info(code_[pc]))) {
    case 0:
      return false;
    case 1:
      return !stack_item(code_[pc + 1]);
    default:
      return !stack_pair(code_[pc + 1]);
    }
  }

  /// The constant that a jump right behind the push at pc goes to, if that is a good place for a
  /// label.
  [[nodiscard]] bool is_target(size_t pc, uint64_t& target) const {
    const size_t next = pc + length(pc);
    if (!is_push(dialect_.info(code_[pc])) || next >= code_.size() ||
        !dialect_.info(code_[next]).has(Jumps))
      return false;
    const U256 value = U256::from_be_bytes(code_.subspan(pc + 1, length(pc) - 1));
    if (value >= U256{code_.size()} || dialect_.info(code_[pc]).immediate == 0)
      return false;
    target = value.low64();
    return begins_[target] && (!needs_marker() || dialect_.info(code_[target]).has(Destination));
  }
  [[nodiscard]] bool needs_marker() const { return is_strict_ || dialect_.language() == Vm::Evm; }

  void find_labels() {
    begins_.assign(code_.size(), false);
    is_label_.assign(code_.size(), false);
    for (size_t pc = 0; pc < code_.size(); pc += length(pc))
      begins_[pc] = true;
    uint64_t target = 0;
    for (size_t pc = 0; pc < code_.size(); pc += length(pc)) {
      if (is_target(pc, target))
        is_label_[target] = true;
    }
  }

  [[nodiscard]] static std::string absence(const OpcodeInfo& row) {
    return row.is_assigned() ? "not an opcode; " + std::string{row.name} + " from " +
                                   std::string{::zvm::name(row.since)} + " on"
                             : "not an opcode";
  }

  /// Appends the instruction and gives what is to be said of it.
  [[nodiscard]] std::string instruction(std::string& out, size_t pc) const {
    const OpcodeInfo& info = dialect_.info(code_[pc]);
    if (!info.is_assigned()) {
      out += ".byte ";
      append_hex(out, code_.subspan(pc, 1));
      return dialect_.has_mnemonics() ? absence(dialect_.row(code_[pc])) : "";
    }
    const unsigned operands = stack_operands(info);
    if (operands != 0 && pc + 1 < code_.size() && has_bad_immediate(pc)) {
      out += ".byte ";
      append_hex(out, code_.subspan(pc, 1));
      return "its immediate is not allowed";
    }
    if (length(pc) <= info.immediate) {
      out += ".hex ";
      append_hex(out, code_.subspan(pc));
      return "cut off";
    }
    out += info.name;
    if (info.immediate == 0)
      return "";
    out += ' ';
    if (operands != 0) {
      append_items(out, operands, code_[pc + 1]);
      return "";
    }
    uint64_t target = 0;
    if (options_.has_labels && is_target(pc, target))
      out += "@L" + offset_text(target);
    else
      append_hex(out, code_.subspan(pc + 1, info.immediate));
    return "";
  }

  static void append_items(std::string& out, unsigned operands, uint8_t immediate) {
    if (operands == 1) {
      out += std::to_string(*stack_item(immediate));
      return;
    }
    const StackPair pair = *stack_pair(immediate);
    out.append(std::to_string(pair.upper)).append(" ").append(std::to_string(pair.lower));
  }

  ByteView code_;
  const Dialect& dialect_;
  const DisassembleOptions& options_;
  bool is_strict_;
  std::vector<bool> begins_, is_label_;
};

/// Bytes without mnemonics, 32 a line.
void write_data(std::string& out, ByteView bytes) {
  for (size_t at = 0; at < bytes.size(); at += 32) {
    out += "  .hex ";
    append_hex(out, bytes.subspan(at, std::min<size_t>(32, bytes.size() - at)));
    out += '\n';
  }
}

} // namespace

std::string disassemble(ByteView bytes, const DisassembleOptions& options) {
  std::string out;
  zvm::Container container;
  const bool is_container = zvm::try_parse_container(bytes, container).text == nullptr;
  Vm language = options.language;
  if (is_container) {
    language = container.target;
    out += ".container ";
    out += ::zvm::name(container.target);
    out += container.is_strict() ? " strict_jumpdest\n" : "\n";
    for (size_t at = 0; at < container.abi.size(); at += 80) {
      out += ".abi ";
      append_string(out,
                    container.abi.subspan(at, std::min<size_t>(80, container.abi.size() - at)));
      out += '\n';
    }
  } else {
    container.code = bytes;
    if (is_bytecode(language))
      out += ".vm " + std::string{::zvm::name(language)} + "\n";
  }
  if (!is_bytecode(language)) {
    write_data(out, container.code);
    return out;
  }
  const Dialect dialect{language, options.revision};
  Writer{container.code, dialect, options, container.is_strict()}.run(out);
  return out;
}

} // namespace zvm::frontend::assembler
