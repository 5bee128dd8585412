#include "runtime/trie/rlp.hpp"

namespace zvm::runtime {
namespace {

constexpr uint8_t kString = 0x80;
constexpr uint8_t kList = 0xc0;
/// Up to this many bytes the length stands in the first byte.
constexpr uint64_t kShort = 55;

} // namespace

size_t write_rlp_header(uint8_t* out, uint8_t base, uint64_t size) {
  if (size <= kShort) {
    out[0] = static_cast<uint8_t>(base + size);
    return 1;
  }
  uint8_t length_bytes = 0;
  for (uint64_t rest = size; rest != 0; rest >>= 8)
    ++length_bytes;
  out[0] = static_cast<uint8_t>(base + kShort + length_bytes);
  for (unsigned i = 0; i < length_bytes; ++i)
    out[1 + i] = static_cast<uint8_t>(size >> (8 * (length_bytes - 1 - i)));
  return size_t{1} + length_bytes;
}

void RlpWriter::bytes(ByteView data) {
  if (data.size() != 1 || data[0] >= kString) {
    uint8_t header[kRlpHeaderMax];
    const size_t length = write_rlp_header(header, kString, data.size());
    out_.insert(out_.end(), header, header + length);
  }
  out_.insert(out_.end(), data.begin(), data.end());
}

void RlpWriter::number(const U256& value) {
  uint8_t be[32];
  value.store_be(be);
  const unsigned width = value.byte_width();
  bytes({be + 32 - width, width});
}

void RlpWriter::raw(ByteView encoded) { out_.insert(out_.end(), encoded.begin(), encoded.end()); }

void RlpWriter::end_list(size_t begin) {
  uint8_t header[kRlpHeaderMax];
  const size_t length = write_rlp_header(header, kList, out_.size() - begin);
  out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(begin), header, header + length);
}

Result<ByteView> RlpReader::item(bool is_list) {
  const auto bad = [this](const char* why) { return fail(ErrorCode::BadRlp, offset_, why); };
  if (rest_.empty())
    return bad("an item is missing");
  const uint8_t first = rest_[0];
  if ((first >= kList) != is_list)
    return bad(is_list ? "a list is expected" : "a string is expected");
  size_t header = 1;
  uint64_t size = 0;
  if (first < kString) {
    header = 0;
    size = 1;
  } else {
    const uint8_t form = first - (is_list ? kList : kString);
    size = form;
    if (form > kShort) {
      const size_t length_bytes = form - kShort;
      if (rest_.size() <= length_bytes)
        return bad("the length is cut off");
      if (rest_[1] == 0)
        return bad("the length has leading zeros");
      size = 0;
      for (size_t i = 0; i < length_bytes; ++i)
        size = size << 8 | rest_[1 + i];
      if (size <= kShort)
        return bad("a short length is written in the long form");
      header += length_bytes;
    }
  }
  if (size > rest_.size() - header)
    return bad("the item is cut off");
  const ByteView data = rest_.subspan(header, size);
  if (!is_list && header == 1 && size == 1 && data[0] < kString)
    return bad("a single small byte is written as a string");
  rest_ = rest_.subspan(header + size);
  offset_ += header + size;
  return data;
}

Result<ByteView> RlpReader::bytes() { return item(false); }

Result<RlpReader> RlpReader::list() {
  ZVM_TRY(const ByteView data, item(true));
  return RlpReader{data, offset_ - data.size()};
}

Result<ByteView> RlpReader::raw() {
  const ByteView before = rest_;
  ZVM_CHECK(item(next_is_list()));
  return before.first(before.size() - rest_.size());
}

Result<Address> RlpReader::address() {
  ZVM_TRY(const ByteView data, item(false));
  Address value;
  if (data.size() != value.bytes.size())
    return fail(ErrorCode::BadRlp, offset_, "an address has 20 bytes");
  std::memcpy(value.bytes.data(), data.data(), data.size());
  return value;
}

Result<Bytes32> RlpReader::bytes32() {
  ZVM_TRY(const ByteView data, item(false));
  Bytes32 value;
  if (data.size() != value.bytes.size())
    return fail(ErrorCode::BadRlp, offset_, "32 bytes are expected");
  std::memcpy(value.bytes.data(), data.data(), data.size());
  return value;
}

Result<U256> RlpReader::u256() {
  ZVM_TRY(const ByteView data, item(false));
  if (data.size() > 32)
    return fail(ErrorCode::BadRlp, offset_, "a number has at most 32 bytes");
  if (!data.empty() && data[0] == 0)
    return fail(ErrorCode::BadRlp, offset_, "a number has leading zeros");
  return U256::from_be_bytes(data);
}

Result<uint64_t> RlpReader::u64() {
  ZVM_TRY(const U256 value, u256());
  if (!value.fits_u64())
    return fail(ErrorCode::BadRlp, offset_, "a number has more than 8 bytes");
  return value.low64();
}

Result<void> RlpReader::end() const {
  if (!at_end())
    return fail(ErrorCode::BadRlp, offset_, "the list has too many items");
  return {};
}

} // namespace zvm::runtime
