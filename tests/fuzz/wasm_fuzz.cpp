// WebAssembly modules: any bytes, and bytes that are nearly a module. Refused with an offset inside
// of them, or decoded, validated, listed, and the same again.
#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/disassemble.hpp"
#include "frontend/wasm/opcodes.hpp"
#include "frontend/wasm/validate.hpp"
#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/oracles/expect.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::fuzz {
namespace {

using namespace frontend::wasm;
using test::wasm::Bytes;

constexpr uint8_t kTypes[] = {0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f};

Bytes types(Choices& c) {
  Bytes list;
  for (unsigned n = c.below(4); n > 0; --n)
    list.push_back(c.pick(kTypes));
  return list;
}

/// A small number, now and then any.
void number(Choices& c, Bytes& out) {
  const Bytes leb = test::wasm::unsigned_leb(c.one_in(20) ? c.number(5) : c.below(4));
  out.insert(out.end(), leb.begin(), leb.end());
}

/// An instruction of the table with immediates of the right kinds.
void instruction(Choices& c, Bytes& out) {
  const OpInfo& op = kOps[c.below(kOpCount)];
  if (op.prefix != 0)
    out.push_back(op.prefix);
  const Bytes code = op.prefix != 0 ? test::wasm::unsigned_leb(op.code) : Bytes{op.code};
  out.insert(out.end(), code.begin(), code.end());
  unsigned numbers = 0, bytes = 0;
  switch (op.immediates) {
  case Immediates::None:
    break;
  case Immediates::Block:
    out.push_back(c.one_in(3) ? uint8_t{0x40} : c.one_in(2) ? c.pick(kTypes) : c.byte() & 3);
    break;
  case Immediates::Types:
    out.push_back(1);
    [[fallthrough]];
  case Immediates::HeapType:
    out.push_back(c.pick(kTypes));
    break;
  case Immediates::Labels: {
    const unsigned labels = c.below(3);
    out.push_back(static_cast<uint8_t>(labels));
    numbers = labels + 1;
    break;
  }
  case Immediates::MemoryLane:
    bytes = 1;
    [[fallthrough]];
  case Immediates::Memory:
  case Immediates::TypeTable:
  case Immediates::TableTable:
  case Immediates::ElementTable:
  case Immediates::MemoryMemory:
  case Immediates::DataMemory:
    numbers = 2;
    break;
  case Immediates::Lane:
    bytes = 1;
    break;
  case Immediates::F32:
    bytes = 4;
    break;
  case Immediates::F64:
    bytes = 8;
    break;
  case Immediates::Lanes:
  case Immediates::V128:
    bytes = 16;
    break;
  default: // an index or an integer
    numbers = 1;
  }
  for (; numbers > 0; --numbers)
    number(c, out);
  for (; bytes > 0; --bytes)
    out.push_back(op.immediates == Immediates::Lane ? c.byte() & 3 : c.byte());
}

/// Code whose operands are there as often as not: constants in front, and behind a branch they need
/// not be.
Bytes code(Choices& c) {
  Bytes out;
  if (c.one_in(2))
    out.push_back(0x00);
  for (unsigned n = c.below(20); n > 0; --n) {
    if (c.one_in(2))
      out.insert(out.end(), {0x41, static_cast<uint8_t>(c.below(64))});
    instruction(c, out);
  }
  if (c.one_in(2))
    out.push_back(0x00);
  return out;
}

Bytes nearly(ByteView data) {
  using namespace test::wasm;
  Choices c{data};
  const auto width = [&] { return static_cast<uint8_t>(c.one_in(4) ? 4 : 0); };
  const Bytes function =
      body(joined({{1, static_cast<uint8_t>(c.below(9)), c.pick(kTypes)}}), code(c));
  Bytes bytes = module({
      list(1, {function_type(types(c), types(c)), function_type(types(c), types(c)),
               function_type({}, {})}),
      list(2, {{1, 'm', 1, 'f', 0, static_cast<uint8_t>(c.below(3))}}),
      list(3, {{static_cast<uint8_t>(c.below(3))}}),
      list(4, {{kFuncRef, width(), 4}, {kExternRef, width(), 4}}),
      list(5, {{width(), 1}, {width(), 1}}),
      list(6, {{c.pick(kTypes), static_cast<uint8_t>(c.below(2)), 0x41, 0, 0x0b},
               {kI32, 1, 0x41, 3, 0x0b}}),
      list(7, {{1, 'f', 0, 1}}),
      list(9, {{1, 0, 1, 1}, {5, kExternRef, 1, 0xd0, kExternRef, 0x0b}}),
      section(12, {1}),
      list(10, {function}),
      list(11, {{1, 2, 'h', 'i'}}),
  });
  for (unsigned n = c.one_in(2) ? 0 : c.below(4); n > 0; --n)
    bytes[c.below(static_cast<uint32_t>(bytes.size()))] = c.byte();
  return bytes;
}

void check(ByteView bytes, const Profile& profile) {
  const auto decoded = decode(bytes, profile);
  if (!decoded)
    return expect(decoded.error().offset <= bytes.size() && !decoded.error().detail.empty(),
                  "a refusal without a reason or an offset", decoded.error().message());
  const std::string listing = disassemble(*decoded, profile);
  // The longest lines for their bytes are those of types and indices.
  expect(listing.size() <= 1000 + 300 * bytes.size(), "a listing much longer than the module");
  const auto facts = validate(*decoded, profile);
  if (!facts)
    return expect(facts.error().offset <= bytes.size() && !facts.error().detail.empty(),
                  "a refusal without a reason or an offset", facts.error().message());
  expect(listing.find(";; decode:") == std::string::npos, "a valid module that does not list",
         listing);
  const auto again = decode(bytes, profile);
  expect(again.has_value() && disassemble(*again, profile) == listing,
         "a module that decodes differently the second time");
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace zvm::fuzz;
  Profile profile = kEngineProfile;
  if (size > 0)
    profile =
        data[0] % 8 == 0 ? kContractProfile : Profile{features_of_version(1 + data[0] % 4), {}};
  if (size > 1 && data[0] % 3 == 0) {
    check({data + 1, size - 1}, profile);
  } else {
    const Bytes bytes = nearly({data, size});
    check(bytes, profile);
  }
  return 0;
}
