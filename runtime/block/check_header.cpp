#include "runtime/block/check_header.hpp"

#include "runtime/block/difficulty.hpp"
#include "runtime/block/fees.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::runtime {
namespace {

using gas::Rule;

constexpr uint64_t kGasLimitParts = 1024;
constexpr uint64_t kLeastGasLimit = 5000;
constexpr size_t kMostExtraData = 32;
/// The first block of fee markets may use twice what its parent could (EIP-1559).
constexpr uint64_t kElasticity = 2;

bool is_gas_limit_near(const BlockHeader& header, const BlockHeader& parent) {
  using Wide = unsigned __int128;
  const bool markets_begin = header.base_fee && !parent.base_fee;
  const Wide from = Wide{parent.gas_limit} * (markets_begin ? kElasticity : 1);
  const Wide most_change = from / kGasLimitParts;
  const Wide limit = header.gas_limit;
  return limit < from + most_change && limit > from - most_change && limit >= kLeastGasLimit;
}

BlockError check_blob_gas(const BlockHeader& header, const BlockHeader& parent,
                          const gas::Schedule& schedule) {
  if (*header.excess_blob_gas != next_excess_blob_gas(blob_gas_of(parent), schedule))
    return BlockError::ExcessBlobGas;
  const auto blob = static_cast<uint64_t>(schedule[gas::Cost::BlobGas]);
  if (*header.blob_gas_used > max_blob_gas(schedule) ||
      (blob != 0 && *header.blob_gas_used % blob != 0))
    return BlockError::BlobGasOverLimit;
  return BlockError::None;
}

BlockError check_proof(const BlockHeader& header, const BlockHeader& parent,
                       const gas::Schedule& schedule) {
  if (schedule.has(Rule::PrevRandao)) {
    if (!header.difficulty.is_zero())
      return BlockError::Difficulty;
    if (header.nonce != BlockNonce{})
      return BlockError::Nonce;
    return header.ommers_hash == kNoOmmersHash ? BlockError::None : BlockError::OmmersHash;
  }
  const DifficultyInput input{header.number, header.timestamp, parent.timestamp, parent.difficulty,
                              parent.ommers_hash != kNoOmmersHash};
  return header.difficulty == block_difficulty(input, schedule) ? BlockError::None
                                                                : BlockError::Difficulty;
}

} // namespace

BlockError check_header(const BlockHeader& header, const BlockHeader& parent,
                        const gas::Schedule& schedule) {
  if (!misplaced_field(header, schedule).empty())
    return BlockError::HeaderFields;
  if (header.parent_hash != header_hash(parent))
    return BlockError::UnknownParent;
  if (parent.number == UINT64_MAX || header.number != parent.number + 1)
    return BlockError::Number;
  if (header.timestamp <= parent.timestamp)
    return BlockError::Timestamp;
  if (!is_gas_limit_near(header, parent))
    return BlockError::GasLimit;
  if (header.gas_used > header.gas_limit)
    return BlockError::GasUsedOverLimit;
  if (header.extra_data.size() > kMostExtraData)
    return BlockError::ExtraData;
  if (header.base_fee && *header.base_fee != next_base_fee(parent))
    return BlockError::BaseFee;
  if (header.excess_blob_gas) {
    if (const BlockError e = check_blob_gas(header, parent, schedule); e != BlockError::None)
      return e;
  }
  return check_proof(header, parent, schedule);
}

} // namespace zvm::runtime
