// StateRecorder: sees what a transaction reads and writes, frames that revert included. For block-level
// access lists (EIP-7928), optimistic parallel execution, witnesses.
#pragma once

#include "base/types.hpp"

namespace zvm::runtime {

class StateRecorder {
 public:
  virtual ~StateRecorder() = default;
  /// Balance, nonce, code or existence was looked at.
  virtual void on_account_read(const Address&) = 0;
  /// One of them was set.
  virtual void on_account_write(const Address&) = 0;
  virtual void on_slot_read(const Address&, const U256& key, const U256& value) = 0;
  virtual void on_slot_write(const Address&, const U256& key, const U256& value) = 0;
  /// A key of the byte column; a value that is not there has no bytes.
  virtual void on_kv_read(const Address&, ByteView key, bool exists, ByteView value) = 0;
  virtual void on_kv_write(const Address&, ByteView key, bool exists, ByteView value) = 0;
};

} // namespace zvm::runtime
