// RLP, signed transactions and blocks. Any bytes; what the strict readers accept is what the
// writers write.
#include <algorithm>
#include <array>

#include "gas/schedule.hpp"
#include "runtime/block/block.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/tx/decode.hpp"
#include "tests/fuzz/generators/code_writer.hpp"
#include "tests/fuzz/generators/operands.hpp"
#include "tests/fuzz/oracles/expect.hpp"

namespace zvm::fuzz {
namespace {

using namespace runtime;

/// Reads the items one after the other, lists without recursion, and writes them again.
void round_trip(ByteView bytes) {
  struct Open {
    RlpReader reader;
    size_t begin;
  };
  std::vector<uint8_t> out;
  RlpWriter writer{out};
  std::vector<Open> open{{RlpReader{bytes}, 0}};
  while (!open.empty()) {
    RlpReader& reader = open.back().reader;
    if (reader.at_end()) {
      const size_t begin = open.back().begin;
      open.pop_back();
      if (!open.empty())
        writer.end_list(begin);
    } else if (reader.next_is_list()) {
      const auto list = reader.list();
      if (!list)
        return expect(list.error().offset <= bytes.size(), "an error behind the end");
      open.push_back({*list, writer.begin_list()});
    } else {
      const auto item = reader.bytes();
      if (!item)
        return expect(item.error().offset <= bytes.size(), "an error behind the end");
      writer.bytes(*item);
    }
  }
  expect(std::ranges::equal(out, bytes), "it is not written as it was read");
}

/// Bytes that are nearly a signed transaction.
Bytes nearly(ByteView data) {
  Choices c{data};
  const unsigned type = c.below(6);
  Bytes out;
  if (type != 0)
    out.push_back(static_cast<uint8_t>(type));
  RlpWriter w{out};
  const auto number = [&] { w.number(c.one_in(3) ? edge_word(c) : U256{c.byte()}); };
  const auto fill = [&](unsigned bytes) {
    Bytes item(c.one_in(24) ? c.below(34) : bytes, c.byte());
    w.bytes(item);
  };
  const auto some = [&](unsigned most, const auto& item) {
    const size_t list = w.begin_list();
    for (unsigned n = c.below(most); n > 0; --n)
      item();
    w.end_list(list);
  };
  const size_t whole = w.begin_list();
  constexpr std::array<unsigned, 6> kNumbers{3, 4, 5, 5, 5, 3};
  for (unsigned n = kNumbers[type] + (c.one_in(24) ? 1 : 0); n > 0; --n)
    number();
  fill(type == 3 || c.one_in(2) ? 20 : 0);
  number();
  fill(c.below(40));
  if (type != 0) {
    some(3, [&] {
      const size_t entry = w.begin_list();
      fill(20);
      some(3, [&] { fill(32); });
      w.end_list(entry);
    });
  }
  if (type == 3) {
    number();
    some(3, [&] { fill(32); });
  }
  if (type == 4) {
    some(3, [&] {
      const size_t entry = w.begin_list();
      number();
      fill(20);
      for (unsigned n = 0; n < 4; ++n)
        number();
      w.end_list(entry);
    });
  }
  w.number(type == 0 ? 27 + c.below(12) : c.below(3));
  for (unsigned n = 0; n < 2; ++n)
    w.number(c.one_in(4) ? edge_word(c) : U256{c.number(8), c.number(8), c.number(8), c.number(7)});
  w.end_list(whole);
  return out;
}

void decode(ByteView bytes, Revision revision) {
  static const std::vector<gas::Schedule> kSchedules = [] {
    std::vector<gas::Schedule> all;
    for (unsigned r = 0; r <= static_cast<unsigned>(kLatestRevision); ++r)
      all.push_back(gas::make_evm_schedule(static_cast<Revision>(r)));
    return all;
  }();
  DecodedTransaction decoded;
  if (decode_transaction(bytes, kSchedules[static_cast<size_t>(revision)], decoded) ==
      TxError::None)
    expect(decoded.tx.data.size() <= bytes.size(), "more data than bytes");
}

/// A block whose header and lists are nearly right.
Bytes nearly_block(ByteView data) {
  Choices c{data};
  Bytes out;
  RlpWriter w{out};
  const auto number = [&] { w.number(c.one_in(3) ? edge_word(c) : U256{c.number(6)}); };
  const auto fill = [&](unsigned bytes) {
    w.bytes(Bytes(c.one_in(48) ? c.below(300) : bytes, c.byte()));
  };
  const auto header = [&] {
    const size_t list = w.begin_list();
    for (const unsigned bytes : {32, 32, 20, 32, 32, 32, 256})
      fill(bytes);
    for (unsigned n = 0; n < 5; ++n)
      number();
    for (const unsigned bytes : {c.below(40), 32u, 8u})
      fill(bytes);
    // Base fee, root, two amounts of blob gas, root, hash; as many as there are, or one more.
    constexpr std::array<unsigned, 7> kLater{0, 32, 0, 0, 32, 32, 0};
    for (unsigned n = c.below(8), i = 0; i < n; ++i)
      kLater[i] == 0 ? number() : fill(kLater[i]);
    w.end_list(list);
  };
  const auto some = [&](const auto& item) {
    const size_t list = w.begin_list();
    for (unsigned n = c.below(4); n > 0; --n)
      item();
    w.end_list(list);
  };
  header();
  some([&] {
    if (c.one_in(2)) {
      const size_t list = w.begin_list();
      number();
      w.end_list(list);
    } else {
      fill(1 + c.below(20));
    }
  });
  some(header);
  if (c.one_in(2)) {
    some([&] {
      const size_t list = w.begin_list();
      number();
      number();
      fill(20);
      number();
      w.end_list(list);
    });
  }
  w.end_list(0);
  return out;
}

void read_block(ByteView bytes) {
  const Result<Block> block = decode_block(bytes);
  if (!block)
    return expect(block.error().offset <= bytes.size(), "an error behind the end");
  Bytes out;
  RlpWriter writer{out};
  encode_block(*block, writer);
  expect(std::ranges::equal(out, bytes), "the block is not written as it was read");
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace zvm::fuzz;
  const Bytes made = nearly({data, size});
  const auto revision = static_cast<zvm::Revision>(size % 15);
  round_trip({data, size});
  decode({data, size}, revision);
  decode(made, zvm::kLatestRevision);
  if (!made.empty() && made[0] >= 0xc0)
    round_trip(made);
  read_block({data, size});
  read_block(nearly_block({data, size}));
  return 0;
}
