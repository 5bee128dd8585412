#include "cli/t8n/examine.hpp"

#include "base/uint256_text.hpp"
#include "cli/fixtures/fixture.hpp"
#include "runtime/tx/decode.hpp"
#include "runtime/tx/intrinsic.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;
using nlohmann::ordered_json;

std::string have_and_want(uint64_t have, int64_t want) {
  return ": have " + std::to_string(have) + ", want " + std::to_string(want);
}

bool is_known(const gas::Schedule& schedule, TxType type) {
  using gas::Rule;
  constexpr Rule kSince[kTxTypes] = {Rule::ReplayProtection, Rule::AccessLists, Rule::FeeMarket,
                                     Rule::Blobs, Rule::Delegations};
  return type == TxType::Legacy || schedule.has(kSince[static_cast<uint8_t>(type)]);
}

/// What can be said of a transaction by itself, without a state and a block, in the order of
/// go-ethereum. Empty: nothing is wrong.
std::string fault_of(const gas::Schedule& schedule, const Transaction& tx,
                     const IntrinsicGas& intrinsic) {
  const auto words = [](TxError error) { return std::string{refusal_words(error)}; };
  if (tx.gas_limit < static_cast<uint64_t>(intrinsic.charged))
    return words(TxError::IntrinsicGasTooLow) + have_and_want(tx.gas_limit, intrinsic.charged);
  if (tx.gas_limit < static_cast<uint64_t>(intrinsic.floor))
    return words(TxError::GasBelowFloor) + have_and_want(tx.gas_limit, intrinsic.floor);
  if (is_over_cap(schedule, tx, intrinsic))
    return "gas limit exceeds maximum";
  if (tx.is_create && tx.data.size() > static_cast<uint64_t>(schedule[gas::Cost::MaxInitcodeSize]))
    return words(TxError::InitcodeTooLarge) + ": code size " + std::to_string(tx.data.size()) +
           " limit " + std::to_string(schedule[gas::Cost::MaxInitcodeSize]);
  if (tx.nonce == UINT64_MAX)
    return "nonce exceeds 2^64-1";
  if (tx.max_fee < tx.max_priority_fee)
    return "maxFeePerGas < maxPriorityFeePerGas";
  const U256 most = U256{} - U256{1};
  if (tx.gas_limit != 0 && tx.max_fee > div(most, U256{tx.gas_limit}))
    return tx.type >= TxType::FeeMarket ? "gas * maxFeePerGas exceeds 256 bits"
                                        : "gas * gasPrice exceeds 256 bits";
  return {};
}

} // namespace

ordered_json examine(const gas::Schedule& schedule, const U256& chain_id,
                     const GivenTransaction& given) {
  ordered_json out = ordered_json::object();
  DecodedTransaction decoded;
  const Transaction& tx = decoded.tx;
  TxError error = TxError::Malformed;
  if (given.unreadable.empty())
    error = decode_transaction(given.bytes, schedule, decoded);
  if (error == TxError::Malformed || error == TxError::TypeNotSupported) {
    out["error"] = given.unreadable.empty() ? std::string{refusal_words(error)} : given.unreadable;
    return out;
  }
  if (error == TxError::None && !is_known(schedule, tx.type))
    error = TxError::TypeNotSupported;
  if (error == TxError::None && tx.has_chain_id && tx.chain_id != chain_id)
    error = TxError::WrongChainId;
  if (error != TxError::None) {
    out["error"] = refusal_words(error);
    out["hash"] = to_text(tx.hash);
    return out;
  }
  const IntrinsicGas intrinsic = intrinsic_gas(schedule, tx);
  if (const std::string fault = fault_of(schedule, tx, intrinsic); !fault.empty())
    out["error"] = fault;
  out["address"] = to_text(tx.sender);
  out["hash"] = to_text(tx.hash);
  out["intrinsicGas"] = to_hex(U256{static_cast<uint64_t>(intrinsic.charged)});
  return out;
}

} // namespace zvm::cli
