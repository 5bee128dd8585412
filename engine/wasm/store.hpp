// Store: where instances live, with all that they refer to, until the store goes. One thread at a
// time uses it.
#pragma once

#include <atomic>

#include "engine/wasm/instance.hpp"
#include "engine/wasm/linker.hpp"
#include "engine/wasm/value.hpp"

namespace zvm::engine::wasm {

/// What an embedder grants. The first two decide what code sees when it grows something, so where
/// results must be equal everywhere they are part of the rules; the others are the host's own. Who
/// runs into the third ends as HostError.
struct StoreLimits {
  uint64_t memory_bytes = uint64_t{1} << 30; ///< of one memory
  uint64_t table_items = 10'000'000;         ///< of one table
  uint64_t total_bytes = uint64_t{4} << 30;  ///< of all memories and tables together
  /// Of its memories. Those of a module whose code relies on guards have them in any case; another
  /// module's memory that such a module imports must have them, too.
  runtime::Bounds bounds = runtime::Bounds::Guard;
};

struct CallOptions {
  int64_t gas = INT64_MAX;
  /// Code asks `poll` when it has less gas left.
  int64_t floor = 0;
  Status (*poll)(runtime::Context& activation, int64_t gas) = nullptr;
  runtime::Frame* frame = nullptr; ///< the message, where there is one
  void* context = nullptr;         ///< Activation::context, for host functions
};

struct CallResult {
  Status status = Status::Success;
  int64_t gas_left = 0; ///< a trap takes all
};

struct Instantiated {
  Instance* instance = nullptr;
  /// Success, or the trap of a segment or of the start function: then nobody should use the
  /// instance, but what it has written into other instances' tables and memories stays written.
  Status status = Status::Success;
  int64_t gas_left = 0;
};

/// Where a function of it answers a status of the host, host_failure() says why.
class Store {
 public:
  explicit Store(const StoreLimits& limits = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// WebAssembly core specification 3.0, "Modules", instantiation. Refuses UnknownImport,
  /// IncompatibleImport (also where Module::bounds() relies on guards that memory 0 does not have),
  /// LimitExceeded (a memory or table begins larger than it may be), OutOfMemory.
  [[nodiscard]] Result<Instantiated> instantiate(const Module& module, const Linker& linker,
                                                 const CallOptions& options = {});
  /// The same for a module that imports functions only, which have been matched with it: in its
  /// order, in a table that outlives the store. Nothing is looked up, and no import is refused.
  [[nodiscard]] Result<Instantiated>
  instantiate(const Module& module, std::span<const runtime::Function* const> functions,
              const CallOptions& options = {});

  /// Calls a function of this store. Misuse where arguments or results are not what its signature
  /// says, or gas is below 0; HostError where the host could not give what the code asked for; Busy
  /// where another thread is in the store. `results` are zeros unless it succeeds. A host function
  /// may call again; its depth then counts on from its caller's.
  [[nodiscard]] CallResult call(const runtime::Function& function, std::span<const Value> arguments,
                                std::span<Value> results, const CallOptions& options = {});

  // Of the embedder. Null where limits or memory do not allow it, or something is not what it may
  // be; host_failure() says.
  [[nodiscard]] const runtime::Function* add_function(std::span<const ValueType> parameters,
                                                      std::span<const ValueType> results,
                                                      runtime::HostFunction host,
                                                      void* data = nullptr);
  [[nodiscard]] runtime::LinearMemory* add_memory(const runtime::Sizes& pages);
  [[nodiscard]] runtime::Table* add_table(ValueType type, const runtime::Sizes& items);
  [[nodiscard]] runtime::Global* add_global(const Value& value, bool is_mutable);

  /// Whether code was told that it cannot grow, and that was the host's fault.
  [[nodiscard]] bool has_failed() const { return budget_.has_failed(); }
  /// Why.
  [[nodiscard]] const runtime::Budget& budget() const { return budget_; }
  /// Bytes that memories and tables may still take.
  [[nodiscard]] uint64_t bytes_left() const { return budget_.left; }
  void set_bytes_left(uint64_t bytes) { budget_.left = bytes; }

 private:
  friend class Instantiation;
  class Turn;

  template <typename T>
  [[nodiscard]] T* add();
  [[nodiscard]] Result<Instantiated> start(Instance* made, const CallOptions& options);
  [[nodiscard]] CallResult run(const runtime::Function& function, uint64_t* slots,
                               const CallOptions& options);

  [[nodiscard]] Status budget_failed() const;

  StoreLimits limits_;
  runtime::Budget budget_;
  std::atomic<const void*> user_{nullptr}; ///< the thread that a call from outside runs on
  runtime::Activation* running_ = nullptr; ///< the innermost
  Vec<Instance*> instances_;
  Vec<runtime::LinearMemory*> memories_; ///< the embedder's
  Vec<runtime::Table*> tables_;          ///< the embedder's
  Vec<void*> blocks_;                    ///< that hold things of the embedder
};

} // namespace zvm::engine::wasm
