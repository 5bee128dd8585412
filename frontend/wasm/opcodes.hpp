// What is known of WebAssembly's instructions, from the rows of opcodes.def.
//
// OPCODE(prefix, code, name, text, immediates, signature, width, flags, feature, doc)
//   prefix      0x00: the instruction is the byte `code`; else that byte, followed by `code` in LEB128
//   text        in the text format
//   immediates  what follows (immediates.def)
//   signature   operands, deepest first, a colon, results; letters below. "*": the validator's own rules
//   width       of what touches memory: bytes of it; of what names lanes: bytes of a lane; else 0
//   feature     which feature brought it (features.def)
//
// Letters of signatures:
//   i l f d v   i32, i64, f32, f64, v128           F   funcref
//   a b         address of the memory or table that the first, the second immediate names
//   m           the narrower of the two
//   e           item of the table                  x   type of the local or global
//   r s         type in the immediate              R   any reference
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "frontend/wasm/profile.hpp"
#include "frontend/wasm/types.hpp"

namespace zvm::frontend::wasm {

enum class Op : uint16_t {
#define OPCODE(prefix, code, name, text, immediates, signature, width, flags, feature, doc) name,
#define REFUSED(prefix, first, last, feature)
#include "frontend/wasm/opcodes.def"
#undef OPCODE
#undef REFUSED
};

/// What follows an opcode; immediates.def says where Instruction has it.
enum class Immediates : uint8_t {
#define IMMEDIATES(name, text, where) name,
#include "frontend/wasm/immediates.def"
#undef IMMEDIATES
};

inline constexpr std::string_view kImmediatesTexts[] = {
#define IMMEDIATES(name, text, where) text,
#include "frontend/wasm/immediates.def"
#undef IMMEDIATES
};

using InstructionFlags = uint8_t;
inline constexpr InstructionFlags NoFlags = 0;
/// May stand in a constant expression.
inline constexpr InstructionFlags Constant = 1 << 0;
/// The same, with extended constant expressions.
inline constexpr InstructionFlags ExtendedConstant = 1 << 1;

/// A letter of a signature: a type, or where to look for it.
enum class Operand : uint8_t {
  Address = 1,
  SecondAddress,
  NarrowerAddress,
  Item,
  Variable,
  Written,
  AnyReference,
  FirstType = 0x6f, ///< from here on the codes of ValType
};

struct Signature {
  bool is_special = false; ///< "*"
  uint8_t parameters = 0;
  uint8_t results = 0;
  std::array<Operand, 4> parameter{};
  std::array<Operand, 2> result{};
};

struct OpInfo {
  uint8_t prefix;
  uint8_t code;
  std::string_view text;
  Immediates immediates;
  Signature signature;
  uint8_t width;
  InstructionFlags flags;
  Feature feature;
  std::string_view doc;

  [[nodiscard]] constexpr bool has(InstructionFlags f) const { return (flags & f) != 0; }
};

// Not constexpr, so that reaching them below is a compile error that says why.
void unknown_letter_in_signature();
void code_stands_twice();
void doc_is_not_a_sentence();

consteval Operand parse_operand(char letter) {
  constexpr struct {
    char letter;
    Operand operand;
  } kLetters[] = {
      {'i', static_cast<Operand>(ValType::I32)},
      {'l', static_cast<Operand>(ValType::I64)},
      {'f', static_cast<Operand>(ValType::F32)},
      {'d', static_cast<Operand>(ValType::F64)},
      {'v', static_cast<Operand>(ValType::V128)},
      {'F', static_cast<Operand>(ValType::FuncRef)},
      {'a', Operand::Address},
      {'b', Operand::SecondAddress},
      {'m', Operand::NarrowerAddress},
      {'e', Operand::Item},
      {'x', Operand::Variable},
      {'r', Operand::Written},
      {'s', Operand::Written},
      {'R', Operand::AnyReference},
  };
  for (const auto& one : kLetters) {
    if (one.letter == letter)
      return one.operand;
  }
  unknown_letter_in_signature();
  return {};
}

consteval Signature parse_signature(std::string_view text) {
  Signature signature;
  if (text == "*") {
    signature.is_special = true;
    return signature;
  }
  const size_t colon = text.find(':');
  for (const char letter : text.substr(0, colon))
    signature.parameter[signature.parameters++] = parse_operand(letter);
  for (const char letter : text.substr(colon + 1))
    signature.result[signature.results++] = parse_operand(letter);
  return signature;
}

inline constexpr OpInfo kOps[] = {
#define OPCODE(prefix, code, name, text, immediates, signature, width, flags, feature, doc)        \
  {prefix,           code, text, Immediates::immediates, parse_signature(signature), width, flags, \
   Feature::feature, doc},
#define REFUSED(prefix, first, last, feature)
#include "frontend/wasm/opcodes.def"
#undef OPCODE
#undef REFUSED
};
inline constexpr size_t kOpCount = std::size(kOps);

[[nodiscard]] constexpr const OpInfo& info(Op op) { return kOps[static_cast<size_t>(op)]; }

inline constexpr uint8_t kBulkPrefix = 0xfc;
inline constexpr uint8_t kVectorPrefix = 0xfd;

inline constexpr Op kNoOp{kOpCount};

/// By the byte, or by the code behind a prefix; kNoOp where none has it.
using DecodeTable = std::array<Op, 256>;

consteval DecodeTable make_decode_table(uint8_t prefix) {
  DecodeTable table;
  table.fill(kNoOp);
  for (size_t i = 0; i < kOpCount; ++i) {
    if (kOps[i].doc.empty() || kOps[i].doc.back() != '.')
      doc_is_not_a_sentence();
    if (kOps[i].prefix != prefix)
      continue;
    if (table[kOps[i].code] != kNoOp)
      code_stands_twice();
    table[kOps[i].code] = static_cast<Op>(i);
  }
  return table;
}

inline constexpr DecodeTable kSingleByteOps = make_decode_table(0);
inline constexpr DecodeTable kBulkOps = make_decode_table(kBulkPrefix);
inline constexpr DecodeTable kVectorOps = make_decode_table(kVectorPrefix);

struct RefusedRange {
  uint8_t prefix;
  uint32_t first;
  uint32_t last;
  Feature feature;
};
inline constexpr RefusedRange kRefusedRanges[] = {
#define OPCODE(prefix, code, name, text, immediates, signature, width, flags, feature, doc)
#define REFUSED(prefix, first, last, feature) {prefix, first, last, Feature::feature},
#include "frontend/wasm/opcodes.def"
#undef OPCODE
#undef REFUSED
};

/// The range that the encoding is in, or nullptr: then it is illegal.
[[nodiscard]] constexpr const RefusedRange* find_refused(uint8_t prefix, uint32_t code) {
  for (const RefusedRange& range : kRefusedRanges) {
    if (range.prefix == prefix && range.first <= code && code <= range.last)
      return &range;
  }
  return nullptr;
}

} // namespace zvm::frontend::wasm
