// The transaction of a state test, made of JSON fields.
#pragma once

#include <string>
#include <vector>

#include "cli/conformance/json_view.hpp"
#include "runtime/tx/transaction.hpp"

namespace zvm::cli {

/// A transaction with the memory it views.
struct FixtureTransaction {
  runtime::Transaction tx;
  std::vector<uint8_t> data;
  std::vector<runtime::AccessListEntry> access_list;
  std::vector<std::vector<U256>> slots;
  std::vector<Bytes32> blob_hashes;
  std::vector<runtime::Authorization> authorizations;

  FixtureTransaction() = default;
  FixtureTransaction(const FixtureTransaction&) = delete;
  FixtureTransaction& operator=(const FixtureTransaction&) = delete;
};

/// The transaction that `indexes` choose among the fields. Its sender is named, or is the account
/// of the secret key. Throws NumberOverflow where a field does not fit: such a transaction is
/// malformed.
void read_transaction(const JsonView& fields, const JsonView& indexes, FixtureTransaction& out);

/// [{address, storageKeys}].
void read_access_list(const JsonView& list, FixtureTransaction& out);
/// {chainId, address, nonce, yParity or v, r, s}.
[[nodiscard]] runtime::Authorization read_authorization(const JsonView& entry);

/// Throws Unreadable for what is no key of secp256k1.
[[nodiscard]] Address read_key_owner(const JsonView& secret);

/// What the fields say otherwise than the signed form, one line each. What fields cannot say (a
/// legacy chain id, the hash) is not compared.
[[nodiscard]] std::string describe_difference(const runtime::Transaction& fields,
                                              const runtime::Transaction& is_signed);

} // namespace zvm::cli
