#include "runtime/block/header.hpp"

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

void write(RlpWriter& out, const Bytes32& value) { out.bytes(value.bytes); }
void write(RlpWriter& out, const Address& value) { out.bytes(value.bytes); }
void write(RlpWriter& out, ByteView value) { out.bytes(value); }
void write(RlpWriter& out, const U256& value) { out.number(value); }
void write(RlpWriter& out, uint64_t value) { out.number(value); }

/// A string of exactly as many bytes as the array has.
template <size_t kSize>
Result<void> read(RlpReader& in, std::array<uint8_t, kSize>& value) {
  ZVM_TRY(const ByteView bytes, in.bytes());
  if (bytes.size() != kSize)
    return fail(ErrorCode::BadRlp, in.offset(), "a field has another size");
  std::copy(bytes.begin(), bytes.end(), value.begin());
  return {};
}
Result<void> read(RlpReader& in, Bytes32& value) { return read(in, value.bytes); }
Result<void> read(RlpReader& in, Address& value) { return read(in, value.bytes); }
Result<void> read(RlpReader& in, std::vector<uint8_t>& value) {
  ZVM_TRY(const ByteView bytes, in.bytes());
  value.assign(bytes.begin(), bytes.end());
  return {};
}
Result<void> read(RlpReader& in, U256& value) {
  ZVM_TRY(value, in.u256());
  return {};
}
Result<void> read(RlpReader& in, uint64_t& value) {
  ZVM_TRY(value, in.u64());
  return {};
}
template <typename T>
Result<void> read(RlpReader& in, std::optional<T>& value) {
  return in.at_end() ? Result<void>{} : read(in, value.emplace());
}

} // namespace

void encode_header(const BlockHeader& header, RlpWriter& out) {
  const size_t list = out.begin_list();
#define HEADER_FIELD(name, type, text) write(out, header.name);
#include "runtime/block/header.def"
#undef HEADER_FIELD
  bool goes_on = true;
#define HEADER_LATER(name, type, rule, source, text)                                               \
  goes_on = goes_on && header.name.has_value();                                                    \
  if (goes_on)                                                                                     \
    write(out, *header.name);
#include "runtime/block/header.def"
#undef HEADER_LATER
  out.end_list(list);
}

Result<BlockHeader> decode_header(RlpReader& input) {
  ZVM_TRY(RlpReader fields, input.list());
  BlockHeader header;
#define HEADER_FIELD(name, type, text) ZVM_CHECK(read(fields, header.name));
#include "runtime/block/header.def"
#undef HEADER_FIELD
#define HEADER_LATER(name, type, rule, source, text) ZVM_CHECK(read(fields, header.name));
#include "runtime/block/header.def"
#undef HEADER_LATER
  ZVM_CHECK(fields.end());
  return header;
}

Bytes32 header_hash(const BlockHeader& header) {
  std::vector<uint8_t> bytes;
  RlpWriter writer{bytes};
  encode_header(header, writer);
  return keccak256(bytes);
}

std::string_view misplaced_field(const BlockHeader& header, const gas::Schedule& schedule) {
#define HEADER_LATER(name, type, rule, source, text)                                               \
  if (header.name.has_value() != schedule.has(gas::Rule::rule))                                    \
    return #name;
#include "runtime/block/header.def"
#undef HEADER_LATER
  return {};
}

} // namespace zvm::runtime
