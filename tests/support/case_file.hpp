// .case files: pre-state, program, post-state, gas, as text. The format is described in
// tests/cases/README.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/revision.hpp"
#include "base/status.hpp"
#include "base/types.hpp"
#include "gas/schedule.hpp"
#include "runtime/tx/transaction.hpp"
#include "runtime/tx/tx_error.hpp"

namespace zvm::test {

using Bytes = std::vector<uint8_t>;

struct CaseAccount {
  U256 balance;
  uint64_t nonce = 0;
  Bytes code; ///< as it is stored: a container where its VM is not that of the case
  std::map<U256, U256> storage;

  /// An account that is empty (EIP-161) is the same as none.
  [[nodiscard]] bool is_empty() const {
    return balance.is_zero() && nonce == 0 && code.empty() && storage.empty();
  }
  friend bool operator==(const CaseAccount&, const CaseAccount&) = default;
};
using CaseState = std::map<Address, CaseAccount>;

struct CaseLog {
  Address address;
  std::vector<U256> topics;
  Bytes data;
  friend bool operator==(const CaseLog&, const CaseLog&) = default;
};

/// One use of a host extension: the opcode byte and the payload it was given.
struct CaseExtensionCall {
  uint32_t number = 0;
  Bytes payload;
  friend bool operator==(const CaseExtensionCall&, const CaseExtensionCall&) = default;
};

/// One hash that has been deferred; the algorithm by its number.
struct CaseDeferredHash {
  uint32_t algorithm = 0;
  uint64_t length = 0;
  Bytes32 digest{};
  friend bool operator==(const CaseDeferredHash&, const CaseDeferredHash&) = default;
};

enum class CaseKind : uint8_t {
  Call,        ///< a message of depth 0
  Create,      ///< a message that creates; the program is its init code
  Transaction, ///< a whole transaction, with intrinsic gas and refunds
  Deployment, ///< a whole transaction that creates; its init code is the program, with the calldata behind it
};

/// An entry of a transaction's access list (EIP-2930).
struct CaseAccess {
  Address address;
  std::vector<U256> slots;
};

struct CaseInput {
  Vm vm = Vm::Zvm; ///< of bytes that are no container
  Revision revision = kLatestRevision;
  bool zvm_1_1 = false;
  bool wasm = false; ///< contracts in WebAssembly run too
  CaseKind kind = CaseKind::Call;
  int64_t gas = 1'000'000;
  int64_t reservoir = 0; ///< state gas of a message (EIP-8037)
  bool is_static = false;
  Address caller, origin, self;
  Address to; ///< of a transaction
  U256 value;
  U256 gas_price;
  U256 transaction_hash;
  Bytes calldata;
  Bytes init_code; ///< where something is created
  std::vector<Bytes32> blob_hashes;
  std::optional<runtime::TxType> type; ///< else the first that has the lists which are there
  std::vector<CaseAccess> access_list;
  std::vector<runtime::Authorization> authorizations;

  Address coinbase;
  uint64_t number = 0, timestamp = 0, gas_limit = 0, slot_number = 0;
  uint64_t block_gas_used = 0, block_state_gas_used = 0; ///< by earlier transactions
  U256 prev_randao, base_fee, blob_base_fee, chain_id;
  std::map<uint64_t, U256> block_hashes; ///< others are zero

  /// What the mock extension answers; without a value there is no extension.
  std::optional<U256> extension_result;

  CaseState pre;

  [[nodiscard]] bool is_transaction() const {
    return kind == CaseKind::Transaction || kind == CaseKind::Deployment;
  }
  [[nodiscard]] bool creates() const {
    return kind == CaseKind::Create || kind == CaseKind::Deployment;
  }
};

struct CaseOutcome {
  runtime::TxError refusal = runtime::TxError::None; ///< then nothing has run
  Status status = Status::Success;
  int64_t gas_used = 0; ///< of a transaction after refunds
  std::optional<int64_t>
      block_gas; ///< of a transaction what of the block's room it takes; expected where it is said
  int64_t state_gas =
      0; ///< spent for what the state has grown by; of a message also what of it was gas
  int64_t refund = 0; ///< the counter, before its cap; of a transaction what was really refunded
  Bytes output;
  std::optional<Address> created;
  std::vector<CaseLog> logs;
  std::vector<CaseExtensionCall> extension_calls;
  std::vector<CaseDeferredHash> deferred_hashes;
  CaseState post; ///< the whole state
};

struct CaseFile {
  std::string name; ///< file name without ".case"
  std::string about;
  Bytes program; ///< the bytes of [program], a container as a whole
  CaseInput input;
  CaseOutcome expected;
};

/// `name` for messages. Every error names the line.
[[nodiscard]] Result<CaseFile> parse_case(std::string_view name, std::string_view text);

/// One line for each difference; empty where the outcome is the expected one.
[[nodiscard]] std::vector<std::string> compare(const CaseOutcome& expected,
                                               const CaseOutcome& actual);

} // namespace zvm::test
