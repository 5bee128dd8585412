// P256VERIFY (EIP-7951): ECDSA over secp256r1, through OpenSSL's curve arithmetic.
#include <memory>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "runtime/precompiles/input.hpp"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kInput = 160; // hash, r, s, x, y

// SEC 2, 2.4.2: the field and the order of the group.
constexpr U256 kField{0xffffffffffffffff, 0x00000000ffffffff, 0, 0xffffffff00000001};
constexpr U256 kOrder{0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff,
                      0xffffffff00000000};

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Context = std::unique_ptr<BN_CTX, Free<BN_CTX_free>>;
using Point = std::unique_ptr<EC_POINT, Free<EC_POINT_free>>;

/// Read-only once made, so threads share it.
const EC_GROUP* group() {
  static const EC_GROUP* const curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  return curve;
}

Number to_number(const U256& value) {
  uint8_t bytes[32];
  value.store_be(bytes);
  return Number{BN_bin2bn(bytes, sizeof bytes, nullptr)};
}

enum class Verdict : uint8_t { Valid, Invalid, Error };

/// r and s lie in [1, order), x and y below the field.
Verdict verify(const U256& hash, const U256& r, const U256& s, const U256& x, const U256& y) {
  const EC_GROUP* curve = group();
  const Context context{BN_CTX_new()};
  const Number key_x = to_number(x), key_y = to_number(y), number_s = to_number(s);
  if (curve == nullptr || context == nullptr || key_x == nullptr || key_y == nullptr ||
      number_s == nullptr)
    return Verdict::Error;
  const Point key{EC_POINT_new(curve)}, sum{EC_POINT_new(curve)};
  if (key == nullptr || sum == nullptr)
    return Verdict::Error;
  // Refuses what is not on the curve; (0, 0) is not. The cofactor is 1, so there is no other
  // subgroup.
  if (EC_POINT_set_affine_coordinates(curve, key.get(), key_x.get(), key_y.get(), context.get()) !=
      1)
    return Verdict::Invalid;

  // u1 = hash / s and u2 = r / s modulo the order; the signature is good if x(u1 G + u2 Q) is r.
  const BIGNUM* order = EC_GROUP_get0_order(curve);
  const Number inverse{BN_mod_inverse(nullptr, number_s.get(), order, context.get())};
  const Number u1 = to_number(hash), u2 = to_number(r), sum_x{BN_new()};
  if (inverse == nullptr || u1 == nullptr || u2 == nullptr || sum_x == nullptr ||
      BN_mod_mul(u1.get(), u1.get(), inverse.get(), order, context.get()) != 1 ||
      BN_mod_mul(u2.get(), u2.get(), inverse.get(), order, context.get()) != 1 ||
      EC_POINT_mul(curve, sum.get(), u1.get(), key.get(), u2.get(), context.get()) != 1)
    return Verdict::Error;
  if (EC_POINT_is_at_infinity(curve, sum.get()) == 1)
    return Verdict::Invalid;
  uint8_t bytes[32];
  if (EC_POINT_get_affine_coordinates(curve, sum.get(), sum_x.get(), nullptr, context.get()) != 1 ||
      BN_bn2binpad(sum_x.get(), bytes, sizeof bytes) != sizeof bytes)
    return Verdict::Error;
  return mod(U256::load_be(bytes), kOrder) == r ? Verdict::Valid : Verdict::Invalid;
}

} // namespace

/// Rejection is success without output.
Status run_p256verify(const Precompile&, ByteView input, Buffer& output, PrecompileContext&) {
  if (input.size() != kInput)
    return Status::Success;
  const U256 r = word_at(input, 32), s = word_at(input, 64);
  const U256 x = word_at(input, 96), y = word_at(input, 128);
  if (r.is_zero() || r >= kOrder || s.is_zero() || s >= kOrder || x >= kField || y >= kField)
    return Status::Success;
  switch (verify(word_at(input, 0), r, s, x, y)) {
  case Verdict::Invalid:
    return Status::Success;
  case Verdict::Error:
    return host_failed(HostCause::SignatureLibrary);
  case Verdict::Valid:
    break;
  }
  return give(output, to_bytes32(U256{1}).bytes);
}

} // namespace zvm::runtime
