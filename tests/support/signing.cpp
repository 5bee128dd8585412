#include "tests/support/signing.hpp"

#include <stdexcept>
#include <vector>

#include "runtime/hash/keccak.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/tx/sign.hpp"

namespace zvm::test {

void sign(runtime::Authorization& authorization, const Bytes32& secret_key) {
  std::vector<uint8_t> message{0x05};
  runtime::RlpWriter writer{message};
  const size_t list = writer.begin_list();
  writer.number(authorization.chain_id);
  writer.bytes(authorization.address.bytes);
  writer.number(authorization.nonce);
  writer.end_list(list);
  const auto signature = runtime::sign(runtime::keccak256(message), secret_key);
  if (!signature)
    throw std::runtime_error{"the key cannot sign"};
  authorization.y_parity = signature->y_parity ? 1u : 0u;
  authorization.r = signature->r;
  authorization.s = signature->s;
}

} // namespace zvm::test
