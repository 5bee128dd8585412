// EVMC seen from a host: the binary layouts of its ABI 18 and a loader, as far as tests and
// benchmarks need them to run a foreign EVM beside ours. The layouts follow the EVMC specification;
// nothing of a foreign header is needed to build.
#pragma once

#include <memory>
#include <string>

#include "base/revision.hpp"
#include "base/types.hpp"

namespace zvm::test::evmc {

inline constexpr int kAbiVersion = 18;

enum Kind : int32_t { kCall, kDelegateCall, kCallCode, kCreate, kCreate2 };
enum Flag : uint32_t { kStatic = 1, kDelegated = 2 };
enum Access : bool { kCold, kWarm };

/// Words are big-endian.
struct Message {
  Kind kind = kCall;
  uint32_t flags = 0;
  int32_t depth = 0;
  int64_t gas = 0;
  Address recipient; ///< for creates the new account
  Address sender;
  const uint8_t* input = nullptr; ///< calldata, or init code
  size_t input_size = 0;
  Bytes32 value;
  Address code_address;
  const uint8_t* code = nullptr;
  size_t code_size = 0;
};

struct TxContext {
  Bytes32 gas_price;
  Address origin;
  Address coinbase;
  int64_t number = 0;
  int64_t timestamp = 0;
  int64_t gas_limit = 0;
  Bytes32 prev_randao;
  Bytes32 chain_id;
  Bytes32 base_fee;
  Bytes32 blob_base_fee;
  const Bytes32* blob_hashes = nullptr;
  size_t blob_hash_count = 0;
  uint64_t slot_number = 0;
};

struct Result {
  int32_t status = 0; ///< column evmc of base/status.def
  int64_t gas_left = 0;
  int64_t gas_refund = 0;
  const uint8_t* output = nullptr;
  size_t output_size = 0;
  /// Whoever holds the result last calls it, where it is not null.
  void (*release)(const Result*) = nullptr;
};

/// What happened to a slot by one write, as the VM wants to be told: original, current, new value.
enum class Stored : int32_t {
  Assigned,
  Added,
  Deleted,
  Modified,
  DeletedAdded,
  ModifiedDeleted,
  DeletedRestored,
  AddedDeleted,
  ModifiedRestored,
};
[[nodiscard]] Stored stored(const U256& original, const U256& current, const U256& value);

/// The callbacks of a host; `context` is what execute was given.
struct HostInterface {
  bool (*account_exists)(void* context, const Address*);
  Bytes32 (*get_storage)(void* context, const Address*, const Bytes32* key);
  Stored (*set_storage)(void* context, const Address*, const Bytes32* key, const Bytes32* value);
  Bytes32 (*get_balance)(void* context, const Address*);
  uint64_t (*get_nonce)(void* context, const Address*);
  size_t (*get_code_size)(void* context, const Address*);
  Bytes32 (*get_code_hash)(void* context, const Address*);
  size_t (*copy_code)(void* context, const Address*, size_t offset, uint8_t* target, size_t size);
  bool (*self_destruct)(void* context, const Address*, const Address* beneficiary);
  Result (*call)(void* context, const Message*);
  TxContext (*get_tx_context)(void* context);
  Bytes32 (*get_block_hash)(void* context, int64_t number);
  void (*emit_log)(void* context, const Address*, const uint8_t* data, size_t size,
                   const Bytes32* topics, size_t topic_count);
  Access (*access_account)(void* context, const Address*);
  Access (*access_storage)(void* context, const Address*, const Bytes32* key);
  Bytes32 (*get_transient_storage)(void* context, const Address*, const Bytes32* key);
  void (*set_transient_storage)(void* context, const Address*, const Bytes32* key,
                                const Bytes32* value);
};

/// The number EVMC gives a revision. Constantinople is not in ABI 18: -1.
[[nodiscard]] int revision_number(Revision revision);

/// A VM out of a shared library.
class Vm {
 public:
  /// Null, with a sentence in `error`, where there is no such library, or one of another ABI.
  [[nodiscard]] static std::unique_ptr<Vm> load(const std::string& path, std::string& error);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  [[nodiscard]] std::string name() const; ///< with its version
  /// False where the VM does not take the option.
  bool set_option(const char* option, const char* value);
  [[nodiscard]] Result execute(const HostInterface& host, void* context, Revision revision,
                               const Message& message, ByteView code);

 private:
  struct Instance;
  Vm(void* library, Instance* instance) : library_(library), instance_(instance) {}
  void* library_;
  Instance* instance_;
};

} // namespace zvm::test::evmc
