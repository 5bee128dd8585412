// What the parser makes of assembler text, before offsets are known: items in blocks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/types.hpp"
#include "frontend/asm/assembler.hpp"
#include "frontend/asm/lexer.hpp"
#include "frontend/zvm/container.hpp"

namespace zvm::frontend::assembler {

/// One summand of an operand.
struct Term {
  enum class Kind : uint8_t { Value, Address, Size };
  Kind kind = Kind::Value;
  bool is_negative = false;
  U256 value;
  Token where; ///< its text is the label's name
};

struct Expression {
  uint32_t begin = 0, count = 0; ///< in Listing::terms
  Token where;
};

struct Item {
  enum class Kind : uint8_t {
    Opcode,
    Push,  ///< an opcode and `width` bytes of an operand
    Value, ///< `width` bytes of an operand
    Bytes, ///< `count` bytes of Listing::data from `begin`
    Zeros, ///< `count` zero bytes
    Begin, ///< of the block
    End,   ///< of the block
  };
  Kind kind = Kind::Opcode;
  uint8_t opcode = 0;
  uint8_t width = 0;
  bool is_free = false; ///< Push: the narrowest push that holds the operand is wanted
  uint32_t block = 0;
  Expression operand;
  uint32_t begin = 0, count = 0;
};

struct Label {
  uint64_t offset = 0; ///< from the beginning of the code of the block it stands in
  uint64_t size = 0;   ///< of the block of this name
  bool is_block = false;
  uint32_t item = 0; ///< it stands before this one
};

/// The whole text, or what stands between `.begin` and `.end`. Labels count from the beginning of
/// its code.
struct Block {
  uint32_t parent = 0;
  Vm language = Vm::Zvm;
  bool is_container = false;
  Vm target = Vm::Zvm;
  uint8_t flags = 0;
  std::vector<uint8_t> abi;
  std::map<std::string, Label, std::less<>> labels;
  Label* name = nullptr; ///< in the parent; nullptr for the whole text
  Token where;           ///< its `.begin`, and of a container its `.container`
  uint64_t begin = 0;    ///< in the program

  [[nodiscard]] uint64_t code_begin() const {
    return begin + (is_container ? zvm::kContainerHeader : 0);
  }
};

struct Listing {
  std::array<Dialect, kVmCount> dialects; ///< by Vm
  std::vector<Item> items;
  std::vector<Term> terms;
  std::vector<uint8_t> data;
  std::vector<Block> blocks;                       ///< the first is the whole text
  std::vector<std::pair<Label*, uint32_t>> labels; ///< with their blocks, in order of the text

  explicit Listing(Revision revision)
      : dialects{
#define VM(name, spelling, title, tag, kind, doc) Dialect{Vm::name, revision},
#include "base/vm.def"
#undef VM
        } {
  }
  [[nodiscard]] const Dialect& dialect(const Block& block) const {
    return dialects[static_cast<size_t>(block.language)];
  }
};

[[nodiscard]] Result<Listing> parse(std::string_view text, const AssembleOptions& options);

} // namespace zvm::frontend::assembler
