#include "frontend/wasm/reader.hpp"

namespace zvm::frontend::wasm {

void Reader::refuse(ErrorCode code, size_t offset, std::string text) {
  if (failed_)
    return;
  error_ = make_error(code, offset, std::move(text));
  failed_ = true;
  at_ = end_;
}

void Reader::refuse_malformed(size_t offset, std::string_view text) {
  refuse(ErrorCode::MalformedModule, offset, std::string{text});
}

void Reader::end_too_early() {
  refuse_malformed(offset(),
                   narrowed_ ? "unexpected end of section or function" : "unexpected end");
}

ByteView Reader::bytes(size_t count) {
  if (count > left()) {
    refuse_malformed(offset(), "length out of bounds");
    return {};
  }
  const ByteView view{at_, count};
  at_ += count;
  return view;
}

uint64_t Reader::leb(unsigned width, bool is_signed) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const uint8_t next = byte();
    if (failed_)
      return 0;
    value |= static_cast<uint64_t>(next & 0x7f) << shift;
    const unsigned room = width - shift; // bits of the number that are in this byte, or more
    if (room < 7) {
      if ((next & 0x80) != 0) {
        refuse_malformed(offset() - 1, "integer representation too long");
        return 0;
      }
      // The bits that do not fit are zeros, or copies of the sign.
      const unsigned excess = (next & 0x7fu) >> (is_signed ? room - 1 : room);
      const unsigned negative = is_signed ? 0x7fu >> (room - 1) : 0;
      if (excess != 0 && excess != negative) {
        refuse_malformed(offset() - 1, "integer too large");
        return 0;
      }
    }
    if ((next & 0x80) == 0) {
      if (is_signed && shift + 7 < 64 && (next & 0x40) != 0)
        value |= ~uint64_t{0} << (shift + 7);
      return value;
    }
  }
}

uint64_t Reader::fixed(unsigned count) {
  uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i)
    value |= uint64_t{byte()} << (8 * i);
  return value;
}

std::string_view Reader::name() {
  const uint32_t size = u32();
  const size_t begin = offset();
  const ByteView view = bytes(size);
  const std::string_view text{reinterpret_cast<const char*>(view.data()), view.size()};
  if (!failed_ && !is_utf8(text))
    refuse_malformed(begin, "malformed UTF-8 encoding");
  return text;
}

size_t Reader::narrow(size_t size) {
  const auto end = static_cast<size_t>(end_ - base_);
  if (size > left()) {
    refuse_malformed(offset(), "length out of bounds");
    return end;
  }
  end_ = at_ + size;
  narrowed_ = true;
  return end;
}

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i++]);
    if (lead < 0x80)
      continue;
    if (lead < 0xc2 || lead > 0xf4)
      return false;
    const unsigned more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (text.size() - i < more)
      return false;
    // The second byte's range is what rules out overlong forms, surrogates and large numbers.
    const auto second = static_cast<uint8_t>(text[i]);
    const uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most)
      return false;
    for (unsigned k = 1; k < more; ++k) {
      if ((static_cast<uint8_t>(text[i + k]) & 0xc0) != 0x80)
        return false;
    }
    i += more;
  }
  return true;
}

} // namespace zvm::frontend::wasm
