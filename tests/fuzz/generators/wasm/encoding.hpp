// The binary format: numbers, and lists of what is encoded already.
#pragma once

#include "tests/fuzz/generators/wasm/world.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::fuzz::wasm {

inline void append(Bytes& out, const Bytes& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void append_number(Bytes& out, uint64_t n) { append(out, test::wasm::unsigned_leb(n)); }
inline void append_signed(Bytes& out, int64_t n) {
  for (bool more = true; more;) {
    const auto low = static_cast<uint8_t>(n & 0x7f);
    n >>= 7;
    more = n != ((low & 0x40) != 0 ? -1 : 0);
    out.push_back(low | (more ? 0x80 : 0));
  }
}
inline void append_bits(Bytes& out, uint64_t bits, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i)
    out.push_back(static_cast<uint8_t>(bits >> (8 * i)));
}
inline Bytes vector_of(const std::vector<Bytes>& items) {
  Bytes out = test::wasm::unsigned_leb(items.size());
  for (const Bytes& item : items)
    append(out, item);
  return out;
}
inline Bytes bytes_of(const Types& types) {
  Bytes out;
  for (const ValType type : types)
    out.push_back(static_cast<uint8_t>(type));
  return out;
}

} // namespace zvm::fuzz::wasm
