#include "runtime/call/address.hpp"

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

Address low_20(const Bytes32& hash) {
  Address address;
  std::memcpy(address.bytes.data(), hash.bytes.data() + 12, 20);
  return address;
}

} // namespace

Address create_address(const Address& sender, uint64_t nonce) {
  // A list of at most 21 + 9 bytes: its header is one byte, as is each item's.
  uint8_t rlp[32];
  size_t size = 1;
  rlp[size++] = 0x80 + 20;
  std::memcpy(rlp + size, sender.bytes.data(), 20);
  size += 20;
  if (nonce < 0x80) {
    rlp[size++] = nonce == 0 ? 0x80 : static_cast<uint8_t>(nonce);
  } else {
    const unsigned width = U256{nonce}.byte_width();
    rlp[size++] = static_cast<uint8_t>(0x80 + width);
    for (unsigned i = width; i-- > 0;)
      rlp[size++] = static_cast<uint8_t>(nonce >> (8 * i));
  }
  rlp[0] = static_cast<uint8_t>(0xc0 + size - 1);
  return low_20(keccak256({rlp, size}));
}

Address create2_address(const Address& sender, const U256& salt, ByteView init_code) {
  uint8_t preimage[1 + 20 + 32 + 32];
  preimage[0] = 0xff;
  std::memcpy(preimage + 1, sender.bytes.data(), 20);
  salt.store_be(preimage + 21);
  const Bytes32 hash = keccak256(init_code);
  std::memcpy(preimage + 53, hash.bytes.data(), 32);
  return low_20(keccak256(preimage));
}

} // namespace zvm::runtime
