// Precompiles on input that is nearly valid: points of the curves, some at infinity, some outside
// of their group, then bytes changed, swapped, cut off. What they must answer is computed from the
// final bytes: curves by a textbook, the rest by what shares no code with them. Where that takes
// long it is done now and then; whether they refuse, always.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>

#include "base/hex.hpp"
#include "runtime/hash/blake2.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/lanes.hpp"
#include "runtime/hash/ripemd160.hpp"
#include "runtime/hash/sha256.hpp"
#include "runtime/precompiles/curves.hpp"
#include "runtime/precompiles/precompiles.hpp"
#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/oracles/curves.hpp"
#include "tests/fuzz/oracles/expect.hpp"

namespace zvm::fuzz {
namespace {

using namespace runtime;
using Bytes = std::vector<uint8_t>;

Bytes operator+(Bytes a, ByteView b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
/// As long as `size`, with zeros where it was shorter.
Bytes resized(ByteView bytes, size_t size) {
  Bytes all(bytes.begin(),
            bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), size)));
  all.resize(size);
  return all;
}
/// A part of what goes on with zeros.
Bytes part(ByteView bytes, size_t offset, size_t size) {
  return resized(bytes.subspan(std::min(offset, bytes.size())), size);
}
Bytes word(const mpz_class& number) { return to_bytes(number, 32); }

// --- groups ---

/// A group of prime order, with points whose logarithms are known.
class Group {
 public:
  Group(Curve curve, const std::string& one, const std::string& strange)
      : curve_(std::move(curve)), strange_(parse_hex(strange).value()) {
    Point power = curve_.read(parse_hex(one).value()).value();
    for (unsigned i = 0; i < 256; ++i) {
      powers_.push_back(power);
      power = curve_.add(power, power);
    }
    Choices stream{{}};
    for (int i = -4; i < 16; ++i) {
      mpz_class scalar = i < 5 ? mpz_class{i} : random(stream);
      scalar = modulo(scalar, curve_.order());
      points_.push_back(curve_.write(multiple(scalar)));
      logarithms_[points_.back()] = scalar;
    }
  }

  [[nodiscard]] const Curve& curve() const { return curve_; }
  [[nodiscard]] Bytes infinity() const { return Bytes(curve_.size()); }
  /// `scalar` times the generator.
  [[nodiscard]] Point multiple(const mpz_class& scalar) const {
    Point sum;
    for (unsigned i = 0; i < 256; ++i) {
      if (mpz_tstbit(scalar.get_mpz_t(), i) != 0)
        sum = curve_.add(sum, powers_[i]);
    }
    return sum;
  }
  /// Nothing for points that are not made here.
  [[nodiscard]] std::optional<mpz_class> logarithm(const Bytes& point) const {
    if (point == extra_.first)
      return extra_.second;
    const auto at = logarithms_.find(point);
    return at == logarithms_.end() ? std::nullopt : std::optional{at->second};
  }
  /// Of a point of the curve.
  [[nodiscard]] bool has(const Bytes& bytes, const Point& point) const {
    return logarithm(bytes).has_value() || curve_.is_in_group(point);
  }

  /// The multiple's bytes, whose logarithm is known until the next one.
  [[nodiscard]] const Bytes& remembered_multiple(const mpz_class& scalar) const {
    extra_ = {curve_.write(multiple(scalar)), scalar};
    return extra_.first;
  }

  [[nodiscard]] const Bytes& known_point(Choices& c) const { return c.pick_of(points_); }
  [[nodiscard]] Bytes any_point(Choices& c) const {
    return c.one_in(12) ? (c.one_in(2) ? infinity() : strange_) : known_point(c);
  }
  [[nodiscard]] mpz_class any_scalar(Choices& c) const {
    constexpr uint16_t kWeights[] = {3, 2, 2, 1};
    switch (c.weighted(kWeights)) {
    case 0:
      return random(c);
    case 1:
      return c.below(5);
    case 2:
      return curve_.order() + c.below(5) - 2;
    default:
      return (mpz_class{1} << 256) - 1 - c.below(3);
    }
  }
  /// Numbers at which something may happen.
  [[nodiscard]] Bytes any_edge(Choices& c) const {
    const mpz_class edges[] = {0,
                               1,
                               curve_.field(),
                               curve_.field() - 1,
                               curve_.field() + 1,
                               curve_.order(),
                               (mpz_class{1} << 256) - 1};
    return to_bytes(c.pick(edges), mpz_sizeinbase(curve_.field().get_mpz_t(), 2) <= 256 ? 32 : 64);
  }

