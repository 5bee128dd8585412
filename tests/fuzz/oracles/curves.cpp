#include "tests/fuzz/oracles/curves.hpp"

#include <algorithm>

namespace zvm::fuzz {

mpz_class to_number(ByteView bytes) {
  mpz_class number;
  mpz_import(number.get_mpz_t(), bytes.size(), 1, 1, 1, 0, bytes.data());
  return number;
}

std::vector<uint8_t> to_bytes(const mpz_class& number, size_t size) {
  std::vector<uint8_t> bytes(size);
  const size_t count = (mpz_sizeinbase(number.get_mpz_t(), 2) + 7) / 8;
  if (number != 0)
    mpz_export(bytes.data() + (size - count), nullptr, 1, 1, 1, 0, number.get_mpz_t());
  return bytes;
}

mpz_class modulo(const mpz_class& number, const mpz_class& modulus) {
  mpz_class rest;
  mpz_mod(rest.get_mpz_t(), number.get_mpz_t(), modulus.get_mpz_t());
  return rest;
}

mpz_class inverse_modulo(const mpz_class& number, const mpz_class& modulus) {
  mpz_class inverse;
  mpz_invert(inverse.get_mpz_t(), number.get_mpz_t(), modulus.get_mpz_t());
  return inverse;
}

Element Curve::reduced(const mpz_class& c0, const mpz_class& c1) const {
  return {{modulo(c0, field_), modulo(c1, field_)}};
}
Element Curve::sum(const Element& p, const Element& q) const {
  return reduced(p.c[0] + q.c[0], p.c[1] + q.c[1]);
}
Element Curve::difference(const Element& p, const Element& q) const {
  return reduced(p.c[0] - q.c[0], p.c[1] - q.c[1]);
}
Element Curve::product(const Element& p, const Element& q) const {
  return reduced(p.c[0] * q.c[0] - p.c[1] * q.c[1], p.c[0] * q.c[1] + p.c[1] * q.c[0]);
}
Element Curve::inverse(const Element& p) const {
  const mpz_class norm = inverse_modulo(modulo(p.c[0] * p.c[0] + p.c[1] * p.c[1], field_), field_);
  return reduced(p.c[0] * norm, -p.c[1] * norm);
}

std::optional<Point> Curve::read(ByteView bytes) const {
  Point point;
  for (Element* element : {&point.x, &point.y}) {
    for (unsigned i = 0; i < encoding_.numbers; ++i) {
      mpz_class& number = element->c[encoding_.is_u_first ? encoding_.numbers - 1 - i : i];
      number = to_number(bytes.first(encoding_.size));
      if (number >= field_)
        return std::nullopt;
      bytes = bytes.subspan(encoding_.size);
    }
  }
  if (point.x == Element{} && point.y == Element{})
    return point;
  point.is_infinity = false;
  const Element right = sum(product(sum(product(point.x, point.x), a_), point.x), b_);
  if (!(product(point.y, point.y) == right))
    return std::nullopt;
  return point;
}

std::vector<uint8_t> Curve::write(const Point& point) const {
  std::vector<uint8_t> bytes;
  for (const Element& element : {point.x, point.y}) {
    for (unsigned i = 0; i < encoding_.numbers; ++i) {
      const mpz_class& number = element.c[encoding_.is_u_first ? encoding_.numbers - 1 - i : i];
      const auto part = to_bytes(point.is_infinity ? mpz_class{} : number, encoding_.size);
      bytes.insert(bytes.end(), part.begin(), part.end());
    }
  }
  return bytes;
}

Point Curve::negate(const Point& p) const { return {p.x, difference({}, p.y), p.is_infinity}; }

Point Curve::add(const Point& p, const Point& q) const {
  if (p.is_infinity)
    return q;
  if (q.is_infinity)
    return p;
  Element slope;
  if (p.x == q.x) {
    const Element twice = sum(p.y, q.y);
    if (twice == Element{})
      return {};
    const Element square = product(p.x, p.x);
    slope = product(sum(sum(square, sum(square, square)), a_), inverse(twice));
  } else {
    slope = product(difference(q.y, p.y), inverse(difference(q.x, p.x)));
  }
  Point r;
  r.is_infinity = false;
  r.x = difference(difference(product(slope, slope), p.x), q.x);
  r.y = difference(product(slope, difference(p.x, r.x)), p.y);
  return r;
}

Point Curve::multiply(const Point& p, const mpz_class& scalar) const {
  Point result;
  if (scalar == 0)
    return result;
  for (size_t i = mpz_sizeinbase(scalar.get_mpz_t(), 2); i-- > 0;) {
    result = add(result, result);
    if (mpz_tstbit(scalar.get_mpz_t(), i) != 0)
      result = add(result, p);
  }
  return result;
}

} // namespace zvm::fuzz
