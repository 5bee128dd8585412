// The loops of Poseidon over BN254 in portable code. Sums of few products, those of the widths that
// are used most, are unrolled.
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/variants.hpp"

namespace zvm::runtime {
namespace {

/// `count` is kCount where that is not 0.
template <unsigned kCount>
[[gnu::always_inline]] inline Bn254Scalar dot(const Bn254Scalar* factors, const Bn254Scalar* values,
                                              size_t count, const Bn254Scalar& addend) {
  if constexpr (kCount != 0)
    return Bn254Scalar::dot<kCount>(factors, values, addend);
  else
    return Bn254Scalar::dot(factors, values, static_cast<unsigned>(count), addend);
}

template <unsigned kWidth>
void products(const Bn254Scalar* matrix, const Bn254Scalar* vector, const Bn254Scalar* addends,
              Bn254Scalar* out, size_t rows, size_t width) {
  ZVM_NO_UNROLL
  for (size_t i = 0; i < rows; ++i)
    out[i] = dot<kWidth>(matrix + i * (kWidth != 0 ? kWidth : width), vector, width, addends[i]);
}

template <unsigned kRest>
void recurrence(Bn254Scalar* line, const Bn254Scalar* factors, const Bn254Scalar* shifts,
                size_t rest, size_t rounds) {
  if constexpr (kRest != 0)
    rest = kRest;
  Bn254Scalar y = line[2 * rest - 1];
  ZVM_NO_UNROLL
  for (size_t i = 0; i < rounds; ++i, line += 2) {
    line[2 * rest] = Bn254Scalar::sbox(y);
    y = dot < kRest == 0 ? 0 : 2 * kRest + 1 > (factors, line, 2 * rest + 1, shifts[i]);
    line[2 * rest + 1] = y;
  }
}

} // namespace

void bn254_sboxes_portable(const Bn254Scalar* in, Bn254Scalar* out, size_t count) {
  ZVM_NO_UNROLL
  for (size_t i = 0; i < count; ++i)
    out[i] = Bn254Scalar::sbox(in[i]);
}

void bn254_products_portable(const Bn254Scalar* matrix, const Bn254Scalar* vector,
                             const Bn254Scalar* addends, Bn254Scalar* out, size_t rows,
                             size_t width) {
  switch (width) {
  case 2:
    return products<2>(matrix, vector, addends, out, rows, width);
  case 3:
    return products<3>(matrix, vector, addends, out, rows, width);
  case 4:
    return products<4>(matrix, vector, addends, out, rows, width);
  case 5:
    return products<5>(matrix, vector, addends, out, rows, width);
  default:
    products<0>(matrix, vector, addends, out, rows, width);
  }
}

void bn254_recurrence_portable(Bn254Scalar* line, const Bn254Scalar* factors,
                               const Bn254Scalar* shifts, size_t rest, size_t rounds) {
  switch (rest) {
  case 1:
    return recurrence<1>(line, factors, shifts, rest, rounds);
  case 2:
    return recurrence<2>(line, factors, shifts, rest, rounds);
  default:
    recurrence<0>(line, factors, shifts, rest, rounds);
  }
}

} // namespace zvm::runtime