 private:
  static mpz_class random(Choices& c) {
    mpz_class number;
    for (unsigned i = 0; i < 32; ++i)
      number = number * 256 + c.byte();
    return number;
  }

  Curve curve_;
  Bytes strange_;             ///< on the curve; where there are such, not in the group
  std::vector<Point> powers_; ///< 2^i times the generator
  std::vector<Bytes> points_;
  std::map<Bytes, mpz_class> logarithms_;
  mutable std::pair<Bytes, mpz_class> extra_;
};

const std::string kPad(32, '0');
constexpr const char* kBn254Field =
    "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";
constexpr const char* kBn254Order =
    "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
constexpr const char* kBlsField = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f624"
                                  "1eabfffeb153ffffb9feffffffffaaab";
constexpr const char* kBlsOrder =
    "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

const Group& bn254_g1() {
  static const std::string one = std::string(63, '0') + "1" + std::string(63, '0') + "2";
  static const Group group{{kBn254Field, kBn254Order, {}, {{3, 0}}, {32, 1, false}}, one, one};
  return group;
}
/// The twist: b is 3 / (9 + u).
const Group& bn254_g2() {
  static const mpz_class field{kBn254Field, 16};
  static const mpz_class part = modulo(3 * inverse_modulo(82, field), field);
  static const Group group{{kBn254Field,
                            kBn254Order,
                            {},
                            {{modulo(9 * part, field), modulo(-part, field)}},
                            {32, 2, true}},
                           "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
                           "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
                           "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
                           "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa",
                           // x = 1
                           std::string(64, '0') + std::string(63, '0') + "1" +
                               "0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4"
                               "2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb"};
  return group;
}
const Group& bls12_g1() {
  static const Group group{{kBlsField, kBlsOrder, {}, {{4, 0}}, {64, 1, false}},
                           kPad +
                               "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
                               "6c55e83ff97a1aeffb3af00adb22c6bb" +
                               kPad +
                               "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3ed"
                               "d03cc744a2888ae40caa232946c5e7e1",
                           // x = 4
                           std::string(127, '0') + "4" + kPad +
                               "0a989badd40d6212b33cffc3f3763e9bc760f988c9926b26da9dd85e92848344"
                               "6346b8ed00e1de5d5ea93e354abe706c"};
  return group;
}
const Group& bls12_g2() {
  static const Group group{{kBlsField, kBlsOrder, {}, {{4, 4}}, {64, 2, false}},
                           kPad +
                               "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d177"
                               "0bac0326a805bbefd48056c8c121bdb8" +
                               kPad +
                               "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049"
                               "334cf11213945d57e5ac7d055d042b7e" +
                               kPad +
                               "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c"
                               "923ac9cc3baca289e193548608b82801" +
                               kPad +
                               "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab"
                               "3f370d275cec1da1aaa9075ff05f79be",
                           // x = 2
                           std::string(127, '0') + "2" + std::string(128, '0') + kPad +
                               "18c6b864ae17dc9da64203ffefb966306425a7bc6aeb7c75247438372716284a"
                               "4173830420cd476ba1a365b95bfcec38" +
                               kPad +
                               "172e93db764a8400a7d5071b6b6f5de0da2f0f4a063119abca014006b7c40a2c"
                               "fe291a1924e65db0d6d0fcfbf3bf3d5c"};
  return group;
}
const Group& secp256k1() {
  static const std::string one = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                                 "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
  static const Group group{{"fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
                            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
                            {},
                            {{7, 0}},
                            {32, 1, false}},
                           one,
                           one};
  return group;
}
const Group& p256() {
  static const char* const field =
      "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
  static const std::string one = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                                 "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
  static const Group group{
      {field,
       "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
       {{mpz_class{field, 16} - 3, 0}},
       {{mpz_class{"5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16}, 0}},
       {32, 1, false}},
      one,
      one};
  return group;
}

// --- what must come out ---

struct Expected {
  Status status = Status::Success;
  std::optional<Bytes> output; ///< nothing where it is not known
};
const Expected kRefused{Status::PrecompileFailure, Bytes{}};
const Expected kNothing{Status::Success, Bytes{}};

Expected expected_sum(const Group& group, ByteView input) {
  const size_t size = group.curve().size();
  const auto a = group.curve().read(input.first(size));
  const auto b = group.curve().read(input.subspan(size, size));
  if (!a || !b)
    return kRefused;
  return {Status::Success, group.curve().write(group.curve().add(*a, *b))};
}

/// Of pairs of a point and a scalar.
Expected expected_product(Choices& c, const Group& group, ByteView input) {
  const Curve& curve = group.curve();
  const size_t size = curve.size();
  Point sum;
  mpz_class known;
  const bool is_checked = c.one_in(4);
  for (; !input.empty(); input = input.subspan(size + 32)) {
    const Bytes bytes = resized(input, size);
    const mpz_class scalar = to_number(input.subspan(size, 32));
    const auto point = curve.read(bytes);
    if (!point || !group.has(bytes, *point))
      return kRefused;
    if (const auto logarithm = group.logarithm(bytes))
      known += *logarithm * scalar;
    else if (is_checked)
      sum = curve.add(sum, curve.multiply(*point, scalar));
  }
  if (!is_checked)
    return {};
  return {Status::Success,
          curve.write(curve.add(sum, group.multiple(modulo(known, curve.order()))))};
}

Expected expected_pairing(const Group& g1, const Group& g2, ByteView input) {
  std::optional<mpz_class> sum{0};
  for (; !input.empty(); input = input.subspan(g1.curve().size() + g2.curve().size())) {
    const Bytes first = resized(input, g1.curve().size());
    const Bytes second = part(input, first.size(), g2.curve().size());
    const auto p = g1.curve().read(first);
    const auto q = g2.curve().read(second);
    if (!p || !q || !g1.has(first, *p) || !g2.has(second, *q))
      return kRefused;
    const auto a = g1.logarithm(first), b = g2.logarithm(second);
    if (p->is_infinity || q->is_infinity)
      continue;
    if (a && b && sum)
      *sum += *a * *b;
    else
      sum.reset();
  }
  if (!sum)
    return {};
  return {Status::Success, word(modulo(*sum, g1.curve().order()) == 0 ? 1 : 0)};
}

Bytes address_of(const Curve& curve, const Point& key) {
  const Bytes32 hash = keccak256(curve.write(key));
  return Bytes(12) + ByteView{hash.bytes}.subspan(12);
}

Expected expected_signer(Choices& c, ByteView input) {
  const Group& group = secp256k1();
  const Curve& curve = group.curve();
  const mpz_class v = to_number(part(input, 32, 32)), r = to_number(part(input, 64, 32)),
                  s = to_number(part(input, 96, 32));
  if ((v != 27 && v != 28) || r == 0 || s == 0 || r >= curve.order() || s >= curve.order())
    return kNothing;
  // The root of x^3 + 7, where there is one: the field is 3 modulo 4.
  mpz_class y, square = modulo(r * r * r + 7, curve.field()), exponent = (curve.field() + 1) / 4;
  mpz_powm(y.get_mpz_t(), square.get_mpz_t(), exponent.get_mpz_t(), curve.field().get_mpz_t());
  if (modulo(y * y, curve.field()) != square)
    return kNothing;
  if (!c.one_in(4))
    return {};
  if (mpz_odd_p(y.get_mpz_t()) != (v == 28))
    y = curve.field() - y;
  const mpz_class inverse = inverse_modulo(r, curve.order());
  const mpz_class z = to_number(part(input, 0, 32));
  const Point key =
      curve.add(curve.multiply({{{r, 0}}, {{y, 0}}, false}, modulo(s * inverse, curve.order())),
                group.multiple(modulo(-z * inverse, curve.order())));
  if (key.is_infinity)
    return kNothing;
  return {Status::Success, address_of(curve, key)};
}

Expected expected_p256(Choices& c, ByteView input) {
  const Group& group = p256();
  const Curve& curve = group.curve();
  if (input.size() != 160)
    return kNothing;
  const mpz_class z = to_number(input.first(32)), r = to_number(input.subspan(32, 32)),
                  s = to_number(input.subspan(64, 32));
  const auto key = curve.read(input.subspan(96));
  if (r == 0 || s == 0 || r >= curve.order() || s >= curve.order() || !key || key->is_infinity)
    return kNothing;
  const auto logarithm = group.logarithm(resized(input.subspan(96), 64));
  if (!logarithm && !c.one_in(4))
    return {};
  const mpz_class inverse = inverse_modulo(s, curve.order());
  const mpz_class u1 = modulo(z * inverse, curve.order()), u2 = modulo(r * inverse, curve.order());
  const Point point = logarithm ? group.multiple(modulo(u1 + u2 * *logarithm, curve.order()))
                                : curve.add(group.multiple(u1), curve.multiply(*key, u2));
  if (point.is_infinity || modulo(point.x.c[0], curve.order()) != r)
    return kNothing;
  return {Status::Success, word(1)};
}

/// By squaring and multiplying, with a division each.
Expected expected_power(ByteView input, Revision revision) {
  mpz_class sizes[3];
  for (unsigned i = 0; i < 3; ++i)
    sizes[i] = to_number(part(input, 32 * i, 32));
  const mpz_class longest = std::max({sizes[0], sizes[1], sizes[2]});
  if (longest > 1024 && revision >= Revision::Osaka)
    return kRefused;
  if (longest > 3000)
    return {};
  const size_t base = sizes[0].get_ui(), exponent = sizes[1].get_ui(), size = sizes[2].get_ui();
  const mpz_class modulus = to_number(part(input, 96 + base + exponent, size));
  if (modulus == 0)
    return {Status::Success, Bytes(size)};
  const mpz_class factor = modulo(to_number(part(input, 96, base)), modulus);
  const mpz_class bits = to_number(part(input, 96 + base, exponent));
  mpz_class power = modulo(1, modulus);
  for (size_t i = mpz_sizeinbase(bits.get_mpz_t(), 2); i-- > 0;) {
    power = modulo(power * power, modulus);
    if (mpz_tstbit(bits.get_mpz_t(), i) != 0)
      power = modulo(power * factor, modulus);
  }
  return {Status::Success, to_bytes(power, size)};
}

Expected expected_blake2f(ByteView input) {
  if (input.size() != 213 || input[212] > 1)
    return kRefused;
  std::array<uint64_t, 8> state;
  std::array<uint64_t, 16> message;
  for (size_t i = 0; i < 8; ++i)
    state[i] = load_lane(input.data() + 4 + 8 * i);
  for (size_t i = 0; i < 16; ++i)
    message[i] = load_lane(input.data() + 68 + 8 * i);
  Blake2bCompression compression{state,
                                 message,
                                 {load_lane(input.data() + 196), load_lane(input.data() + 204)},
                                 input[212] == 1};
  for (uint32_t left = to_number(input.first(4)).get_ui(); left != 0; --left)
    compression.mix(1);
  Bytes output(64);
  const auto mixed = compression.finish();
  for (size_t i = 0; i < 8; ++i)
    store_lane(output.data() + 8 * i, mixed[i]);
  return {Status::Success, output};
}

/// Of 48 bytes, as EIP-4844 has them.
Bytes compressed(const Point& point) {
  const Curve& curve = bls12_g1().curve();
  Bytes bytes = part(curve.write(point), 16, 48);
  if (point.is_infinity)
    bytes[0] = 0xc0;
  else
    bytes[0] |= point.y.c[0] > (curve.field() - 1) / 2 ? 0xa0 : 0x80;
  return bytes;
}

/// The proof for a constant polynomial is the point at infinity, its commitment the constant's
/// multiple of the generator; and so for every z.
Bytes any_opening(Choices& c) {
  const Group& group = bls12_g1();
  const Bytes& point = group.known_point(c);
  Bytes commitment = compressed(group.curve().read(point).value());
  if (c.one_in(16))
    commitment[c.below(48)] ^= static_cast<uint8_t>(1 << c.below(8));
  Bytes32 hash = sha256(commitment);
  hash.bytes[0] = 1;
  return Bytes(hash.bytes.begin(), hash.bytes.end()) +
         word(c.one_in(4) ? group.any_scalar(c) : mpz_class{c.below(1000)}) +
         word(*group.logarithm(point)) + commitment + compressed(Point{});
}
/// No other proof is true of what the group's points and single changes of them give.
Expected expected_opening(ByteView input) {
  const Curve& curve = bls12_g1().curve();
  if (input.size() != 192)
    return kRefused;
  Bytes32 hash = sha256(input.subspan(96, 48));
  hash.bytes[0] = 1;
  const mpz_class z = to_number(input.subspan(32, 32)), y = to_number(input.subspan(64, 32));
  if (!std::ranges::equal(hash.bytes, input.first(32)) || z >= curve.order() ||
      y >= curve.order() || resized(input.subspan(96), 48) != compressed(bls12_g1().multiple(y)) ||
      resized(input.subspan(144), 48) != compressed(Point{}))
    return kRefused;
  return {Status::Success, word(4096) + word(curve.order())};
}

// --- input ---

void change(Choices& c, Bytes& input, const Group& group) {
  constexpr uint16_t kWeights[] = {8, 3, 2, 1, 1};
  for (unsigned n = 1 + c.below(2); n > 0; --n) {
    const auto size = static_cast<uint32_t>(input.size());
    const Bytes edge = group.any_edge(c);
    const auto unit = static_cast<uint32_t>(edge.size());
    const uint32_t units = size / unit;
    switch (c.weighted(kWeights)) {
    case 0:
      if (size != 0)
        input[c.below(size)] ^= static_cast<uint8_t>(1 << c.below(8));
      break;
    case 1:
      if (units != 0)
        std::ranges::copy(edge, input.begin() + unit * c.below(units));
      break;
    case 2:
      if (units != 0) {
        const auto at = input.begin() + unit * c.below(units);
        std::swap_ranges(at, at + unit, input.begin() + unit * c.below(units));
      }
      break;
    case 3:
      input.resize(c.below(size + 1));
      break;
    default:
      input.resize(size + 1 + c.below(200), c.byte());
    }
  }
}

Bytes any_bytes(Choices& c, uint32_t most) {
  Bytes bytes(c.below(most));
  for (uint8_t& byte : bytes)
    byte = c.byte();
  return bytes;
}

/// Of a key and a nonce out of the group's points, with v where it is asked for.
Bytes any_signature(Choices& c, const Group& group, bool has_v) {
  const Curve& curve = group.curve();
  const Bytes& key = group.known_point(c);
  const Bytes& nonce = group.known_point(c);
  const mpz_class d = *group.logarithm(key), k = *group.logarithm(nonce);
  const mpz_class z = group.any_scalar(c);
  if (d == 0 || k == 0)
    return Bytes(has_v ? 128 : 160);
  const mpz_class x = to_number(ByteView{nonce}.first(32));
  const mpz_class r = modulo(x, curve.order());
  const mpz_class s = modulo(inverse_modulo(k, curve.order()) * (z + r * d), curve.order());
  const Bytes hash = word(modulo(z, mpz_class{1} << 256));
  return has_v ? hash + word(27 + nonce.back() % 2) + word(r) + word(s)
               : hash + word(r) + word(c.one_in(2) ? s : modulo(-s, curve.order())) + key;
}

Bytes any_pairs(Choices& c, const Group& g1, const Group& g2) {
  Bytes input;
  mpz_class sum;
  for (unsigned n = c.below(4); n > 0; --n) {
    const Bytes p = g1.any_point(c), q = g2.any_point(c);
    sum += g1.logarithm(p).value_or(0) * g2.logarithm(q).value_or(0);
    input = input + p + q;
  }
  // The last one cancels those before.
  if (c.one_in(2)) {
    const mpz_class rest = modulo(-sum, g1.curve().order());
    input = input + g1.remembered_multiple(rest) + g2.remembered_multiple(1);
  }
  return input;
}

Bytes any_power(Choices& c) {
  const uint32_t most = c.one_in(16) ? 1100 : 80;
  const Bytes base = any_bytes(c, most), modulus = any_bytes(c, most);
  const Bytes exponent = any_bytes(c, c.one_in(8) ? 100 : 34);
  return word(base.size()) + word(exponent.size()) + word(modulus.size()) + base + exponent +
         modulus;
}

// --- one run ---

Address numbered(uint16_t number) {
  Address address;
  address.bytes[18] = static_cast<uint8_t>(number >> 8);
  address.bytes[19] = static_cast<uint8_t>(number);
  return address;
}

/// What it answers is what is expected, and the same again.
void check(uint16_t number, const Bytes& input, Revision revision, const Expected& expected,
           std::initializer_list<size_t> sizes) {
  const Precompile& precompile = *find_precompile(numbered(number), revision);
  const uint64_t gas = gas_cost(precompile, input);
  if (gas > 3'000'000)
    return;
  // Of its own, so that a sanitizer sees what lies beyond.
  const auto copy = std::make_unique<uint8_t[]>(input.size());
  std::ranges::copy(input, copy.get());
  const std::string shown = std::string{precompile.name} + " " + to_hex(input);
  std::optional<Bytes> before;
  for (unsigned i = 0; i < 2; ++i) {
    Buffer output;
    PrecompileContext context;
    const Status status = run(precompile, {copy.get(), input.size()}, output, context);
    const Bytes bytes(output.view().begin(), output.view().end());
    expect(status == expected.status, "another status", shown);
    expect(!expected.output || bytes == *expected.output, "another output",
           shown + "\n" + to_hex(bytes));
    expect(status == Status::Success ? std::ranges::count(sizes, bytes.size()) != 0 : bytes.empty(),
           "an output of another size", shown);
    expect(!before || *before == bytes, "another output at the second time", shown);
    before = bytes;
    expect(gas_cost(precompile, input) == gas, "another gas", shown);
  }
  expect(std::ranges::equal(input, std::span{copy.get(), input.size()}), "a changed input", shown);
}

Bytes repeated_pairs(Choices& c, const Group& group) {
  Bytes input;
  for (unsigned n = 1 + c.below(c.one_in(8) ? 12 : 3); n > 0; --n)
    input = input + group.any_point(c) + word(modulo(group.any_scalar(c), mpz_class{1} << 256));
  return input;
}

void fuzz_precompile(Choices& c) {
  constexpr uint16_t kNumbers[] = {1,    2,    3,    4,    5,    6,    7,    8,    9,
                                   0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x100};
  const uint16_t number = c.pick(kNumbers);
  const bool needs_curves = (number >= 6 && number <= 8) || (number >= 0x0a && number <= 0x11);
  if (needs_curves && !kHasCurves)
    return;
  const bool is_changed = c.one_in(2);
  const auto changed = [&](Bytes input, const Group& group) {
    if (is_changed)
      change(c, input, group);
    return input;
  };
  const auto latest = [&](const Bytes& input, const Expected& expected,
                          std::initializer_list<size_t> sizes) {
    check(number, input, Revision::Osaka, expected, sizes);
  };
  const auto sum = [&](const Group& group) {
    const size_t size = group.curve().size();
    const Bytes input = changed(group.any_point(c) + group.any_point(c), group);
    latest(input, input.size() == 2 * size ? expected_sum(group, input) : kRefused, {size});
  };
  const auto product = [&](const Group& group) {
    const size_t size = group.curve().size();
    const Bytes input = changed(repeated_pairs(c, group), group);
    latest(input,
           !input.empty() && input.size() % (size + 32) == 0 ? expected_product(c, group, input)
                                                             : kRefused,
           {size});
  };
  const auto pairing = [&](const Group& g1, const Group& g2, bool takes_none) {
    const Bytes input = changed(any_pairs(c, g1, g2), g1);
    const bool fits = input.size() % (g1.curve().size() + g2.curve().size()) == 0 &&
                      (takes_none || !input.empty());
    latest(input, fits ? expected_pairing(g1, g2, input) : kRefused, {32});
  };
  /// A point for any element of the field.
  const auto map = [&](const Group& group, unsigned numbers) {
    const mpz_class& field = group.curve().field();
    Bytes input;
    for (unsigned i = 0; i < numbers; ++i)
      input = input + to_bytes(modulo(group.any_scalar(c) * group.any_scalar(c), field), 64);
    input = changed(input, group);
    bool fits = input.size() == 64 * numbers;
    for (unsigned i = 0; i < numbers && fits; ++i)
      fits = to_number(ByteView{input}.subspan(64 * i, 64)) < field;
    latest(input, fits ? Expected{} : kRefused, {group.curve().size()});
    if (!fits || !c.one_in(4))
      return;
    Buffer output;
    PrecompileContext context;
    static_cast<void>(
        run(*find_precompile(numbered(number), Revision::Osaka), input, output, context));
    const auto point = group.curve().read(output.view());
    expect(point && group.curve().is_in_group(*point), "a point outside of the group");
  };

  switch (number) {
  case 1: {
    const Bytes input = changed(any_signature(c, secp256k1(), true), secp256k1());
    return latest(input, expected_signer(c, input), {0, 32});
  }
  case 2: {
    const Bytes input = any_bytes(c, 700);
    const Bytes32 hash = sha256_portable(input);
    return latest(input, {Status::Success, Bytes(hash.bytes.begin(), hash.bytes.end())}, {32});
  }
  case 3: {
    const Bytes input = any_bytes(c, 700);
    return latest(input, {Status::Success, Bytes(12) + ripemd160(input)}, {32});
  }
  case 4: {
    const Bytes input = any_bytes(c, 700);
    return latest(input, {Status::Success, input}, {input.size()});
  }
  case 5: {
    const Bytes input = changed(any_power(c), secp256k1());
    constexpr Revision kRevisions[] = {Revision::Byzantium, Revision::Berlin, Revision::Osaka};
    const Revision revision = c.pick(kRevisions);
    const mpz_class size = to_number(part(input, 64, 32));
    return check(number, input, revision, expected_power(input, revision),
                 {size.fits_ulong_p() ? size.get_ui() : 0});
  }
  case 6: {
    const Bytes input = changed(bn254_g1().any_point(c) + bn254_g1().any_point(c), bn254_g1());
    return latest(input, expected_sum(bn254_g1(), resized(input, 128)), {64});
  }
  case 7: {
    const Bytes input = changed(bn254_g1().any_point(c) +
                                    word(modulo(bn254_g1().any_scalar(c), mpz_class{1} << 256)),
                                bn254_g1());
    return latest(input, expected_product(c, bn254_g1(), resized(input, 96)), {64});
  }
  case 8:
    return pairing(bn254_g1(), bn254_g2(), true);
  case 9: {
    Bytes input = any_bytes(c, 1);
    input.resize(213);
    for (size_t i = 2; i < 212; ++i)
      input[i] = c.byte();
    input[2] %= 4; // rounds
    input[212] = static_cast<uint8_t>(c.below(2));
    input = changed(input, secp256k1());
    // Gas bounds the rounds; more would only take longer.
    if (input.size() >= 2 && (input[0] != 0 || input[1] > 2))
      return;
    return latest(input, expected_blake2f(input), {64});
  }
  case 0x0a: {
    const Bytes input = changed(any_opening(c), secp256k1());
    return latest(input, expected_opening(input), {64});
  }
  case 0x0b:
    return sum(bls12_g1());
  case 0x0c:
    return product(bls12_g1());
  case 0x0d:
    return sum(bls12_g2());
  case 0x0e:
    return product(bls12_g2());
  case 0x0f:
    return pairing(bls12_g1(), bls12_g2(), false);
  case 0x10:
    return map(bls12_g1(), 1);
  case 0x11:
    return map(bls12_g2(), 2);
  default: {
    const Bytes input = changed(any_signature(c, p256(), false), p256());
    return latest(input, expected_p256(c, input), {0, 32});
  }
  }
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  zvm::fuzz::Choices c{{data, size}};
  zvm::fuzz::fuzz_precompile(c);
  return 0;
}
