#include "runtime/precompiles/modexp_input.hpp"

#include <algorithm>

#include <gmp.h>

#include "runtime/precompiles/input.hpp"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {
namespace {

// Longest modulus that is worked on; a longer one is HostError. It costs above 2^39 gas by any of
// the prices.
constexpr uint64_t kLongestModulus = uint64_t{1} << 24;

// Products of two limbs between two polls: about 100 milliseconds. Above kLongMultiplication limbs
// the multiplications are no longer quadratic, and such a row is the measure.
constexpr uint64_t kWorkPerPoll = uint64_t{1} << 27;
constexpr uint64_t kLongMultiplication = 512;

/// An integer of GMP. GMP aborts where memory runs out; what it takes is a small multiple of the
/// input and of the modulus.
class Integer {
 public:
  Integer() { mpz_init(value_); }
  /// From big-endian bytes.
  explicit Integer(ByteView bytes) : Integer{} {
    if (!bytes.empty())
      mpz_import(value_, bytes.size(), 1, 1, 1, 0, bytes.data());
  }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  ~Integer() { mpz_clear(value_); }
  operator mpz_ptr() { return value_; }
  operator mpz_srcptr() const { return value_; }

 private:
  mpz_t value_;
};

/// power = base^exponent mod modulus. A long exponent is taken in pieces from the top, with a poll
/// between them; that costs about twice the work, and is done only where one piece would take long.
Status power_mod(Integer& power, const Integer& base, const Integer& exponent,
                 const Integer& modulus, const PollHook& poll) {
  const uint64_t limbs = mpz_size(modulus);
  const uint64_t work_per_bit = limbs * std::min(limbs, kLongMultiplication) + 16;
  const uint64_t piece = std::max<uint64_t>(1, kWorkPerPoll / work_per_bit);
  uint64_t left = mpz_sizeinbase(exponent, 2);
  if (left <= piece) {
    mpz_powm(power, base, exponent, modulus);
    return Status::Success;
  }
  Integer digits, factor, scale;
  mpz_set_ui(power, 1);
  while (left != 0) {
    const uint64_t bits = std::min(left, piece);
    left -= bits;
    mpz_set_ui(scale, 0);
    mpz_setbit(scale, bits);
    mpz_powm(power, power, scale, modulus);
    mpz_tdiv_q_2exp(digits, exponent, left);
    mpz_tdiv_r_2exp(digits, digits, bits);
    mpz_powm(factor, base, digits, modulus);
    mpz_mul(power, power, factor);
    mpz_mod(power, power, modulus);
    ZVM_RETURN_UNLESS_SUCCESS(poll());
  }
  return Status::Success;
}

} // namespace

Status run_modexp(const Precompile& precompile, ByteView input, Buffer& output,
                  PrecompileContext& context) {
  const ModexpInput in{input};
  if (precompile.limit != 0) {
    const U256 limit = precompile.limit;
    if (in.base_size > limit || in.exponent_size > limit || in.modulus_size > limit)
      return Status::PrecompileFailure;
  }
  // Without a modulus there is no output, and a base of no size may come with an exponent of any
  // for nothing (EIP-198).
  if (in.modulus_size.is_zero())
    return Status::Success;
  if (in.modulus_size > U256{kLongestModulus})
    return host_failed(HostCause::LongModulus,
                       in.modulus_size.fits_u64() ? in.modulus_size.low64() : UINT64_MAX,
                       kLongestModulus);
  const uint64_t modulus_size = in.modulus_size.low64();
  if (!output.try_resize(modulus_size))
    return out_of_memory();
  // A modulus that begins past the end of the input is 0, and so then is the result. Otherwise base
  // and exponent lie in the input whole.
  const U256 input_size{input.size()};
  if (in.base_size > input_size || in.exponent_size > input_size)
    return Status::Success;
  const uint64_t base_size = in.base_size.low64();
  const uint64_t exponent_size = in.exponent_size.low64();
  const ByteView digits = slice(input, kModexpHeader + base_size + exponent_size, modulus_size);
  Integer modulus{digits};
  if (mpz_sgn(static_cast<mpz_srcptr>(modulus)) == 0)
    return Status::Success;
  mpz_mul_2exp(modulus, modulus, 8 * (modulus_size - digits.size()));

  Integer base{slice(input, kModexpHeader, base_size)}, power;
  mpz_mod(base, base, modulus);
  const Integer exponent{slice(input, kModexpHeader + base_size, exponent_size)};
  ZVM_RETURN_UNLESS_SUCCESS(power_mod(power, base, exponent, modulus, context.poll));
  // 0 counts as one bit; its export writes nothing, which leaves the zero that is there.
  const size_t size = (mpz_sizeinbase(power, 2) + 7) / 8;
  mpz_export(output.data() + modulus_size - size, nullptr, 1, 1, 1, 0, power);
  return Status::Success;
}

} // namespace zvm::runtime
