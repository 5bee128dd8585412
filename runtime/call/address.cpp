#include "runtime/call/address.hpp"

#include <algorithm>

#include "runtime/hash/batch.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

Address low_20(const Bytes32& hash) {
  Address address;
  std::memcpy(address.bytes.data(), hash.bytes.data() + 12, 20);
  return address;
}

struct Create2Preimage {
  uint8_t bytes[1 + 20 + 32 + 32];

  Create2Preimage() = default;
  Create2Preimage(const Address& sender, const U256& salt, const Bytes32& init_code_hash) {
    bytes[0] = 0xff;
    std::memcpy(bytes + 1, sender.bytes.data(), 20);
    salt.store_be(bytes + 21);
    std::memcpy(bytes + 53, init_code_hash.bytes.data(), 32);
  }
};

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
  const Create2Preimage preimage{sender, salt, keccak256(init_code)};
  return low_20(keccak256(preimage.bytes));
}

void create2_addresses(const Address& sender, const Bytes32& init_code_hash,
                       std::span<const U256> salts, std::span<Address> out) {
  const size_t total = std::min(salts.size(), out.size());
  constexpr size_t kBatch = 16;
  for (size_t begin = 0; begin < total; begin += kBatch) {
    const size_t count = std::min(kBatch, total - begin);
    Create2Preimage preimages[kBatch];
    ByteView views[kBatch];
    Bytes32 hashes[kBatch];
    for (size_t i = 0; i < count; ++i) {
      preimages[i] = {sender, salts[begin + i], init_code_hash};
      views[i] = preimages[i].bytes;
    }
    keccak256_many({views, count}, {hashes, count});
    std::transform(hashes, hashes + count, out.begin() + static_cast<ptrdiff_t>(begin), low_20);
  }
}

} // namespace zvm::runtime
