// The signatures of opcodes.def, taken apart: how many operands and results an op has, and of which
// types.
#pragma once

#include <array>
#include <cstdint>

#include "ir/opcodes.hpp"
#include "ir/type.hpp"

namespace zvm::ir {

/// One side of a signature: letters, the last of which may stand for any number of values.
struct SignatureSide {
  static constexpr unsigned kMost = 4;
  char letters[kMost]{};
  uint8_t count = 0;    ///< values that must be there
  char repeated = '\0'; ///< letter of any number of further values; 0: none
};

struct Signature {
  SignatureSide operands;
  SignatureSide results;
  char generic =
      '\0'; ///< the letter of the instruction's own type, where it carries one: T, F or X

  [[nodiscard]] constexpr char operand(unsigned i) const {
    return i < operands.count ? operands.letters[i] : operands.repeated;
  }
};

/// Whether a letter stands for the instruction's own type.
[[nodiscard]] constexpr bool is_own(char letter) {
  return letter == 'T' || letter == 'F' || letter == 'X';
}
/// What a letter asks for; None for 'x', any type.
[[nodiscard]] constexpr Type type_of(char letter, Type t) {
  switch (letter) {
  case 'i':
    return Type::I32;
  case 'l':
    return Type::I64;
  case 'w':
    return Type::I256;
  default:
    return is_own(letter) ? t : Type::None;
  }
}

namespace detail {

/// Not constexpr, so that the compiler stops at a call to it, with its text.
void bad_signature(const char* why);

consteval std::array<Signature, kOpCount> read_signatures() {
  std::array<Signature, kOpCount> all{};
  for (unsigned op = 0; op < kOpCount; ++op) {
    SignatureSide* side = &all[op].operands;
    for (const char c : kOps[op].signature) {
      if (c == ':') {
        side = &all[op].results;
      } else if (c == '*') {
        side->repeated = side->letters[--side->count];
      } else {
        if (!is_own(c) && c != 'i' && c != 'l' && c != 'w' && c != 'x')
          bad_signature("unknown letter in a signature");
        if (is_own(c))
          all[op].generic = c;
        side->letters[side->count++] = c;
      }
    }
    if (side == &all[op].operands)
      bad_signature("a signature lacks its colon");
  }
  return all;
}

} // namespace detail

/// Whether the instruction's own type may be that.
[[nodiscard]] constexpr bool fits(char generic, Type type) {
  switch (generic) {
  case 'T':
    return is_int(type);
  case 'F':
    return type == Type::F32 || type == Type::F64;
  case 'X':
    return type != Type::None;
  default:
    return type == Type::None;
  }
}

inline constexpr std::array<Signature, kOpCount> kSignatures = detail::read_signatures();

[[nodiscard]] constexpr const Signature& signature(Op op) {
  return kSignatures[static_cast<uint8_t>(op)];
}

/// The type of an op's only result: its own, or always the same; None where it has none.
struct ResultType {
  bool is_own = false;
  Type always = Type::None;
};
inline constexpr std::array<ResultType, kOpCount> kResultTypes = [] {
  std::array<ResultType, kOpCount> all{};
  for (unsigned op = 0; op < kOpCount; ++op) {
    const SignatureSide& results = kSignatures[op].results;
    if (results.count != 0)
      all[op] = {is_own(results.letters[0]), type_of(results.letters[0], Type::None)};
  }
  return all;
}();
[[nodiscard]] constexpr Type result_type(Op op, Type t) {
  const ResultType& row = kResultTypes[static_cast<uint8_t>(op)];
  return row.is_own ? t : row.always;
}

} // namespace zvm::ir
