// Functions from random bytes: correct by construction, full of what passes look for.
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <span>
#include <vector>

#include "ir/function.hpp"

namespace zvm::test {

/// Choices, from a generator of pseudo-random numbers.
class Choices {
 public:
  explicit Choices(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// Below n; of nothing, 0.
  uint32_t below(uint32_t n) { return n == 0 ? 0 : static_cast<uint32_t>(next() % n); }
  bool one_in(uint32_t n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

/// The ops that compute on constants, in the order of the table. Conversions, whose operand is of
/// another type, stand in a list of their own.
[[nodiscard]] std::span<const ir::Op> computing_ops();
[[nodiscard]] std::span<const ir::Op> conversion_ops();
[[nodiscard]] bool is_shift(ir::Op op);

/// A number that is interesting for arithmetic of this width.
[[nodiscard]] U256 edge_number(Choices& choices, unsigned bits);

struct RandomShape {
  unsigned instructions = 30;
  bool memory = true;        ///< touches, loads, stores, hashes
  unsigned memory_share = 5; ///< of 20 instructions
  bool effects = true;       ///< charges and host operations
  bool flow = true;          ///< side exits, joins with parameters, loops
};

/// verify() holds for it.
[[nodiscard]] ir::Function random_function(Choices& choices, const RandomShape& shape);

/// Values for the parameters of its entry block.
[[nodiscard]] std::vector<mpz_class> random_parameters(Choices& choices,
                                                       const ir::Function& function);

} // namespace zvm::test
