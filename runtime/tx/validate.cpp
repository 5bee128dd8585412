#include "runtime/tx/validate.hpp"

#include <algorithm>

#include "runtime/call/executor.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

constexpr uint8_t kBlobVersion = 1;

/// An amount of wei that may leave 256 bits: then nobody can pay it.
class Wei {
 public:
  void add(const U256& amount) {
    const U256 sum = amount_ + amount;
    if (sum < amount)
      overflow_ = true;
    amount_ = sum;
  }
  void add_product(uint64_t count, const U256& price) {
    U256 product;
    unsigned __int128 carry = 0;
    for (unsigned i = 0; i < 4; ++i) {
      carry += static_cast<unsigned __int128>(price.limbs[i]) * count;
      product.limbs[i] = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0)
      overflow_ = true;
    add(product);
  }
  [[nodiscard]] bool covered_by(const U256& balance) const {
    return !overflow_ && amount_ <= balance;
  }
  [[nodiscard]] const U256& amount() const { return amount_; }

 private:
  U256 amount_;
  bool overflow_ = false;
};

bool is_known(const gas::Schedule& s, TxType type) {
  switch (type) {
  case TxType::Legacy:
    return true;
  case TxType::AccessList:
    return s.has(Rule::AccessLists);
  case TxType::FeeMarket:
    return s.has(Rule::FeeMarket);
  case TxType::Blob:
    return s.has(Rule::Blobs);
  case TxType::SetCode:
    return s.has(Rule::Delegations);
  }
  return false;
}

/// Whether the transaction has lists that another type has.
bool has_foreign_field(const Transaction& tx) {
  return (tx.type == TxType::Legacy && !tx.access_list.empty()) ||
         (tx.type != TxType::Blob && !tx.blob_hashes.empty()) ||
         (tx.type != TxType::SetCode && !tx.authorizations.empty());
}

/// Whether all that it views can be looked at.
bool can_be_read(const Transaction& tx) {
  return is_readable(tx.data) && is_readable(tx.access_list) && is_readable(tx.blob_hashes) &&
         is_readable(tx.authorizations) &&
         std::ranges::all_of(tx.access_list,
                             [](const AccessListEntry& entry) { return is_readable(entry.slots); });
}

bool over(uint64_t amount, int64_t limit) {
  return limit < 0 || amount > static_cast<uint64_t>(limit);
}

TxError check_gas(const Execution& execution, const Transaction& tx, const TxChecks& checks,
                  const IntrinsicGas& intrinsic) {
  const gas::Schedule& s = *execution.evm;
  if (over(static_cast<uint64_t>(intrinsic.charged), INT64_MAX) ||
      tx.gas_limit < static_cast<uint64_t>(intrinsic.charged))
    return TxError::IntrinsicGasTooLow;
  if (tx.gas_limit < static_cast<uint64_t>(intrinsic.floor))
    return TxError::GasBelowFloor;
  if (tx.nonce == UINT64_MAX)
    return TxError::NonceIsMax;
  const gas::Schedule& code_schedule =
      execution.executor != nullptr ? execution.executor->schedule_of(tx.data) : s;
  if (tx.is_create && over(tx.data.size(), code_schedule[Cost::MaxInitcodeSize]))
    return TxError::InitcodeTooLarge;
  // The gas counter is signed, so this bound stands even where the checks are off.
  if (over(tx.gas_limit, INT64_MAX))
    return TxError::GasLimitOverCap;
  if (!checks.block_gas)
    return TxError::None;
  if (is_over_cap(s, tx, intrinsic))
    return TxError::GasLimitOverCap;
  const bool has_state_gas = s.has(Rule::StateGas);
  const auto cap = static_cast<uint64_t>(s[Cost::TxMaxGas]);
  const BlockContext& block = execution.block;
  const auto has_room = [&block](uint64_t gas, uint64_t used) {
    return used <= block.gas_limit && gas <= block.gas_limit - used;
  };
  if (!has_room(has_state_gas ? std::min(tx.gas_limit, cap) : tx.gas_limit, block.gas_used) ||
      (has_state_gas && !has_room(tx.gas_limit, block.state_gas_used)))
    return TxError::GasLimitOverBlock;
  if (const uint64_t wanted = blob_gas(s, tx), most = max_blob_gas(s);
      wanted != 0 && (block.blob_gas_used > most || wanted > most - block.blob_gas_used))
    return TxError::BlobGasOverBlock;
  return TxError::None;
}

