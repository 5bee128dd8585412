// Signatures over secp256k1, as transactions and authorisations carry them.
#pragma once

#include "base/types.hpp"

namespace zvm::runtime {

struct EcdsaSignature {
  U256 r;
  U256 s;
  bool y_parity = false;
};

/// The address whose key signed `hash`. False where r or s is out of range, or no key fits; with
/// `low_s` (EIP-2, from Homestead on) also where s is over half the order.
[[nodiscard]] bool recover_signer(const Bytes32& hash, const EcdsaSignature&, bool low_s,
                                  Address& signer);

} // namespace zvm::runtime
