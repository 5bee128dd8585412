#include "runtime/precompiles/gas.hpp"

#include <algorithm>
#include <iterator>

#include "runtime/precompiles/input.hpp"
#include "runtime/precompiles/modexp_input.hpp"

namespace zvm::runtime {
namespace {

/// Discounts in thousandths for 1, 2, … points, the last one for more (EIP-2537).
constexpr uint16_t kDiscountG1[] = {
    1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669, 665,
    661,  658, 654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619, 617, 615,
    613,  611, 609, 608, 606, 604, 603, 601, 599, 598, 596, 595, 593, 592, 591, 589, 588, 586, 585,
    584,  582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570, 569, 568, 567, 566, 565, 564, 563,
    562,  561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547, 547, 546, 545,
    544,  543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531, 530, 529,
    528,  528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519};
constexpr uint16_t kDiscountG2[] = {
    1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704, 699,
    693,  688,  683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634, 632, 629,
    627,  624,  622, 620, 618, 615, 613, 611, 609, 607, 606, 604, 602, 600, 598, 597, 595, 593, 592,
    590,  589,  587, 586, 584, 583, 582, 580, 579, 578, 576, 575, 574, 573, 571, 570, 569, 568, 567,
    566,  565,  563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551, 550, 549, 548,
    547,  546,  545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535, 534, 533,
    532,  532,  531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524};
static_assert(std::size(kDiscountG1) == 128 && std::size(kDiscountG2) == 128);

uint64_t saturated(const U256& gas) { return gas.fits_u64() ? gas.low64() : UINT64_MAX; }

uint64_t linear(const Precompile& p, uint64_t units) {
  return saturated(U256{p.base} + U256{p.unit} * U256{units});
}

uint64_t discounted(const Precompile& p, uint64_t points, const uint16_t (&discounts)[128]) {
  if (points == 0)
    return 0;
  const uint64_t discount = discounts[std::min<uint64_t>(points, 128) - 1];
  return saturated(div(U256{points} * U256{p.unit} * U256{discount}, 1000));
}

// Declared sizes go up to 2^256 - 1. Beyond these bounds a price is out of reach anyhow, and below
// them it is exact in 256 bits.
constexpr U256 kLargestSize{0, 1, 0, 0};
constexpr U256 kLargestExponent{0, 0, 1, 0};

/// Bits below the highest one that is set.
uint64_t bits_below_highest(const U256& value) {
  return value.is_zero() ? 0 : value.bit_width() - 1;
}

/// `per_byte` counts for each byte of the exponent after the first 32.
U256 iterations(const ModexpInput& in, uint64_t per_byte) {
  U256 count = bits_below_highest(in.exponent_head);
  if (in.exponent_size > U256{32})
    count += (std::min(in.exponent_size, kLargestExponent) - 32) * U256{per_byte};
  return std::max(count, U256{1});
}

U256 longer_operand(const ModexpInput& in) {
  return std::min(std::max(in.base_size, in.modulus_size), kLargestSize);
}

U256 words_of_8(const U256& bytes) { return (bytes + 7) >> 3; }

} // namespace

uint64_t gas_words(const Precompile& p, ByteView input) {
  return linear(p, input.size() / 32 + (input.size() % 32 != 0));
}

uint64_t gas_rounds(const Precompile& p, ByteView input) {
  return linear(p, (word_at(input, 0) >> 224).low64());
}

uint64_t gas_pairs192(const Precompile& p, ByteView input) { return linear(p, input.size() / 192); }

uint64_t gas_pairs384(const Precompile& p, ByteView input) { return linear(p, input.size() / 384); }

uint64_t gas_msm_g1(const Precompile& p, ByteView input) {
  return discounted(p, input.size() / 160, kDiscountG1);
}

uint64_t gas_msm_g2(const Precompile& p, ByteView input) {
  return discounted(p, input.size() / 288, kDiscountG2);
}

uint64_t gas_eip198(const Precompile& p, ByteView input) {
  const ModexpInput in{input};
  const U256 x = longer_operand(in);
  const U256 square = x * x;
  U256 complexity = square;
  if (x > U256{1024})
    complexity = (square >> 4) + x * 480 - 199'680;
  else if (x > U256{64})
    complexity = (square >> 2) + x * 96 - 3072;
  return std::max(saturated(div(complexity * iterations(in, 8), 20)), p.base);
}

uint64_t gas_eip2565(const Precompile& p, ByteView input) {
  const ModexpInput in{input};
  const U256 words = words_of_8(longer_operand(in));
  return std::max(saturated(div(words * words * iterations(in, 8), 3)), p.base);
}

uint64_t gas_eip7883(const Precompile& p, ByteView input) {
  const ModexpInput in{input};
  const U256 longer = longer_operand(in);
  const U256 words = words_of_8(longer);
  const U256 complexity = longer > U256{32} ? words * words * 2 : U256{16};
  return std::max(saturated(complexity * iterations(in, 16)), p.base);
}

} // namespace zvm::runtime
