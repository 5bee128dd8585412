// One instruction with its immediates: the only place where code is decoded. The validator, the disassembler and the
// lowering all read with it.
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

/// Only what the immediates of `op` need is set (immediates.def says which); the rest is left from before.
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

/// False where the reader has refused something.
[[nodiscard]] bool read_instruction(Reader& reader, const Profile& profile, Instruction& out);

/// A type a value may have, where the profile has it.
[[nodiscard]] ValType read_value_type(Reader& reader, Features features);
[[nodiscard]] ValType read_reference_type(Reader& reader, Features features);

/// Refuses what the profile does not have, by its name, and says what to do without it.
void require(Reader& reader, Features features, Feature feature, size_t offset);
/// Refuses more than the limit, and says what to do about it, if that is known.
void check_limit(Reader& reader, uint64_t count, uint64_t limit, size_t offset,
                 std::string_view text, std::string_view remedy = {});

} // namespace zvm::frontend::wasm
