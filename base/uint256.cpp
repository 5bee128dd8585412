#include "base/uint256.hpp"

#include "base/assert.hpp"
#include "base/uint256_division.hpp"

namespace zvm {

using Division = WideDivision<U256>;

void div_to(const U256& a, const U256& b, U256& result) { Division::quotient(a, b, result); }
void mod_to(const U256& a, const U256& b, U256& result) { Division::remainder(a, b, result); }
void sdiv_to(const U256& a, const U256& b, U256& result) { Division::sdiv(a, b, result); }
void smod_to(const U256& a, const U256& b, U256& result) { Division::smod(a, b, result); }

void addmod_to(const U256& a, const U256& b, const U256& m, U256& result) {
  Division::addmod(a, b, m, result);
}

namespace {

/// The modulus that came last, and the last that came twice in a row, with its reciprocal: what
/// multiplies modulo a prime does it many times.
struct LastModuli {
  U256 last;
  WideModulus<U256> repeated; ///< 0: none yet
};
[[gnu::tls_model("initial-exec")]] constinit thread_local LastModuli t_moduli{};

[[gnu::noinline]] void mulmod_by_division(const U256& a, const U256& b, const U256& m,
                                          U256& result) {
  LastModuli& moduli = t_moduli;
  // Below 2^192 division is cheap.
  if (m.limbs[3] != 0 && !Division::is_near_power(m)) {
    if (m == moduli.last)
      moduli.repeated = WideModulus<U256>::make(m);
    moduli.last = m;
  }
  Division::mulmod(a, b, m, result);
}

} // namespace

void mulmod_to(const U256& a, const U256& b, const U256& m, U256& result) {
  const WideModulus<U256>& repeated = t_moduli.repeated;
  if (m != repeated.value || m.limbs[3] == 0)
    return mulmod_by_division(a, b, m, result);
  repeated.mulmod(a, b, result);
}

U256 div(const U256& a, const U256& b) {
  U256 q;
  Division::quotient(a, b, q);
  return q;
}
U256 mod(const U256& a, const U256& b) {
  U256 r;
  Division::remainder(a, b, r);
  return r;
}
U256 sdiv(const U256& a, const U256& b) {
  U256 q;
  Division::sdiv(a, b, q);
  return q;
}
U256 smod(const U256& a, const U256& b) {
  U256 r;
  Division::smod(a, b, r);
  return r;
}
U256 addmod(const U256& a, const U256& b, const U256& m) {
  U256 r;
  addmod_to(a, b, m, r);
  return r;
}
U256 mulmod(const U256& a, const U256& b, const U256& m) {
  U256 r;
  mulmod_to(a, b, m, r);
  return r;
}

U256Division div_mod(const U256& a, const U256& b) {
  const auto result = Division::div_mod(a, b);
  return {result.quotient, result.remainder};
}

U256 exp(const U256& base, const U256& exponent) { return Wide<U256>::exp(base, exponent); }

Modulus::Modulus(const U256& modulus) : value{modulus} {
  ZVM_ASSERT(!modulus.is_zero());
  if (modulus.limbs[3] == 0)
    return; // division is cheap
  const auto made = WideModulus<U256>::make(modulus);
  normalized = made.normalized;
  reciprocal = made.reciprocal;
  shift = made.shift;
}

U256 mulmod(const U256& a, const U256& b, const Modulus& m) {
  U256 r;
  if (m.value.limbs[3] == 0)
    Division::mulmod(a, b, m.value, r);
  else
    WideModulus<U256>{m.value, m.normalized, m.reciprocal, m.shift}.mulmod(a, b, r);
  return r;
}

} // namespace zvm
