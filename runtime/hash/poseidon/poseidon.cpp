#include "runtime/hash/poseidon/poseidon.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "runtime/hash/kernels.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/poseidon/goldilocks.hpp"
#include "runtime/hash/poseidon/plan.hpp"

namespace zvm::runtime {

template <>
struct PoseidonLoops<Bn254Scalar> {
  using F = Bn254Scalar;
  static void sboxes(const F* in, F* out, unsigned count) { kernels.bn254_sboxes(in, out, count); }
  template <unsigned kWidth>
  static void products(const F* matrix, const F* vector, const F* addends, F* out, unsigned rows) {
    kernels.bn254_products(matrix, vector, addends, out, rows, kWidth);
  }
  static F dot(const F* factors, const F* values, unsigned count, const F& addend) {
    F out;
    kernels.bn254_products(factors, values, &addend, &out, 1, count);
    return out;
  }
  template <unsigned kRest>
  static void recurrence(F* line, const F* factors, const F* shifts, unsigned rounds) {
    kernels.bn254_recurrence(line, factors, shifts, kRest, rounds);
  }
};

namespace {

/// Fills the plan of an instance from its parameters, which `parameters(constants, matrix)` writes
/// as words.
template <typename Word, typename Plan>
void fill(Plan& plan, auto parameters) {
  using F = typename Plan::Field;
  constexpr size_t kWidth = Plan::kWidth;
  constexpr size_t kConstants = (kPoseidonFullRounds + Plan::kPartial) * kWidth;
  std::array<Word, kConstants> constants;
  std::array<Word, kWidth * kWidth> matrix;
  parameters(constants, matrix);
  std::array<F, kConstants> constants_in_field;
  std::array<F, kWidth * kWidth> matrix_in_field;
  ZVM_NO_UNROLL
  for (size_t i = 0; i < kConstants; ++i)
    constants_in_field[i] = F::from_word(constants[i]);
  ZVM_NO_UNROLL
  for (size_t i = 0; i < matrix.size(); ++i)
    matrix_in_field[i] = F::from_word(matrix[i]);
  make_plan(plan.view(), constants_in_field.data(), matrix_in_field.data());
}

template <unsigned kWidth>
using Bn254Plan = Plan<Bn254Scalar, kWidth, bn254_partial_rounds(kWidth)>;

template <unsigned kWidth>
const Bn254Plan<kWidth>& bn254_plan() {
  static const Bn254Plan<kWidth> plan = [] {
    Bn254Plan<kWidth> made;
    fill<U256>(made, [](std::span<U256> constants, std::span<U256> matrix) {
      bn254_parameters(kWidth, constants, matrix);
    });
    return made;
  }();
  return plan;
}

using GoldilocksPlan = Plan<Goldilocks, kGoldilocksWidth, kGoldilocksPartialRounds>;

const GoldilocksPlan& goldilocks_plan() {
  static const GoldilocksPlan plan = [] {
    GoldilocksPlan made;
    fill<uint64_t>(made, goldilocks_parameters);
    return made;
  }();
  return plan;
}

/// Permutes the state and gives the first `outputs` elements.
template <unsigned kWidth>
void permute_bn254(const U256* state, U256* out, unsigned outputs) {
  Bn254Scalar elements[kWidth];
  ZVM_NO_UNROLL
  for (unsigned i = 0; i < kWidth; ++i)
    elements[i] = Bn254Scalar::from_word(state[i]);
  permute(bn254_plan<kWidth>(), elements, outputs);
  ZVM_NO_UNROLL
  for (unsigned i = 0; i < outputs; ++i)
    out[i] = elements[i].to_word();
}

/// By width, from the smallest on.
constexpr auto kBn254ByWidth = []<unsigned... kIndex>(std::integer_sequence<unsigned, kIndex...>) {
  return std::array{&permute_bn254<kMinBn254Width + kIndex>...};
}(std::make_integer_sequence<unsigned, kMaxBn254Width - kMinBn254Width + 1>{});

void permute_bn254(std::span<const U256> state, std::span<U256> out) {
  ZVM_ASSERT(state.size() >= kMinBn254Width && state.size() <= kMaxBn254Width);
  kBn254ByWidth[state.size() - kMinBn254Width](state.data(), out.data(),
                                               static_cast<unsigned>(out.size()));
}

} // namespace

void poseidon_bn254_permute(std::span<U256> state) { permute_bn254(state, state); }

U256 poseidon_bn254(std::span<const U256> inputs, const U256& initial) {
  ZVM_ASSERT(inputs.size() < kMaxBn254Width);
  std::array<U256, kMaxBn254Width> state;
  state[0] = initial;
  std::ranges::copy(inputs, state.begin() + 1);
  U256 hash;
  permute_bn254(std::span{state}.first(inputs.size() + 1), {&hash, 1});
  return hash;
}

Bytes32 poseidon_bn254_sponge(ByteView data) {
  constexpr size_t kChunk = 31;
  /// Takes the next number off the data.
  const auto next = [&] {
    uint8_t word[32] = {};
    const size_t size = std::min(data.size(), kChunk);
    std::ranges::copy(data.first(size), word + 1);
    data = data.subspan(size);
    return U256::load_be(word);
  };
  std::array<U256, 3> state{U256{}, U256{data.size()}, next()};
  poseidon_bn254_permute(state);
  while (!data.empty()) {
    // No overflow: elements are below r < 2^254, and the permutation takes them modulo r.
    state[1] = state[1] + next();
    state[2] = state[2] + next();
    poseidon_bn254_permute(state);
  }
  return to_bytes32(state[0]);
}

void poseidon_goldilocks_permute(std::array<uint64_t, kGoldilocksWidth>& state) {
  Goldilocks elements[kGoldilocksWidth];
  ZVM_NO_UNROLL
  for (unsigned i = 0; i < kGoldilocksWidth; ++i)
    elements[i] = Goldilocks::from_word(state[i]);
  permute(goldilocks_plan(), elements, kGoldilocksWidth);
  ZVM_NO_UNROLL
  for (unsigned i = 0; i < kGoldilocksWidth; ++i)
    state[i] = elements[i].to_word();
}

} // namespace zvm::runtime
