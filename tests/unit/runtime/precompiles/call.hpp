// Running a precompile of Ethereum in a test.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "runtime/precompiles/precompiles.hpp"
#include "tests/unit/runtime/hash/hex.hpp"

namespace zvm::runtime::testing {

inline Address numbered(uint16_t number) {
  Address address;
  address.bytes[18] = static_cast<uint8_t>(number >> 8);
  address.bytes[19] = static_cast<uint8_t>(number);
  return address;
}

struct Called {
  Status status;
  std::string output; ///< hexadecimal
  bool needs_pairing;
};

inline Called call(uint16_t number, ByteView input, Revision revision = Revision::Osaka,
                   PollHook poll = {}) {
  const Precompile* precompile = find_precompile(numbered(number), revision);
  if (precompile == nullptr)
    throw std::invalid_argument{"no such precompile"};
  Buffer output;
  PrecompileContext context;
  context.poll = poll;
  const Status status = run(*precompile, input, output, context);
  return {status, to_hex(output.view()), context.needs_pairing};
}

inline Called call(uint16_t number, std::string_view input, Revision revision = Revision::Osaka) {
  return call(number, from_hex(input), revision);
}

inline uint64_t gas(uint16_t number, ByteView input, Revision revision) {
  const Precompile* precompile = find_precompile(numbered(number), revision);
  if (precompile == nullptr)
    throw std::invalid_argument{"no such precompile"};
  return gas_cost(*precompile, input);
}

/// A word in hexadecimal.
inline std::string word(uint64_t value) {
  uint8_t bytes[32];
  U256{value}.store_be(bytes);
  return to_hex(bytes);
}

inline std::string zeros(size_t bytes) { return std::string(2 * bytes, '0'); }

} // namespace zvm::runtime::testing
