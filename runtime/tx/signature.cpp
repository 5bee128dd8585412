#include "runtime/tx/signature.hpp"

#include "runtime/precompiles/recover.hpp"

namespace zvm::runtime {
namespace {

/// Half the order of the group, rounded down.
constexpr U256 kHalfOrder{0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff,
                          0x7fffffffffffffff};

} // namespace

bool recover_signer(const Bytes32& hash, const EcdsaSignature& signature, bool low_s,
                    Address& signer) {
  if (low_s && signature.s > kHalfOrder)
    return false;
  const auto found = recover_address(hash, signature.r, signature.s, signature.y_parity);
  if (!found.has_value())
    return false;
  signer = *found;
  return true;
}

} // namespace zvm::runtime
