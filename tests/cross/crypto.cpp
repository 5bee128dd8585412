// What stands for the libraries of others where they are not: the recovery of signers as SEC 1
// (4.1.6) writes it, and signing (4.1.3), slow and plain, two precompiles that say they are
// missing, as those of the curves do, and verifications that fail.
#include "runtime/hash/keccak.hpp"
#include "runtime/precompiles/input.hpp"
#include "runtime/precompiles/recover.hpp"
#include "runtime/precompiles/run.hpp"
#include "runtime/precompiles/verify.hpp"
#include "runtime/tx/sign.hpp"

namespace zvm::runtime {
namespace {

// secp256k1 (SEC 2, 2.4.1): y^2 = x^3 + 7 modulo p, a base point, its order n.
constexpr U256 kP{0xfffffffefffffc2f, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff};
constexpr U256 kN{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff};
constexpr U256 kBaseX{0x59f2815b16f81798, 0x029bfcdb2dce28d9, 0x55a06295ce870b07,
                      0x79be667ef9dcbbac};
constexpr U256 kBaseY{0x9c47d08ffb10d4b8, 0xfd17b448a6855419, 0x5da4fbfc0e1108a8,
                      0x483ada7726a3c465};

/// A number modulo p.
struct Element {
  U256 value;

  friend bool operator==(const Element&, const Element&) = default;
  friend Element operator+(const Element& a, const Element& b) {
    return {addmod(a.value, b.value, kP)};
  }
  friend Element operator-(const Element& a, const Element& b) {
    return {addmod(a.value, kP - b.value, kP)};
  }
  friend Element operator*(const Element& a, const Element& b) {
    static const Modulus modulus{kP};
    return {mulmod(a.value, b.value, modulus)};
  }
};

U256 power(U256 base, const U256& exponent, const U256& modulus) {
  U256 result = 1;
  for (unsigned i = 0; i < exponent.bit_width(); ++i) {
    if (((exponent >> i).low64() & 1) != 0)
      result = mulmod(result, base, modulus);
    base = mulmod(base, base, modulus);
  }
  return result;
}
U256 inverse(const U256& a, const U256& prime) { return power(a, prime - U256{2}, prime); }

/// (x / z^2, y / z^3); z is 0 at infinity.
struct Point {
  Element x, y, z;
};

Point twice(const Point& a) {
  const Element square = a.y * a.y, s = a.x * square, four_s = s + s + s + s;
  const Element xx = a.x * a.x, m = xx + xx + xx;
  const Element x = m * m - four_s - four_s;
  const Element yy = square * square, four_yy = yy + yy + yy + yy;
  const Element yz = a.y * a.z;
  return {x, m * (four_s - x) - four_yy - four_yy, yz + yz};
}

Point operator+(const Point& a, const Point& b) {
  if (a.z.value.is_zero())
    return b;
  if (b.z.value.is_zero())
    return a;
  const Element aa = a.z * a.z, bb = b.z * b.z;
  const Element x1 = a.x * bb, x2 = b.x * aa, y1 = a.y * bb * b.z, y2 = b.y * aa * a.z;
  if (x1 == x2)
    return y1 == y2 ? twice(a) : Point{};
  const Element h = x2 - x1, r = y2 - y1, hh = h * h, v = x1 * hh, hhh = h * hh;
  const Element x = r * r - hhh - v - v;
  return {x, r * (v - x) - y1 * hhh, h * a.z * b.z};
}

Point operator*(const U256& factor, const Point& a) {
  Point sum{};
  for (unsigned i = factor.bit_width(); i-- > 0;) {
    sum = twice(sum);
    if (((factor >> i).low64() & 1) != 0)
      sum = sum + a;
  }
  return sum;
}

Status refuse(PrecompileContext& context) {
  context.needs_pairing = true;
  return Status::HostError;
}

} // namespace

std::optional<Address> recover_address(const Bytes32& hash, const U256& r, const U256& s,
                                       bool is_y_odd) {
  if (r.is_zero() || s.is_zero() || r >= kN || s >= kN)
    return std::nullopt;
  const Element x{r}, square = x * x * x + Element{7};
  Element y{power(square.value, (kP + U256{1}) >> 2, kP)};
  if (y * y != square)
    return std::nullopt;
  if (((y.value.low64() & 1) != 0) != is_y_odd)
    y = Element{} - y;
  const U256 by_r = inverse(r, kN), digest = mod(to_word(hash), kN);
  const Point key = mulmod(s, by_r, kN) * Point{x, y, {1}} +
                    mulmod(kN - digest, by_r, kN) * Point{{kBaseX}, {kBaseY}, {1}};
  if (key.z.value.is_zero())
    return std::nullopt;
  const Element by_z{inverse(key.z.value, kP)};
  uint8_t bytes[64];
  (key.x * by_z * by_z).value.store_be(bytes);
  (key.y * by_z * by_z * by_z).value.store_be(bytes + 32);
  return to_address(to_word(keccak256(bytes)));
}

std::optional<EcdsaSignature> sign(const Bytes32& hash, const Bytes32& secret_key) {
  const U256 key = to_word(secret_key), digest = mod(to_word(hash), kN);
  if (key.is_zero() || key >= kN)
    return std::nullopt;
  // Any number that nobody knows would do; RFC 6979 asks for another, so signatures are not those
  // of other builds.
  uint8_t seed[64];
  key.store_be(seed);
  digest.store_be(seed + 32);
  const U256 nonce = mod(to_word(keccak256(seed)), kN);
  const Point point = nonce * Point{{kBaseX}, {kBaseY}, {1}};
  const Element by_z{inverse(point.z.value, kP)};
  const U256 x = (point.x * by_z * by_z).value, y = (point.y * by_z * by_z * by_z).value;
  const U256 r = mod(x, kN);
  const U256 s = mulmod(inverse(nonce, kN), addmod(digest, mulmod(r, key, kN), kN), kN);
  const bool is_odd = (y.low64() & 1) != 0, is_high = s > kN >> 1;
  return EcdsaSignature{r, is_high ? kN - s : s, is_odd != is_high};
}

std::optional<Address> address_of_key(const Bytes32& secret_key) {
  const Bytes32 any{{1}};
  const std::optional<EcdsaSignature> signature = sign(any, secret_key);
  return signature ? recover_address(any, signature->r, signature->s, signature->y_parity)
                   : std::nullopt;
}

Status run_modexp(const Precompile&, ByteView, Buffer&, PrecompileContext& context) {
  return refuse(context);
}
Status run_p256verify(const Precompile&, ByteView, Buffer&, PrecompileContext& context) {
  return refuse(context);
}

Verdict verify_secp256k1(const Bytes32&, std::span<const uint8_t, kSecp256k1Signature>, ByteView) {
  return Verdict::Error;
}
Verdict verify_ed25519(ByteView, std::span<const uint8_t, kEd25519Signature>,
                       std::span<const uint8_t, kEd25519Key>) {
  return Verdict::Error;
}

} // namespace zvm::runtime
