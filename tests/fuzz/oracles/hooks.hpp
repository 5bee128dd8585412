// What runners hang into an execution: a store that is slow or broken, and hooks that boil down
// what they see to a number.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "engine/payload_extension.hpp"
#include "runtime/state/journal.hpp"
#include "runtime/state/recorder.hpp"
#include "runtime/state/store.hpp"

namespace zvm::fuzz {

/// The same number for the same bytes one after the other, in every process.
class Digest {
 public:
  void add(uint64_t n) { value_ = (value_ ^ n) * 0x100000001b3 + (value_ >> 29); }
  void add(const U256& word) {
    for (unsigned i = 0; i < 4; ++i)
      add(word.limb(i));
  }
  void add(ByteView bytes) {
    add(bytes.size());
    for (const uint8_t b : bytes)
      add(uint64_t{b});
  }
  void add(const Address& address) { add(ByteView{address.bytes}); }
  [[nodiscard]] uint64_t value() const { return value_; }
  void clear() { *this = {}; }

 private:
  uint64_t value_ = 0xcbf29ce484222325;
};

/// Which accounts and slots a transaction came by, in which order, and what of them is warm.
[[nodiscard]] uint64_t hash_accesses(const runtime::Journal& journal);

/// Reads of another store: each pending when it is asked for the first time, or an error at the
/// n-th.
class TroubledStore final : public runtime::StateStore {
 public:
  void begin(runtime::StateStore& base, bool waits, uint64_t error_at);
  /// Does that at each read.
  void set_hook(std::function<void()> hook) { hook_ = std::move(hook); }

  runtime::ReadStatus read_account(const Address&, runtime::AccountRecord&, bool&) override;
  runtime::ReadStatus read_slot(const Address&, const U256& key, U256& value) override;
  runtime::ReadStatus read_kv(const Address&, ByteView key, Buffer& value, bool& exists) override;
  runtime::ReadStatus read_code(const Address&, const Bytes32& hash, ByteView&) override;
  runtime::ReadStatus count_slots(const Address&, uint64_t& count) override;
  bool apply(const runtime::StateDiff&) override { return false; }

 private:
  enum class Kind : uint8_t { Account, Slot, Code, Count, Kv };
  [[nodiscard]] runtime::ReadStatus answer(Kind kind, const Address& address, const U256& key);

  runtime::StateStore* base_ = nullptr;
  std::function<void()> hook_;
  bool waits_ = false;
  uint64_t errors_in_ = UINT64_MAX; ///< reads
  std::vector<uint64_t> arrived_;
};

/// Answers by what it is given.
class HashingExtension final : public engine::PayloadExtension {
 public:
  void begin() { digest_.clear(); }
  [[nodiscard]] uint64_t hash() const { return digest_.value(); }

 protected:
  Status perform(runtime::Frame&, uint8_t opcode, ByteView payload, U256& result) override;

 private:
  Digest digest_;
};

class HashingRecorder final : public runtime::StateRecorder {
 public:
  void begin() { digest_.clear(); }
  [[nodiscard]] uint64_t hash() const { return digest_.value(); }
  void on_account_read(const Address& address) override { note(0, address); }
  void on_account_write(const Address& address) override { note(1, address); }
  void on_slot_read(const Address& address, const U256& key, const U256& value) override {
    note(2, address, key, value);
  }
  void on_slot_write(const Address& address, const U256& key, const U256& value) override {
    note(3, address, key, value);
  }
  void on_kv_read(const Address& address, ByteView key, bool exists, ByteView value) override {
    note_kv(4, address, key, exists, value);
  }
  void on_kv_write(const Address& address, ByteView key, bool exists, ByteView value) override {
    note_kv(5, address, key, exists, value);
  }

 private:
  void note(uint64_t what, const Address& address, const U256& key = {}, const U256& value = {}) {
    digest_.add(what);
    digest_.add(address);
    digest_.add(key);
    digest_.add(value);
  }
  void note_kv(uint64_t what, const Address& address, ByteView key, bool exists, ByteView value) {
    note(what, address, exists ? 1 : 0);
    digest_.add(key);
    digest_.add(value);
  }
  Digest digest_;
};

} // namespace zvm::fuzz
