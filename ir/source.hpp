// What a frontend can say of the guest's instructions, so that verify_gas() finds whether a
// function charges for them.
#pragma once

#include <span>

#include "ir/function.hpp"

namespace zvm::ir {

/// Kinds of dynamic gas a guest instruction may have; combined by |.
using DynamicGas = uint8_t;
inline constexpr DynamicGas kWordsGas = 1 << 0;    ///< gas.words
inline constexpr DynamicGas kBytesGas = 1 << 1;    ///< gas.bytes
inline constexpr DynamicGas kSigBytesGas = 1 << 2; ///< gas.sigbytes
inline constexpr DynamicGas kHostGas = 1 << 3;     ///< a host op or call that charges

/// What the source's side table says of one guest instruction.
struct SourceRow {
  int64_t gas = 0; ///< static
  DynamicGas dynamic = 0;
};

/// One guest instruction that went into a block; those of a block stand together, in order of
/// execution.
struct SourceStep {
  BlockId block;
  uint32_t pc;
  InstId first = 0; ///< where its instructions begin; those of the next step follow
};

struct GasSource {
  std::span<const SourceStep> steps;
  SourceRow (*row)(const void* table, uint32_t pc);
  const void* table;
};

} // namespace zvm::ir
