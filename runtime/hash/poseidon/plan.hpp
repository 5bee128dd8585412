// Poseidon with its partial rounds as a linear recurrence, for any field and width.
//
// A partial round takes the state (y, x), y one element and x the others, to
//   s = (y + constant)^alpha,   y' = m s + c x,   x' = b s + A x
// with the matrix of the instance cut into m, c, b and A. Only y meets the S-box, so this is a
// linear system with one input, the s, and one output, the y, whose constants do not change from
// round to round. Its state can be left out: with n elements in x, Cayley and Hamilton give
//   y[i] = alpha_1 y[i-1] + ... + alpha_n y[i-n] + beta_0 s[i] + ... + beta_n s[i-n]
// (the alphas of A's characteristic polynomial, the betas from those and c A^k b). A round is one
// sum of 2n + 1 products, against (n + 1)^2 as it is defined, and only 2n + 1 factors are kept for
// all of them. x comes back at the end from the last n pairs of s and y: they determine it, since
// c, cA, ... are independent. The first n rounds lack what was before them; what x adds to those is
// a sum that the matrix in front of them computes at once. Round constants run through the same
// system beforehand and add one number to each round.
#pragma once

#include <array>
#include <utility>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/poseidon/parameters.hpp"

namespace zvm::runtime {

/// Where the numbers of a plan lie; all of them normal.
template <typename F>
struct PlanView {
  unsigned width;
  unsigned partial_rounds;
  F* first;           ///< [width] constants in front of everything
  F* matrix;          ///< [width][width]
  F* constants;       ///< [6][width] added by full rounds to their result: those of the next round
  F* entry;           ///< [width][width] the matrix of the last full round before the partial ones
  F* entry_constants; ///< [width]
  F* recurrence;      ///< [2 n + 1] beta_n, alpha_n, beta_n-1, ... alpha_1, beta_0
  F* shifts;          ///< [partial_rounds] added to each y
  F* leave;           ///< [n][2 n] x from the last s, y, s, y ...
  F* leave_constants; ///< [n]
};

template <typename F, unsigned kWidthOf, unsigned kPartialOf>
struct Plan {
  using Field = F;
  static constexpr unsigned kWidth = kWidthOf;
  static constexpr unsigned kPartial = kPartialOf;
  static constexpr unsigned kRest = kWidth - 1;
  static constexpr unsigned kHalf = kPoseidonFullRounds / 2;
  static_assert(kPartial >= kRest);

  F first[kWidth];
  F matrix[kWidth][kWidth];
  F constants[kPoseidonFullRounds - 2][kWidth];
  F entry[kWidth][kWidth];
  F entry_constants[kWidth];
  F recurrence[2 * kRest + 1];
  F shifts[kPartial];
  F leave[kRest][2 * kRest];
  F leave_constants[kRest];

