// A tier, as those above see it: the code that it has made of one code object. Which tiers that
// has, and which of them runs, is the engine's business.
#pragma once

#include <mutex>

#include "backend/watch.hpp"
#include "gas/schedule.hpp"
#include "ir/module.hpp"
#include "runtime/module/instance.hpp"
#include "runtime/native_counts.hpp"

namespace zvm::backend {

using runtime::Entry;

/// Where functions come from, by entry: places in byte code, or the own functions of a module.
struct Source {
  /// Writes one, optimised. False where that cannot be. One thread at a time asks for a Code.
  bool (*lower)(void* owner, uint32_t entry, ir::Function& out) = nullptr;
  void* owner = nullptr;
  uint32_t entries = 0;
  /// Of byte code: writes all of it as functions, optimised; may be null. False where it cannot be.
  bool (*lower_program)(void* owner, ir::Module& out) = nullptr;
  const gas::Schedule* schedule = nullptr; ///< of byte code
  /// As `lower`, beside a thread that asks for that; of byte code.
  bool (*lower_apart)(void* owner, uint32_t entry, ir::Function& out) = nullptr;
  runtime::NativeCounts* counts = nullptr; ///< of what is compiled; may be null
  Watch watch{};
  const Bytes32* hash = nullptr; ///< of the code, where it is watched
};

/// Thread-safe.
class Code {
 public:
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  virtual ~Code();

  /// Where the code of each entry begins; null until open().
  [[nodiscard]] Entry* entries() const { return entries_.load(std::memory_order_acquire); }
  /// The same, made if there is none yet. Null where memory ran out.
  [[nodiscard]] Entry* open();
  /// The code at an entry of what is open, compiled now if it has not been; what is refused once
  /// stays refused. Null where memory ran out: it may be there next time.
  [[nodiscard]] const void* compile(uint32_t entry);
  /// Whether there is code of the entry of what is open, and not only what waits to be compiled.
  [[nodiscard]] bool has(uint32_t entry) const {
    const void* there = entries()[entry].load(std::memory_order_acquire);
    return there != nullptr && there != waiting(entry);
  }
  /// Puts its code in the place of what stands at the entries of another tier, which goes on to
  /// serve whoever is refused. Both are open. One thread at a time.
  void take_over(Code& below);
  /// Beside word code that stands at the head of a loop: code that goes on in its place. Null where
  /// there is none, or memory ran out. One thread at a time.
  [[nodiscard]] virtual const void* compile_loop(const void*) { return nullptr; }
  [[nodiscard]] const Source& source() const { return source_; }
  /// Bytes that it takes.
  [[nodiscard]] uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 protected:
  explicit Code(const Source& source) : source_(source) {}
  void add_bytes(uint64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }

 private:
  /// What stands at an entry until it is compiled; null: nothing.
  [[nodiscard]] virtual const void* waiting(uint32_t) const { return nullptr; }
  /// Called once, before the first entry is compiled: what the tier makes of the code as a whole.
  virtual void compile_whole() {}
  /// What stands at an entry that is refused; null: memory is the only reason there is.
  [[nodiscard]] virtual const void* refusal() const { return nullptr; }
  /// Its code will stand where that of another tier stands.
  virtual void keep_replaced(const void*, const void*) {}
  /// The code of the function at the entry, which is kept. The function may be changed. False where it
  /// is refused; null where memory ran out.
  [[nodiscard]] virtual bool translate(uint32_t entry, ir::Function& function,
                                       const void*& code) = 0;

  Source source_;
  std::atomic<Entry*> entries_{nullptr};
  std::atomic<uint64_t> bytes_{0};
  std::mutex mutex_;
  bool is_prepared_ = false;
};

} // namespace zvm::backend
