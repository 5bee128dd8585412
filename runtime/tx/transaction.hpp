// Transaction: the fields of all types, legacy to set-code. Lists are views of the caller's memory.
#pragma once

#include <cstdint>
#include <span>

#include "base/types.hpp"

namespace zvm::runtime {

/// The numbers are those of EIP-2718.
enum class TxType : uint8_t {
  Legacy = 0,
  AccessList = 1, ///< EIP-2930
  FeeMarket = 2,  ///< EIP-1559
  Blob = 3,       ///< EIP-4844
  SetCode = 4,    ///< EIP-7702
};
inline constexpr uint8_t kTxTypes = 5;

struct AccessListEntry {
  Address address{};
  std::span<const U256> slots{};
};

/// EIP-7702. The signature is checked when the transaction runs; a bad one only skips the entry.
struct Authorization {
  U256 chain_id{};    ///< 0: any chain
  Address address{};  ///< the delegate; zero takes the delegation back
  uint64_t nonce = 0; ///< of the authority
  U256 y_parity{};
  U256 r{};
  U256 s{};
};

struct Transaction {
  TxType type = TxType::Legacy;
  bool is_create = false;
  bool has_chain_id = false; ///< typed, or legacy as of EIP-155
  uint64_t nonce = 0;
  uint64_t gas_limit = 0; ///< gas
  Bytes32 hash{}; ///< Keccak-256 of the signed bytes; handles of deferred hashes depend on it
  Address sender{};
  Address to{}; ///< unless is_create
  U256 chain_id{};
  U256 value{};            ///< wei
  U256 max_fee{};          ///< wei a gas; types 0 and 1: the gas price
  U256 max_priority_fee{}; ///< wei a gas; types 0 and 1: the gas price
  U256 max_blob_fee{};     ///< wei a blob gas
  ByteView data{};         ///< calldata or init code
  std::span<const AccessListEntry> access_list{};
  std::span<const Bytes32> blob_hashes{};
  std::span<const Authorization> authorizations{};
};

} // namespace zvm::runtime
