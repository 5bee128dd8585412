#include "tests/support/poseidon_reference.hpp"

#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/poseidon/parameters.hpp"

namespace zvm::testing {
namespace {

using W = Wide<U256>;
using L = Limb<64>;

constexpr U256 kModulus = runtime::Bn254Scalar::kModulus;

constexpr U256 add(const U256& a, const U256& b) {
  const U256 sum = W::add(a, b); // the modulus has 254 bits
  return W::less(sum, kModulus) ? sum : W::sub(sum, kModulus);
}

/// -1 / modulus modulo 2^64.
constexpr uint64_t kNegatedInverse = [] {
  uint64_t inverse = 1;
  for (unsigned i = 0; i < 6; ++i)
    inverse *= 2 - kModulus.limb(0) * inverse;
  return 0 - inverse;
}();

/// a * b / 2^256 (coarsely integrated operand scanning: Koç, Acar, Kaliski, 1996).
U256 mul(const U256& a, const U256& b) {
  uint64_t t[5] = {};
  ZVM_UNROLL
  for (unsigned i = 0; i < 4; ++i) {
    uint64_t carry = 0;
    ZVM_UNROLL
    for (unsigned j = 0; j < 4; ++j) {
      const auto p = L::mul_add(a.limbs[j], b.limbs[i], t[j], carry);
      t[j] = p.low;
      carry = p.high;
    }
    t[4] += carry;
    const uint64_t factor = t[0] * kNegatedInverse;
    carry = L::mul_add(factor, kModulus.limb(0), t[0]).high;
    ZVM_UNROLL
    for (unsigned j = 1; j < 4; ++j) {
      const auto p = L::mul_add(factor, kModulus.limb(j), t[j], carry);
      t[j - 1] = p.low;
      carry = p.high;
    }
    t[3] = t[4] + carry; // both are below 2^63
    t[4] = 0;
  }
  const U256 product{t[0], t[1], t[2], t[3]};
  return W::less(product, kModulus) ? product : W::sub(product, kModulus);
}

/// 2^512.
constexpr U256 kRadixSquared = [] {
  U256 power = 1;
  for (unsigned i = 0; i < 512; ++i)
    power = add(power, power);
  return power;
}();

} // namespace

PoseidonReference::PoseidonReference(unsigned width)
    : width_(width), rounds_(runtime::kPoseidonFullRounds + runtime::bn254_partial_rounds(width)),
      constants_(rounds_ * width), matrix_(width * width) {
  runtime::bn254_parameters(width, constants_, matrix_);
  for (U256& constant : constants_)
    constant = mul(constant, kRadixSquared);
  for (U256& entry : matrix_)
    entry = mul(entry, kRadixSquared);
}

void PoseidonReference::permute(std::span<U256> state) const {
  std::vector<U256> x(width_), mixed(width_);
  for (unsigned i = 0; i < width_; ++i)
    x[i] = mul(state[i], kRadixSquared);
  constexpr unsigned kHalf = runtime::kPoseidonFullRounds / 2;
  for (unsigned round = 0; round < rounds_; ++round) {
    for (unsigned i = 0; i < width_; ++i)
      x[i] = add(x[i], constants_[round * width_ + i]);
    const bool is_full = round < kHalf || round >= rounds_ - kHalf;
    for (unsigned i = 0; i < (is_full ? width_ : 1); ++i) {
      const U256 twice = mul(x[i], x[i]);
      x[i] = mul(mul(twice, twice), x[i]);
    }
    for (unsigned i = 0; i < width_; ++i) {
      U256 sum = mul(matrix_[i * width_], x[0]);
      for (unsigned j = 1; j < width_; ++j)
        sum = add(sum, mul(matrix_[i * width_ + j], x[j]));
      mixed[i] = sum;
    }
    x.swap(mixed);
  }
  for (unsigned i = 0; i < width_; ++i)
    state[i] = mul(x[i], 1);
}

} // namespace zvm::testing
