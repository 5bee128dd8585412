// The encoding of a log, as receipts and the hash of a list of logs have it.
#pragma once

#include "runtime/state/journal.hpp"
#include "runtime/trie/rlp.hpp"

namespace zvm::runtime {

/// Appends [address, topics, data].
void encode_log(const LogView&, RlpWriter&);

} // namespace zvm::runtime
