// Every row of vector.def against a reference that reads the instruction's text: the shape says how
// many lanes of what, the rest is looked up by its name. It takes lanes out one by one, as integers
// of 128 bits or as numbers out of tests/support/soft_float.hpp, and knows nothing of the functions
// that the rows name.
#include "base/vector.hpp"

#include <algorithm>
#include <functional>
#include <iomanip>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/float_operands.hpp"

namespace zvm {
namespace {

namespace soft = test::soft;
using Int = soft::Int128;
using Bytes = std::array<uint8_t, 16>;

struct Operands {
  Bytes a, b, c;
  uint64_t scalar;
  uint8_t lane;
};

// Calling a row, whatever its shape: results that are no vectors are in the low bytes.

template <typename T>
T scalar_as(uint64_t bits) {
  T x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}
template <typename T>
Bytes to_bytes(T x) {
  Bytes bytes{};
  std::memcpy(bytes.data(), &x, sizeof(x));
  return bytes;
}
template <VectorOp op>
Bytes call(const Operands& operands) {
  constexpr VectorShape kShape = info(op).shape;
  const V128 a = V128::load(operands.a.data()), b = V128::load(operands.b.data()),
             c = V128::load(operands.c.data());
  if constexpr (kShape == VectorShape::Unary || kShape == VectorShape::Test)
    return to_bytes(apply<op>(a));
  else if constexpr (kShape == VectorShape::Binary)
    return to_bytes(apply<op>(a, b));
  else if constexpr (kShape == VectorShape::Ternary)
    return to_bytes(apply<op>(a, b, c));
  else if constexpr (kShape == VectorShape::Extract)
    return to_bytes(apply<op>(a, operands.lane));
  else {
    constexpr char kLetter = info(op).signature[kShape == VectorShape::Splat ? 0 : 1];
    using Float = std::conditional_t<kLetter == 'f', float, double>;
    using Integer = std::conditional_t<kLetter == 'i', uint32_t, uint64_t>;
    const auto x = scalar_as<std::conditional_t<kLetter == 'f' || kLetter == 'd', Float, Integer>>(
        operands.scalar);
    if constexpr (kShape == VectorShape::Splat)
      return to_bytes(apply<op>(x));
    else if constexpr (kShape == VectorShape::Shift)
      return to_bytes(apply<op>(a, x));
    else
      return to_bytes(apply<op>(a, x, operands.lane));
  }
}

struct Row {
  VectorOp op;
  Bytes (*call)(const Operands&);
};
constexpr Row kRows[] = {
#define VECTOR(name, text, signature, function, doc) {VectorOp::name, call<VectorOp::name>},
#include "base/vector.def"
#undef VECTOR
};

// Lanes, one by one.

struct Shape {
  bool is_float;
  unsigned width; ///< bits of a lane
  [[nodiscard]] unsigned lanes() const { return 128 / width; }
};
Shape shape(std::string_view text) {
  return {text[0] == 'f', static_cast<unsigned>(std::stoi(std::string{text.substr(1)}))};
}

Int get(const Bytes& v, Shape shape, unsigned lane, bool is_signed) {
  uint64_t bits = 0;
  std::memcpy(&bits, v.data() + lane * (shape.width / 8), shape.width / 8);
  const bool is_negative = (bits >> (shape.width - 1)) != 0;
  return is_signed && is_negative ? Int{bits} - (Int{1} << shape.width) : Int{bits};
}
void set(Bytes& v, Shape shape, unsigned lane, Int x) {
  const auto bits = static_cast<uint64_t>(x);
  std::memcpy(v.data() + lane * (shape.width / 8), &bits, shape.width / 8);
}
template <typename F>
F get_float(const Bytes& v, unsigned lane) {
  return soft::from_bits<F>(static_cast<uint64_t>(get(v, {true, 8 * sizeof(F)}, lane, false)));
}
template <typename F>
void set_float(Bytes& v, unsigned lane, F x) {
  set(v, {true, 8 * sizeof(F)}, lane, soft::bits(x));
}

Int saturated(Int x, unsigned width, bool is_signed) {
  const Int least = is_signed ? -(Int{1} << (width - 1)) : 0;
  const Int greatest = is_signed ? -least - 1 : (Int{1} << width) - 1;
  return std::min(std::max(x, least), greatest);
}

// The functions by name. Those of integers get the width and whether the name ends in _s.

const std::map<std::string, std::function<Int(Int, Int, unsigned, bool)>> kIntegerFunctions = {
    {"eq", [](Int a, Int b, unsigned, bool) -> Int { return -(a == b); }},
    {"ne", [](Int a, Int b, unsigned, bool) -> Int { return -(a != b); }},
    {"lt", [](Int a, Int b, unsigned, bool) -> Int { return -(a < b); }},
    {"gt", [](Int a, Int b, unsigned, bool) -> Int { return -(a > b); }},
    {"le", [](Int a, Int b, unsigned, bool) -> Int { return -(a <= b); }},
    {"ge", [](Int a, Int b, unsigned, bool) -> Int { return -(a >= b); }},
    {"abs", [](Int a, Int, unsigned, bool) { return a < 0 ? -a : a; }},
    {"neg", [](Int a, Int, unsigned, bool) { return -a; }},
    {"popcnt",
     [](Int a, Int, unsigned, bool) -> Int { return std::popcount(static_cast<uint8_t>(a)); }},
    {"add", [](Int a, Int b, unsigned, bool) { return a + b; }},
    {"sub", [](Int a, Int b, unsigned, bool) { return a - b; }},
    {"mul", [](Int a, Int b, unsigned,
               bool) { return static_cast<Int>(soft::UInt128(a) * soft::UInt128(b)); }},
    {"min", [](Int a, Int b, unsigned, bool) { return std::min(a, b); }},
    {"max", [](Int a, Int b, unsigned, bool) { return std::max(a, b); }},
    {"add_sat", [](Int a, Int b, unsigned width, bool s) { return saturated(a + b, width, s); }},
    {"sub_sat", [](Int a, Int b, unsigned width, bool s) { return saturated(a - b, width, s); }},
    {"avgr", [](Int a, Int b, unsigned, bool) { return (a + b + 1) / 2; }},
    {"q15mulr_sat", [](Int a, Int b, unsigned width,
                       bool s) { return saturated((a * b + 0x4000) >> 15, width, s); }},
    {"not", [](Int a, Int, unsigned, bool) { return ~a; }},
    {"and", [](Int a, Int b, unsigned, bool) { return a & b; }},
    {"andnot", [](Int a, Int b, unsigned, bool) { return a & ~b; }},
    {"or", [](Int a, Int b, unsigned, bool) { return a | b; }},
    {"xor", [](Int a, Int b, unsigned, bool) { return a ^ b; }},
};

template <typename F>
const std::map<std::string, std::function<F(F, F)>> kFloatFunctions = {
    {"abs", [](F a, F) { return soft::abs(a); }},
    {"neg", [](F a, F) { return soft::neg(a); }},
    {"sqrt", [](F a, F) { return soft::sqrt(a); }},
    {"ceil", [](F a, F) { return soft::to_integral(a, soft::Direction::Up); }},
    {"floor", [](F a, F) { return soft::to_integral(a, soft::Direction::Down); }},
    {"trunc", [](F a, F) { return soft::to_integral(a, soft::Direction::Zero); }},
    {"nearest", [](F a, F) { return soft::to_integral(a, soft::Direction::Nearest); }},
    {"add", [](F a, F b) { return soft::add(a, b); }},
    {"sub", [](F a, F b) { return soft::sub(a, b); }},
    {"mul", [](F a, F b) { return soft::mul(a, b); }},
    {"div", [](F a, F b) { return soft::div(a, b); }},
    {"min", [](F a, F b) { return soft::min(a, b); }},
    {"max", [](F a, F b) { return soft::max(a, b); }},
    {"pmin", [](F a, F b) { return soft::less(b, a) ? b : a; }},
    {"pmax", [](F a, F b) { return soft::less(a, b) ? b : a; }},
};
template <typename F>
const std::map<std::string, std::function<bool(F, F)>> kFloatComparisons = {
    {"eq", [](F a, F b) { return soft::equal(a, b); }},
    {"ne", [](F a, F b) { return !soft::equal(a, b); }},
    {"lt", [](F a, F b) { return soft::less(a, b); }},
    {"gt", [](F a, F b) { return soft::less(b, a); }},
    {"le", [](F a, F b) { return soft::less(a, b) || soft::equal(a, b); }},
    {"ge", [](F a, F b) { return soft::less(b, a) || soft::equal(a, b); }},
};

template <typename F>
std::optional<Bytes> float_reference(const std::string& name, const Operands& o) {
  Bytes result{};
  const auto function = kFloatFunctions<F>.find(name);
  const auto comparison = kFloatComparisons<F>.find(name);
  for (unsigned i = 0; i < 16 / sizeof(F); ++i) {
    const F x = get_float<F>(o.a, i), y = get_float<F>(o.b, i);
    if (function != kFloatFunctions<F>.end())
      set_float(result, i, function->second(x, y));
    else if (comparison != kFloatComparisons<F>.end())
      set(result, {false, 8 * sizeof(F)}, i, comparison->second(x, y) ? -1 : 0);
    else
      return {};
  }
  return result;
}

/// Between lanes of 32 bits and floating-point numbers.
std::optional<Bytes> conversion_reference(const std::string& name, bool is_signed, Shape to,
                                          const Operands& o) {
  constexpr Shape kWord{false, 32};
  Bytes result{};
  const auto each = [&](unsigned lanes, auto function) {
    for (unsigned i = 0; i < lanes; ++i)
      function(i);
    return result;
  };
  const auto saturate = [&](auto x) -> Int {
    return is_signed ? Int{soft::to_saturated<int32_t>(x)} : Int{soft::to_saturated<uint32_t>(x)};
  };
  if (name == "trunc_sat_f32x4")
    return each(4, [&](unsigned i) { set(result, kWord, i, saturate(get_float<float>(o.a, i))); });
  if (name == "trunc_sat_f64x2_zero")
    return each(2, [&](unsigned i) { set(result, kWord, i, saturate(get_float<double>(o.a, i))); });
  if (name == "convert_i32x4" && to.width == 32)
    return each(4, [&](unsigned i) {
      set_float(result, i, soft::from_integer<float>(get(o.a, kWord, i, is_signed)));
    });
  if (name == "convert_low_i32x4")
    return each(2, [&](unsigned i) {
      set_float(result, i, soft::from_integer<double>(get(o.a, kWord, i, is_signed)));
    });
  if (name == "promote_low_f32x4")
    return each(2, [&](unsigned i) {
      set_float(result, i, soft::resize<double>(get_float<float>(o.a, i)));
    });
  if (name == "demote_f64x2_zero")
    return each(2, [&](unsigned i) {
      set_float(result, i, soft::resize<float>(get_float<double>(o.a, i)));
    });
  return {};
}

/// Lanes of one width into those of another: the name goes on with the shape of the operands.
std::optional<Bytes> width_reference(const std::string& name, bool is_signed, Shape to,
                                     const Operands& o) {
  const size_t operands = name.rfind("_i");
  if (operands == std::string::npos)
    return {};
  const std::string function = name.substr(0, operands);
  const Shape from = shape(name.substr(operands + 1));
  Bytes result{};
  for (unsigned i = 0; i < to.lanes(); ++i) {
    const auto at = [&](const Bytes& v, unsigned lane) { return get(v, from, lane, is_signed); };
    const unsigned high = to.lanes() + i, even = 2 * i, odd = 2 * i + 1;
    Int x = 0;
    if (function == "extend_low")
      x = at(o.a, i);
    else if (function == "extend_high")
      x = at(o.a, high);
    else if (function == "extmul_low")
      x = at(o.a, i) * at(o.b, i);
    else if (function == "extmul_high")
      x = at(o.a, high) * at(o.b, high);
    else if (function == "extadd_pairwise")
      x = at(o.a, even) + at(o.a, odd);
    else if (function == "dot")
      x = at(o.a, even) * at(o.b, even) + at(o.a, odd) * at(o.b, odd);
    else if (function == "narrow")
      x = saturated(i < from.lanes() ? get(o.a, from, i, true)
                                     : get(o.b, from, i - from.lanes(), true),
                    to.width, is_signed);
    else
      return {};
    set(result, to, i, x);
  }
  return result;
}

/// What moves lanes, or says something about all of them.
std::optional<Bytes> whole_reference(const std::string& name, bool is_signed, Shape of,
                                     const Operands& o) {
  Bytes result{};
  const unsigned lanes = of.lanes();
  if (name == "splat") {
    for (unsigned i = 0; i < lanes; ++i)
      set(result, of, i, Int{o.scalar});
  } else if (name == "replace_lane") {
    result = o.a;
    set(result, of, o.lane, Int{o.scalar});
  } else if (name == "extract_lane") {
    set(result, {false, of.width == 64 ? 64u : 32u}, 0, get(o.a, of, o.lane, is_signed));
  } else if (name == "shuffle" || name == "swizzle") {
    const Bytes& from = name == "shuffle" ? o.c : o.b;
    for (unsigned i = 0; i < lanes; ++i)
      result[i] = from[i] < 16 ? o.a[from[i]] : name == "shuffle" ? o.b[from[i] - 16] : uint8_t{0};
  } else if (name == "all_true") {
    result[0] = 1;
    for (unsigned i = 0; i < lanes; ++i)
      result[0] &= get(o.a, of, i, false) != 0;
  } else if (name == "any_true") {
    result[0] = o.a != Bytes{};
  } else if (name == "bitmask") {
    for (unsigned i = 0; i < lanes; ++i)
      result[i / 8] |= static_cast<uint8_t>((get(o.a, of, i, true) < 0) << i % 8);
  } else if (name == "bitselect") {
    for (unsigned i = 0; i < 128; ++i)
      result[i / 8] |= static_cast<uint8_t>(
          ((((o.c[i / 8] >> i % 8) & 1) != 0 ? o.a : o.b)[i / 8]) & (1 << i % 8));
  } else if (name == "shl" || name == "shr") {
    const auto count = static_cast<uint32_t>(o.scalar) % of.width;
    for (unsigned i = 0; i < lanes; ++i) {
      const Int x = get(o.a, of, i, is_signed);
      set(result, of, i, name == "shl" ? x * (Int{1} << count) : x >> count);
    }
  } else {
    return {};
  }
  return result;
}

std::optional<Bytes> reference(std::string_view text, const Operands& o) {
  const size_t dot = text.find('.');
  const bool is_bits = text.starts_with("v128");
  const Shape of = is_bits ? Shape{false, 8} : shape(text.substr(0, dot));
  std::string name{text.substr(dot + 1)};
  // The sign is the last but for _zero. Where none is named, it makes no difference but for abs and
  // float operands.
  bool is_signed = name == "abs";
  for (const char* suffix : {"_s", "_u", "_s_zero", "_u_zero"}) {
    const std::string_view ending{suffix};
    if (name.ends_with(ending)) {
      is_signed = ending[1] == 's';
      name.erase(name.size() - ending.size(), 2);
      break;
    }
  }
  for (const auto& other :
       {conversion_reference(name, is_signed, of, o), width_reference(name, is_signed, of, o),
        whole_reference(name, is_signed, of, o)}) {
    if (other)
      return other;
  }
  if (of.is_float)
    return of.width == 32 ? float_reference<float>(name, o) : float_reference<double>(name, o);
  const auto function = kIntegerFunctions.find(name);
  if (function == kIntegerFunctions.end())
    return {};
  Bytes result{};
  for (unsigned i = 0; i < of.lanes(); ++i)
    set(result, of, i,
        function->second(get(o.a, of, i, is_signed), get(o.b, of, i, is_signed), of.width,
                         is_signed));
  return result;
}

/// Vectors of random bytes, of integers at the ends of their ranges, and of floating-point numbers.
class Source {
 public:
  Operands next(const VectorInfo& row) {
    Operands o{vector(), vector(), vector(), raw(),
               static_cast<uint8_t>(row.lanes == 0 ? 0 : raw() % row.lanes)};
    if (raw() % 8 == 0)
      o.b = o.a;
    if (raw() % 2 == 0) // for what compares lanes, or names them
      std::copy_n((raw() % 2 == 0 ? o.a : small()).begin(), raw() % 16, o.b.begin());
    if (row.text == "i8x16.shuffle") {
      for (uint8_t& index : o.c)
        index %= 32;
    }
    return o;
  }

