// The byte column as contracts use it: what is read and written is paid for, and refunded, as slots
// are, what is not there being 0. Of a written value each byte beyond those that a slot's price
// covers is paid as deployed code (Cost::CodeByte), and so is its key where it is new.
#pragma once

#include "runtime/host_journal.hpp"
#include "runtime/state/kv.hpp"

namespace zvm::runtime {

/// Reads a key of a loaded account and warms it. Takes from the frame's gas what comes on top of
/// Cost::Sload: words of the key, a first access, words of the value. Where it fails nothing has
/// happened but the words of the key being paid.
[[nodiscard]] Status access_kv(Frame& frame, Account& account, ByteView key, KvEntry*& entry);

/// Sets a key of a loaded account to `value`, or removes it where that does not exist. Takes what
/// comes on top of Cost::Sstore; StaticViolation in a static message. `existed`: there was a value.
/// Where it fails the state is as it was.
[[nodiscard]] Status store_kv(Frame& frame, Account& account, ByteView key, const KvValue& value,
                              bool& existed);

} // namespace zvm::runtime
