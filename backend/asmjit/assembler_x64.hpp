// asmjit's assembler, with a short way for the forms of instructions that most code is made of.
#pragma once

#include "backend/asmjit/asmjit.hpp"

namespace zvm::backend::asmjit {

/// asmjit looks up which operands each of its instructions can have, which takes it some two hundred
/// instructions. Moves, arithmetic and shifts of general registers, memory and immediates, and jumps,
/// are written right here, as it would write them; the rest, and all of it where somebody reads a listing, is
/// left to it.
class Assembler final : public ::asmjit::x86::Assembler {
 public:
  using Base = ::asmjit::x86::Assembler;

  ::asmjit::Error _emit(::asmjit::InstId id, const ::asmjit::Operand_& o0,
                        const ::asmjit::Operand_& o1, const ::asmjit::Operand_& o2,
                        const ::asmjit::Operand_* more) override;

 private:
  [[nodiscard]] bool jump(uint8_t code, uint32_t label);
  /// What has been written up to there is code.
  [[nodiscard]] bool take(uint8_t* end);
};

} // namespace zvm::backend::asmjit