TxError check_fees(const Execution& execution, const Transaction& tx, const TxChecks& checks,
                   TransactionCosts& costs) {
  const gas::Schedule& s = *execution.evm;
  const U256 base_fee = s.has(Rule::FeeMarket) ? execution.block.base_fee : U256{};
  const bool has_tip = tx.type >= TxType::FeeMarket;
  if (has_tip && tx.max_fee < tx.max_priority_fee)
    return TxError::PriorityFeeOverMaxFee;
  if (checks.fees && tx.max_fee < base_fee)
    return TxError::MaxFeeBelowBaseFee;
  const U256 room = tx.max_fee > base_fee ? tx.max_fee - base_fee : U256{};
  costs.priority_fee = has_tip ? std::min(tx.max_priority_fee, room) : room;
  costs.gas_price = tx.max_fee > base_fee ? base_fee + costs.priority_fee : tx.max_fee;

  if (tx.type == TxType::Blob) {
    if (tx.blob_hashes.empty())
      return TxError::NoBlobs;
    if (over(tx.blob_hashes.size(), s[Cost::BlobMaxPerTx]))
      return TxError::TooManyBlobs;
    for (const Bytes32& hash : tx.blob_hashes) {
      if (hash.bytes[0] != kBlobVersion)
        return TxError::BlobHashVersion;
    }
    if (checks.fees && tx.max_blob_fee < execution.block.blob_base_fee)
      return TxError::MaxBlobFeeBelowBase;
  }
  Wei fees;
  fees.add_product(tx.gas_limit, costs.gas_price);
  fees.add_product(blob_gas(s, tx), std::min(execution.block.blob_base_fee, tx.max_blob_fee));
  costs.fees = fees.amount();
  return TxError::None;
}

} // namespace

TxError check_transaction(const Execution& execution, const Transaction& tx, const TxChecks& checks,
                          TransactionCosts& costs) {
  const gas::Schedule& s = *execution.evm;
  if (!is_known(s, tx.type))
    return TxError::TypeNotSupported;
  if (!can_be_read(tx))
    return TxError::MissingBytes;
  if (has_foreign_field(tx))
    return TxError::FieldOfOtherType;
  costs.intrinsic = intrinsic_gas(s, tx);
  if (const TxError e = check_gas(execution, tx, checks, costs.intrinsic); e != TxError::None)
    return e;
  if (checks.chain_id && tx.has_chain_id && tx.chain_id != execution.block.chain_id)
    return TxError::WrongChainId;
  if (const TxError e = check_fees(execution, tx, checks, costs); e != TxError::None)
    return e;
  if (tx.is_create && tx.type >= TxType::Blob)
    return TxError::CreateNotAllowed;
  if (tx.type == TxType::SetCode && tx.authorizations.empty())
    return TxError::NoAuthorizations;
  return TxError::None;
}

TxError check_sender(const Execution& execution, const Transaction& tx, const TxChecks& checks,
                     const Account& sender) {
  const gas::Schedule& s = *execution.evm;
  if (checks.nonce && tx.nonce < sender.now.nonce)
    return TxError::NonceTooLow;
  if (checks.nonce && tx.nonce > sender.now.nonce)
    return TxError::NonceTooHigh;
  if (sender.now.nonce == UINT64_MAX)
    return TxError::NonceIsMax;
  Wei most;
  most.add(tx.value);
  if (checks.balance) {
    most.add_product(tx.gas_limit, tx.max_fee);
    most.add_product(blob_gas(s, tx), tx.max_blob_fee);
  }
  if (!most.covered_by(sender.now.balance))
    return TxError::InsufficientBalance;
  Address delegate;
  const bool delegated = s.has(Rule::Delegations) && Journal::delegation(sender.code, delegate);
  if (checks.sender_code && s.has(Rule::SenderIsNoContract) && sender.has_code() && !delegated)
    return TxError::SenderHasCode;
  return TxError::None;
}

} // namespace zvm::runtime
