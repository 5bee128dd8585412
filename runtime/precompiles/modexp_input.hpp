// What the price and the run of MODEXP (EIP-198) both read from its input.
#pragma once

#include "base/types.hpp"

namespace zvm::runtime {

inline constexpr uint64_t kModexpHeader = 96; ///< bytes: the three sizes

struct ModexpInput {
  explicit ModexpInput(ByteView input);

  U256 base_size; ///< bytes, as declared
  U256 exponent_size;
  U256 modulus_size;
  /// The first bytes of the exponent, at most 32, as a number.
  U256 exponent_head;
};

} // namespace zvm::runtime