 private:
  uint64_t raw() { return doubles_.raw(); }
  Bytes small() {
    Bytes v;
    for (uint8_t& byte : v)
      byte = static_cast<uint8_t>(raw() % 32);
    return v;
  }
  Bytes vector() {
    Bytes v{};
    const unsigned kind = raw() % 8;
    for (unsigned i = 0; i < 16; ++i) {
      const Shape shape{false, 8u << kind % 4};
      if (kind < 4 && i < shape.lanes()) {
        const Int edges[] = {0,
                             -1,
                             1,
                             (Int{1} << (shape.width - 1)) - 1,
                             Int{1} << (shape.width - 1),
                             Int{1} << shape.width / 2};
        set(v, shape, i, edges[raw() % 6] + static_cast<Int>(raw() % 3) - 1);
      } else if (kind == 4 && i < 4) {
        set_float(v, i, floats_.next());
      } else if (kind == 5 && i < 2) {
        set_float(v, i, doubles_.next());
      } else if (kind > 5) {
        v[i] = static_cast<uint8_t>(raw());
      }
    }
    return v;
  }
  soft::Operands<float> floats_;
  soft::Operands<double> doubles_;
};

std::string show(const Bytes& v) {
  std::ostringstream out;
  for (unsigned i = 16; i-- > 0;)
    out << std::hex << std::setw(2) << std::setfill('0') << unsigned{v[i]}
        << (i % 4 == 0 ? " " : "");
  return out.str();
}

class VectorRows : public testing::TestWithParam<Row> {};

TEST_P(VectorRows, ComputeWhatTheirTextSays) {
  const VectorInfo& row = info(GetParam().op);
  Source source;
  for (int i = 0; i < 4000; ++i) {
    const Operands operands = source.next(row);
    const std::optional<Bytes> expected = reference(row.text, operands);
    if (!expected)
      FAIL() << "no reference for " << row.text;
    const Bytes result = GetParam().call(operands);
    ASSERT_EQ(result, *expected) << row.text << "\n  a      " << show(operands.a) << "\n  b      "
                                 << show(operands.b) << "\n  c      " << show(operands.c)
                                 << "\n  scalar " << std::hex << operands.scalar << ", lane "
                                 << unsigned{operands.lane} << "\n  is     " << show(result)
                                 << "\n  not    " << show(*expected);
  }
}
INSTANTIATE_TEST_SUITE_P(, VectorRows, testing::ValuesIn(kRows), [](const auto& test) {
  return std::string{zvm::info(test.param.op).name};
});

// What the reference shares with the functions would be a mistake of both: results to be read.
TEST(Vector, ComputesKnownResults) {
  const V128 bytes{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}};
  const V128 indices{{15, 16, 0, 255, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 14}};
  EXPECT_EQ(apply<VectorOp::I8x16Swizzle>(bytes, indices),
            (V128{{255, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 14}}));
  EXPECT_EQ(apply<VectorOp::I8x16Bitmask>(bytes), 0x8000u);
  EXPECT_EQ(apply<VectorOp::I8x16AllTrue>(bytes), 0u);
  EXPECT_EQ(apply<VectorOp::I8x16ExtractLaneS>(bytes, uint8_t{15}), 0xffff'ffffu);
  EXPECT_EQ(apply<VectorOp::I8x16ExtractLaneU>(bytes, uint8_t{15}), 0xffu);
  EXPECT_EQ(apply<VectorOp::I32x4ExtractLane>(bytes, uint8_t{1}), 0x0706'0504u);
  const V128 least = apply<VectorOp::I16x8Splat>(0x8000u);
  EXPECT_EQ(apply<VectorOp::I16x8Q15mulrSatS>(least, least), apply<VectorOp::I16x8Splat>(0x7fffu));
  EXPECT_EQ(apply<VectorOp::I32x4DotI16x8S>(least, least),
            apply<VectorOp::I32x4Splat>(0x8000'0000u));
  EXPECT_EQ(apply<VectorOp::I8x16NarrowI16x8U>(least, bytes),
            (V128{{0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 0}}));
  EXPECT_EQ(apply<VectorOp::F32x4Add>(apply<VectorOp::I32x4Splat>(0xff80'1234u), V128{}),
            apply<VectorOp::I32x4Splat>(0x7fc0'0000u));
  EXPECT_EQ(apply<VectorOp::F64x2Splat>(-0.0), apply<VectorOp::I64x2Splat>(uint64_t{1} << 63));
}

TEST(Vector, IsLoadedAndStoredAnywhere) {
  uint8_t memory[40];
  for (unsigned i = 0; i < sizeof(memory); ++i)
    memory[i] = static_cast<uint8_t>(i);
  const V128 value = V128::load(memory + 3);
  for (unsigned i = 0; i < 16; ++i)
    EXPECT_EQ(value.bytes[i], 3 + i);
  value.store(memory + 21);
  EXPECT_EQ(memory[20], 20);
  EXPECT_EQ(V128::load(memory + 21), value);
  EXPECT_EQ(memory[37], 37);
  EXPECT_NE(V128::load(memory + 20), value);
}

} // namespace
} // namespace zvm
