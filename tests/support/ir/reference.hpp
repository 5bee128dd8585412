// A slow and simple evaluator of functions, for tests that compare a function with what passes made
// of it.
//
// It shares nothing with the engine's arithmetic (GMP computes), and writes down everything a pass
// must not change: charges, growth of memory, host operations, the way out with its frame state,
// memory at the end.
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ir/function.hpp"

namespace zvm::test {

struct ReferenceLimits {
  int64_t gas = INT64_MAX;   ///< a charge beyond it leaves by the frame state
  uint64_t memory = 1 << 16; ///< growth beyond it leaves, too
  unsigned blocks = 20000;   ///< that are entered; beyond it the evaluation ends
  /// By value: it must be less than 2 to this power, wherever it is defined. Empty: not checked.
  std::span<const uint16_t> widths = {};
  /// Charges are told as a sum where something else happens, so that blocks may be of any length.
  bool sums_charges = false;
};

/// The log of one evaluation. Equal logs: the same behaviour.
[[nodiscard]] std::string evaluate_function(const ir::Function& function,
                                            const std::vector<mpz_class>& parameters,
                                            const ReferenceLimits& limits);

/// One pure op on numbers zero-extended from their types.
[[nodiscard]] mpz_class reference_result(ir::Op op, ir::Type type, ir::Type source,
                                         const std::vector<mpz_class>& operands);

} // namespace zvm::test
