#include "runtime/trie/rlp.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace zvm::runtime {
namespace {

std::vector<uint8_t> text(std::string_view s) { return {s.begin(), s.end()}; }

std::string encode_bytes(ByteView bytes) {
  std::vector<uint8_t> out;
  RlpWriter{out}.bytes(bytes);
  return to_hex(ByteView{out});
}

std::string encode_number(const U256& value) {
  std::vector<uint8_t> out;
  RlpWriter{out}.number(value);
  return to_hex(ByteView{out});
}

TEST(RlpWriter, WritesTheExamplesOfTheSpecification) {
  EXPECT_EQ(encode_bytes({}), "0x80");
  EXPECT_EQ(encode_bytes(text("dog")), "0x83646f67");
  EXPECT_EQ(encode_bytes(std::vector<uint8_t>{0x7f}), "0x7f");
  EXPECT_EQ(encode_bytes(std::vector<uint8_t>{0x80}), "0x8180");
  EXPECT_EQ(encode_bytes(std::vector<uint8_t>(56, 'a')).substr(0, 8), "0xb83861");
  EXPECT_EQ(encode_bytes(std::vector<uint8_t>(1024, 'a')).substr(0, 8), "0xb90400");
  EXPECT_EQ(encode_number(0), "0x80");
  EXPECT_EQ(encode_number(15), "0x0f");
  EXPECT_EQ(encode_number(1024), "0x820400");
  EXPECT_EQ(encode_number(~U256{}).substr(0, 6), "0xa0ff");
}

TEST(RlpWriter, NestsLists) {
  // The set of three: [ [], [[]], [ [], [[]] ] ].
  std::vector<uint8_t> out;
  RlpWriter w{out};
  const size_t whole = w.begin_list();
  w.end_list(w.begin_list());
  const auto one = [&w] {
    const size_t begin = w.begin_list();
    w.end_list(w.begin_list());
    w.end_list(begin);
  };
  one();
  const size_t two = w.begin_list();
  w.end_list(w.begin_list());
  one();
  w.end_list(two);
  w.end_list(whole);
  EXPECT_EQ(to_hex(ByteView{out}), "0xc7c0c1c0c3c0c1c0");
}

TEST(RlpReader, ReadsWhatTheWriterWrote) {
  std::vector<uint8_t> out;
  RlpWriter w{out};
  const size_t list = w.begin_list();
  w.number(7);
  w.bytes(std::vector<uint8_t>(100, 1));
  w.number(~U256{});
  w.bytes(Address{}.bytes);
  w.end_list(list);
  RlpReader whole{out};
  Result<RlpReader> items = whole.list();
  ASSERT_TRUE(items);
  EXPECT_EQ(items->u64(), 7u);
  EXPECT_EQ(items->bytes()->size(), 100u);
  EXPECT_EQ(items->u256(), ~U256{});
  EXPECT_EQ(items->address(), Address{});
  EXPECT_TRUE(items->end());
  EXPECT_TRUE(whole.end());
}

TEST(RlpReader, RefusesWhatIsNotCanonical) {
  const auto refuses = [](std::string_view hex, auto read) {
    const std::vector<uint8_t> bytes = parse_hex(hex).value();
    RlpReader reader{bytes};
    const auto result = read(reader);
    return !result && result.error().code == ErrorCode::BadRlp;
  };
  const auto bytes = [](RlpReader& r) { return r.bytes(); };
  const auto list = [](RlpReader& r) { return r.list(); };
  const auto number = [](RlpReader& r) { return r.u256(); };
  EXPECT_TRUE(refuses("0x", bytes));
  EXPECT_TRUE(refuses("0x8100", bytes)); // a small byte as a string
  EXPECT_TRUE(refuses("0x817f", bytes));
  EXPECT_TRUE(refuses("0x8261", bytes));   // cut off
  EXPECT_TRUE(refuses("0xb801ff", bytes)); // long form of a short length
  EXPECT_TRUE(refuses("0xb90038", bytes)); // length with leading zero
  EXPECT_TRUE(refuses("0xb8", bytes));     // length cut off
  EXPECT_TRUE(refuses("0xbfffffffffffffffff", bytes));
  EXPECT_TRUE(refuses("0xffffffffffffffffff", list));
  EXPECT_TRUE(refuses("0xc0", bytes));
  EXPECT_TRUE(refuses("0x80", list));
  EXPECT_TRUE(refuses("0xc281", list));
  // The list is whole, its item is not.
  EXPECT_TRUE(refuses("0xc181", [](RlpReader& r) { return r.list()->bytes(); }));
  EXPECT_TRUE(refuses("0x820001", number)); // leading zero
  EXPECT_TRUE(refuses("0x00", number));
  EXPECT_TRUE(
      refuses("0xa1010000000000000000000000000000000000000000000000000000000000000000", number));
  EXPECT_TRUE(refuses("0x89010000000000000000", [](RlpReader& r) { return r.u64(); }));
  EXPECT_TRUE(refuses("0x8411223344", [](RlpReader& r) { return r.address(); }));
  EXPECT_TRUE(refuses("0x8411223344", [](RlpReader& r) { return r.bytes32(); }));
}

} // namespace
} // namespace zvm::runtime