  [[nodiscard]] PlanView<F> view() {
    return {kWidth,          kPartial,   first,  matrix[0], constants[0],   entry[0],
            entry_constants, recurrence, shifts, leave[0],  leave_constants};
  }
};

/// Fills a plan from the constants, round by round, and the matrix of an instance.
template <typename F>
void make_plan(const PlanView<F>& plan, const F* round_constants, const F* matrix);

/// What takes the time. A field may have its own.
template <typename F>
struct PoseidonLoops {
  [[gnu::noinline]] static void sboxes(const F* in, F* out, unsigned count) {
    ZVM_NO_UNROLL
    for (unsigned i = 0; i < count; ++i)
      out[i] = F::sbox(in[i]);
  }
  /// out = matrix * vector + addends
  template <unsigned kWidth>
  static void products(const F* matrix, const F* vector, const F* addends, F* out, unsigned rows) {
    ZVM_NO_UNROLL
    for (unsigned i = 0; i < rows; ++i)
      out[i] = F::template dot<kWidth>(matrix + i * kWidth, vector, addends[i]);
  }
  /// One sum of any length.
  static F dot(const F* factors, const F* values, unsigned count, const F& addend) {
    return F::dot(factors, values, count, addend);
  }
  /// Partial rounds that have all that was before them, in a line of s, y, s, y ...
  template <unsigned kRest>
  static void recurrence(F* line, const F* factors, const F* shifts, unsigned rounds) {
    ZVM_NO_UNROLL
    for (unsigned i = 0; i < rounds; ++i) {
      F* const window = line + 2 * i;
      window[2 * kRest] = F::sbox(window[2 * kRest - 1]);
      window[2 * kRest + 1] = F::template dot<2 * kRest + 1>(factors, window, shifts[i]);
    }
  }
};

/// The permutation; `outputs` of the elements, from the first on, are right afterwards.
template <typename Plan>
void permute(const Plan& plan, typename Plan::Field (&state)[Plan::kWidth], unsigned outputs) {
  using F = typename Plan::Field;
  using Loops = PoseidonLoops<F>;
  constexpr unsigned kWidth = Plan::kWidth, kRest = Plan::kRest, kHalf = Plan::kHalf;
  F powers[kWidth];
  const auto full_round = [&](const F* matrix, const F* constants, unsigned rows) {
    Loops::sboxes(state, powers, kWidth);
    Loops::template products<kWidth>(matrix, powers, constants, state, rows);
  };

  ZVM_NO_UNROLL
  for (unsigned i = 0; i < kWidth; ++i)
    state[i] = state[i] + plan.first[i];
  ZVM_NO_UNROLL
  for (unsigned round = 0; round < kHalf - 1; ++round)
    full_round(plan.matrix[0], plan.constants[round], kWidth);
  full_round(plan.entry[0], plan.entry_constants, kWidth);
  ZVM_NO_UNROLL
  for (unsigned i = 0; i < kWidth; ++i)
    state[i] = state[i].normal();

  F line[2 * Plan::kPartial]; // s, y, s, y ...
  F y = state[0];
  ZVM_NO_UNROLL
  for (unsigned round = 0; round < kRest; ++round) {
    Loops::sboxes(&y, line + 2 * round, 1);
    y = Loops::dot(plan.recurrence + 2 * (kRest - round), line, 2 * round + 1, state[round + 1]);
    line[2 * round + 1] = y;
  }
  Loops::template recurrence<kRest>(line, plan.recurrence, plan.shifts + kRest,
                                    Plan::kPartial - kRest);
  state[0] = line[2 * Plan::kPartial - 1];
  Loops::template products<2 * kRest>(plan.leave[0], line + 2 * (Plan::kPartial - kRest),
                                      plan.leave_constants, state + 1, kRest);

  ZVM_NO_UNROLL
  for (unsigned last = kHalf - 1; last < 2 * (kHalf - 1); ++last)
    full_round(plan.matrix[0], plan.constants[last], kWidth);
  const F zeros[kWidth] = {};
  full_round(plan.matrix[0], zeros, outputs);
}

/// Matrices and vectors of the elements besides the first.
inline constexpr unsigned kMaxRest = kMaxBn254Width - 1;
template <typename F>
using RestVector = std::array<F, kMaxRest + 1>;
template <typename F>
using RestMatrix = std::array<RestVector<F>, kMaxRest + 1>;

/// By Gauss and Jordan; the matrix has an inverse.
template <typename F>
RestMatrix<F> inverse_of(RestMatrix<F> a, unsigned n) {
  RestMatrix<F> inverse{};
  for (unsigned i = 0; i < n; ++i)
    inverse[i][i] = F::from_word(1);
  for (unsigned column = 0; column < n; ++column) {
    unsigned pivot = column;
    while (a[pivot][column].is_zero())
      ++pivot;
    std::swap(a[pivot], a[column]);
    std::swap(inverse[pivot], inverse[column]);
    const F scale = a[column][column].inverse();
    for (unsigned j = 0; j < n; ++j) {
      a[column][j] = a[column][j] * scale;
      inverse[column][j] = inverse[column][j] * scale;
    }
    for (unsigned i = 0; i < n; ++i) {
      if (i == column)
        continue;
      const F factor = a[i][column];
      for (unsigned j = 0; j < n; ++j) {
        a[i][j] = a[i][j] - factor * a[column][j];
        inverse[i][j] = inverse[i][j] - factor * inverse[column][j];
      }
    }
  }
  return inverse;
}

template <typename F>
void make_plan(const PlanView<F>& plan, const F* round_constants, const F* matrix) {
  const unsigned width = plan.width, n = width - 1, partial = plan.partial_rounds;
  constexpr unsigned kHalf = kPoseidonFullRounds / 2;
  const auto m = [&](unsigned row, unsigned column) { return matrix[row * width + column]; };
  const auto constant = [&](unsigned round, unsigned i) {
    return round_constants[round * width + i];
  };
  const auto sum = [](unsigned from, unsigned end, auto term) {
    F total = F::from_word(0);
    for (unsigned i = from; i < end; ++i)
      total = total + term(i);
    return total;
  };
  const auto times_a = [&](const RestVector<F>& x) { // A x
    RestVector<F> product{};
    for (unsigned i = 0; i < n; ++i)
      product[i] = sum(0, n, [&](unsigned j) { return m(i + 1, j + 1) * x[j]; });
    return product;
  };

  // observed[k] = c A^k, driven[k] = A^k b, response[k]: what an s adds to the y of k rounds later.
  RestMatrix<F> observed, driven;
  RestVector<F> response;
  response[0] = m(0, 0);
  for (unsigned j = 0; j < n; ++j) {
    observed[0][j] = m(0, j + 1);
    driven[0][j] = m(j + 1, 0);
  }
  for (unsigned k = 1; k <= n; ++k) {
    driven[k] = times_a(driven[k - 1]);
    for (unsigned j = 0; j < n; ++j)
      observed[k][j] = sum(0, n, [&](unsigned i) { return observed[k - 1][i] * m(i + 1, j + 1); });
    response[k] = sum(0, n, [&](unsigned j) { return observed[k - 1][j] * driven[0][j]; });
  }
  const RestMatrix<F> inverse = inverse_of(observed, n);

  // c A^n is the sum of alpha[i] c A^(n - i).
  RestVector<F> alpha{}, beta{};
  for (unsigned i = 1; i <= n; ++i)
    alpha[i] = sum(0, n, [&](unsigned j) { return observed[n][j] * inverse[j][n - i]; });
  for (unsigned i = 0; i <= n; ++i)
    beta[i] = response[i] - sum(1, i + 1, [&](unsigned j) { return alpha[j] * response[i - j]; });
  for (unsigned i = 0; i <= n; ++i) {
    plan.recurrence[2 * i] = beta[n - i].normal();
    if (i < n)
      plan.recurrence[2 * i + 1] = alpha[n - i].normal();
  }

  for (unsigned i = 0; i < width * width; ++i)
    plan.matrix[i] = matrix[i].normal();
  for (unsigned i = 0; i < width; ++i) {
    plan.first[i] = constant(0, i).normal();
    plan.entry[i] = matrix[i].normal();
    for (unsigned round = 0; round < kHalf - 1; ++round) {
      plan.constants[round * width + i] = constant(round + 1, i).normal();
      plan.constants[(kHalf - 1 + round) * width + i] =
          constant(kHalf + partial + 1 + round, i).normal();
    }
  }
  // What x in front of the partial rounds adds to y of round k beyond the recurrence over rounds 0
  // to k.
  for (unsigned k = 0; k < n; ++k) {
    RestVector<F> free = observed[k];
    for (unsigned j = 0; j < n; ++j)
      free[j] = free[j] - sum(1, k + 1, [&](unsigned i) { return alpha[i] * observed[k - i][j]; });
    for (unsigned column = 0; column < width; ++column)
      plan.entry[(k + 1) * width + column] =
          sum(0, n, [&](unsigned j) { return free[j] * m(j + 1, column); }).normal();
  }

  // What the constants alone make of x, and what they add to y; y's own constant comes with it,
  // that of the next round.
  std::array<F, 128> offsets;
  RestVector<F> x{};
  for (unsigned round = 0; round < partial; ++round) {
    for (unsigned j = 0; j < n; ++j)
      x[j] = x[j] + constant(kHalf + round, j + 1);
    offsets[round] = constant(kHalf + round + 1, 0) +
                     sum(0, n, [&](unsigned j) { return observed[0][j] * x[j]; });
    x = times_a(x);
  }
  plan.entry_constants[0] = constant(kHalf, 0).normal();
  for (unsigned round = 0; round < partial; ++round) {
    const unsigned known = round < n ? round : n;
    const F shift = offsets[round] -
                    sum(1, known + 1, [&](unsigned i) { return alpha[i] * offsets[round - i]; });
    plan.shifts[round] = shift.normal();
    if (round < n)
      plan.entry_constants[round + 1] = shift.normal();
  }

  // The last n of y are observed[k] x and the responses to the s before: solved for x, and n rounds
  // on.
  RestMatrix<F> power = inverse;
  for (unsigned column = 0; column < n; ++column) {
    RestVector<F> vector{};
    for (unsigned i = 0; i < n; ++i)
      vector[i] = inverse[i][column];
    for (unsigned k = 0; k < n; ++k)
      vector = times_a(vector);
    for (unsigned i = 0; i < n; ++i)
      power[i][column] = vector[i];
  }
  for (unsigned i = 0; i < n; ++i) {
    for (unsigned j = 0; j < n; ++j) {
      const F of_s = driven[n - 1 - j][i] -
                     sum(j, n, [&](unsigned k) { return power[i][k] * response[k - j]; });
      plan.leave[2 * (i * n + j)] = of_s.normal();
      plan.leave[2 * (i * n + j) + 1] = power[i][j].normal();
    }
    const F known = sum(0, n, [&](unsigned j) { return power[i][j] * offsets[partial - n + j]; });
    plan.leave_constants[i] = (x[i] + constant(kHalf + partial, i + 1) - known).normal();
  }
}

} // namespace zvm::runtime
