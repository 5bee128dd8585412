// One instruction with its immediates: the only place where code is decoded. The validator, the
// disassembler and the lowering all read with it.
#pragma once

#include "frontend/wasm/opcodes.hpp"
#include "frontend/wasm/reader.hpp"

namespace zvm::frontend::wasm {

/// Type of a block: none, one result, or a function type.
struct BlockType {
  enum class Kind : uint8_t { Empty, Value, Function } kind = Kind::Empty;
  ValType value = ValType::Unknown;
  uint32_t type = 0; ///< index of the function type
};

/// Only what the immediates of `op` need is set (immediates.def says which); the rest is left from
/// before.
struct Instruction {
  Op op = Op::Unreachable;
  uint32_t offset = 0; ///< of its first byte in the module
  uint32_t index = 0;
  uint32_t second = 0;
  uint32_t align = 0; ///< logarithm of the alignment promised
  uint8_t lane = 0;
  ValType type = ValType::Unknown; ///< of ref.null and select
  BlockType block;
  uint32_t count = 0; ///< labels of a br_table without the default; types of a select
  uint64_t value = 0; ///< bits of a constant, sign-extended; offset of a memory access
  ByteView bytes;     ///< 16 of them, or the labels of a br_table
};

/// Any instruction. False where the reader has refused something.
[[nodiscard]] bool read_any_instruction(Reader& reader, const Profile& profile, Instruction& out);

/// How an instruction of one byte goes on where its immediates are small.
struct ShortForm {
  Op op = kNoOp;
  Feature feature{};
  uint8_t size = 0; ///< in all; 0: it has no such form
};
inline constexpr std::array<ShortForm, 256> kShortForms = [] {
  std::array<ShortForm, 256> all;
  for (size_t code = 0; code < all.size(); ++code) {
    const Op op = kSingleByteOps[code];
    if (op == kNoOp)
      continue;
    all[code] = {op, info(op).feature, 0};
    switch (info(op).immediates) {
    case Immediates::None:
      all[code].size = 1;
      break;
    case Immediates::Label:
    case Immediates::Function:
    case Immediates::Local:
    case Immediates::Global:
    case Immediates::I32:
    case Immediates::I64:
      all[code].size = 2; // a number of seven bits
      break;
    case Immediates::Memory:
      all[code].size = 3; // an alignment without an index behind it, an offset of seven bits
      break;
    default:
      break;
    }
  }
  return all;
}();

/// The same. Most instructions have a short form, which takes no call.
[[nodiscard]] inline bool read_instruction(Reader& reader, const Profile& profile,
                                           Instruction& out) {
  constexpr size_t kLongest = 3;
  constexpr uint8_t kMostAlign = 31;
  if (reader.left() < kLongest)
    return read_any_instruction(reader, profile, out);
  const uint8_t* at = reader.here();
  const ShortForm form = kShortForms[at[0]];
  const bool is_short = form.size == 1 || (form.size == 2 && at[1] < 0x80) ||
                        (form.size == 3 && at[1] <= kMostAlign && at[2] < 0x80);
  if (!is_short || !profile.features.has(form.feature))
    return read_any_instruction(reader, profile, out);
  out.op = form.op;
  out.offset = static_cast<uint32_t>(reader.offset());
  if (form.size == 3) {
    out.align = at[1];
    out.index = 0;
    out.value = at[2];
  } else {
    out.index = at[1];
    out.value = static_cast<uint64_t>(int64_t{at[1]} << 57 >> 57); // extended by its sign
  }
  reader.skip(form.size);
  return true;
}

/// A type a value may have, where the profile has it.
[[nodiscard]] ValType read_value_type(Reader& reader, Features features);
[[nodiscard]] ValType read_reference_type(Reader& reader, Features features);

/// Refuses what the profile does not have, by its name, and says what to do without it.
void require(Reader& reader, Features features, Feature feature, size_t offset);
/// Refuses more than the limit, and says what to do about it, if that is known.
void check_limit(Reader& reader, uint64_t count, uint64_t limit, size_t offset,
                 std::string_view text, std::string_view remedy = {});

} // namespace zvm::frontend::wasm
