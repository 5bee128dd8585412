// Elliptic curves y^2 = x^3 + ax + b as a textbook has them, over a prime field or its extension by
// a root u of -1: one division for each addition. Slow, and nothing in common with what precompiles
// run.
#pragma once

#include <gmpxx.h>

#include <optional>
#include <vector>

#include "base/types.hpp"

namespace zvm::fuzz {

/// c[0] + c[1] u; in a prime field c[1] stays 0.
struct Element {
  mpz_class c[2];
  [[nodiscard]] bool operator==(const Element& other) const {
    return c[0] == other.c[0] && c[1] == other.c[1];
  }
};

struct Point {
  Element x, y;
  bool is_infinity = true;
};

class Curve {
 public:
  /// How a precompile writes an element: `size` bytes for each number, and whether that of u is the
  /// first.
  struct Encoding {
    size_t size;
    unsigned numbers; ///< 1 or 2
    bool is_u_first;
  };

  Curve(const char* field, const char* order, Element a, Element b, Encoding encoding)
      : field_(field, 16), order_(order, 16), a_(std::move(a)), b_(std::move(b)),
        encoding_(encoding) {}

  [[nodiscard]] const mpz_class& field() const { return field_; }
  [[nodiscard]] const mpz_class& order() const { return order_; }
  /// Bytes of a point.
  [[nodiscard]] size_t size() const { return 2 * encoding_.numbers * encoding_.size; }

  /// Nothing where the bytes are no point of the curve; zeros are the one at infinity.
  [[nodiscard]] std::optional<Point> read(ByteView bytes) const;
  [[nodiscard]] std::vector<uint8_t> write(const Point& point) const;

  [[nodiscard]] Point add(const Point& p, const Point& q) const;
  [[nodiscard]] Point negate(const Point& p) const;
  [[nodiscard]] Point multiply(const Point& p, const mpz_class& scalar) const;
  /// Of the group whose order order() is.
  [[nodiscard]] bool is_in_group(const Point& p) const { return multiply(p, order_).is_infinity; }

 private:
  [[nodiscard]] Element reduced(const mpz_class& c0, const mpz_class& c1) const;
  [[nodiscard]] Element sum(const Element& p, const Element& q) const;
  [[nodiscard]] Element difference(const Element& p, const Element& q) const;
  [[nodiscard]] Element product(const Element& p, const Element& q) const;
  [[nodiscard]] Element inverse(const Element& p) const;

  mpz_class field_, order_;
  Element a_, b_;
  Encoding encoding_;
};

[[nodiscard]] mpz_class to_number(ByteView bytes);
/// Big-endian, in `size` bytes.
[[nodiscard]] std::vector<uint8_t> to_bytes(const mpz_class& number, size_t size);
/// Below `modulus`.
[[nodiscard]] mpz_class modulo(const mpz_class& number, const mpz_class& modulus);
[[nodiscard]] mpz_class inverse_modulo(const mpz_class& number, const mpz_class& modulus);

} // namespace zvm::fuzz
