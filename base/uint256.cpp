#include "base/uint256.hpp"

#include "base/assert.hpp"
#include "base/uint256_division.hpp"

namespace zvm {

using Division = WideDivision<U256>;

U256 div(const U256& a, const U256& b) { return Division::quotient(a, b); }
U256 mod(const U256& a, const U256& b) { return Division::remainder(a, b); }
U256 sdiv(const U256& a, const U256& b) { return Division::sdiv(a, b); }
U256 smod(const U256& a, const U256& b) { return Division::smod(a, b); }

U256Division div_mod(const U256& a, const U256& b) {
  const auto result = Division::div_mod(a, b);
  return {result.quotient, result.remainder};
}

U256 addmod(const U256& a, const U256& b, const U256& m) { return Division::addmod(a, b, m); }
U256 mulmod(const U256& a, const U256& b, const U256& m) { return Division::mulmod(a, b, m); }
U256 exp(const U256& base, const U256& exponent) { return Wide<U256>::exp(base, exponent); }

Modulus::Modulus(const U256& modulus) : value{modulus} {
  ZVM_ASSERT(!modulus.is_zero());
  const auto made = WideModulus<U256>::make(modulus);
  normalized = made.normalized;
  reciprocal = made.reciprocal;
  shift = made.shift;
}

U256 mulmod(const U256& a, const U256& b, const Modulus& m) {
  return WideModulus<U256>::mulmod(a, b, m.value, m.normalized, m.reciprocal, m.shift);
}

} // namespace zvm
