// Poseidon over BN254 as its paper writes it down: what the fast one is compared with, in result
// and in time.
#pragma once

#include <span>
#include <vector>

#include "base/uint256.hpp"

namespace zvm::testing {

/// One width. Montgomery multiplication word by word, every result below the modulus, the whole
/// matrix each round.
class PoseidonReference {
 public:
  explicit PoseidonReference(unsigned width);
  /// Elements are below the modulus.
  void permute(std::span<U256> state) const;

 private:
  unsigned width_;
  unsigned rounds_;
  std::vector<U256> constants_; ///< in Montgomery form, as is the matrix
  std::vector<U256> matrix_;
};

} // namespace zvm::testing
