// Words, bytes, outcomes and refusals: what everything else of the API is made of.
//
//   U256      a 256-bit word, unsigned modulo 2^256; arithmetic in base/uint256.hpp
//   Address   20 bytes           Bytes32   32 bytes: a hash, or a storage key in a trie
//   ByteView  a span of bytes somebody else owns; whatever can answer with an error refuses one that has a size and no
//             address, while what gives a value alone (hashes, roots, hexadecimal text) trusts its caller
//   Buffer    bytes owned, whose growth may fail (try_ functions); moved, never copied silently
//   Status    how a message ended: the contract's outcome, or (is_host) not the contract's doing
//   Result    a value or an Error: code, offset in what was refused, and a sentence
//   HostFailure  why a Status is the host's: host_failure(), after a function has answered so
//
// Nothing here throws, prints or aborts.
#pragma once

#include "base/guest.hpp"
#include "base/hex.hpp"
#include "base/host_failure.hpp"
#include "base/result.hpp"
#include "base/revision.hpp"
#include "base/status.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "base/uint256_text.hpp"
#include "base/vec.hpp"
#include "base/vm.hpp"
#include "gas/schedule.hpp"

namespace zvm {

// Prices. A schedule is all prices and rules of a VM in a revision; overrides go into VmConfig.
using gas::Cost;
using gas::Price;
using gas::Schedule;
using PriceOverride = gas::Override;

} // namespace zvm
