#include "runtime/block/requests.hpp"

#include <array>

#include "runtime/block/system_calls.hpp"
#include "runtime/block/system_contracts.hpp"
#include "runtime/hash/digests.hpp"

namespace zvm::runtime {
namespace {

constexpr uint8_t kDepositType = 0;
constexpr size_t kWord = 32;

/// Keccak-256 of "DepositEvent(bytes,bytes,bytes,bytes,bytes)".
constexpr Bytes32 kDepositEvent{{0x64, 0x9b, 0xbc, 0x62, 0xd0, 0xe3, 0x13, 0x42, 0xaf, 0xea, 0x4e,
                                 0x5c, 0xd8, 0x2d, 0x40, 0x49, 0xe7, 0xe1, 0xee, 0x91, 0x2f, 0xc0,
                                 0x88, 0x9a, 0xa7, 0x90, 0x80, 0x3b, 0xe3, 0x90, 0x38, 0xc5}};

/// A field of the event: where its length stands, with the bytes behind it.
struct DepositField {
  uint64_t offset;
  uint64_t size; ///< bytes
};
/// Public key, withdrawal credentials, amount, signature, index.
constexpr std::array<DepositField, 5> kDepositFields{
    {{160, 48}, {256, 32}, {320, 8}, {384, 96}, {512, 8}}};
constexpr size_t kDepositEventSize = 576;
static_assert(kDepositFields.back().offset + 2 * kWord == kDepositEventSize);

bool is_laid_out(ByteView data) {
  if (data.size() != kDepositEventSize)
    return false;
  for (size_t i = 0; i < kDepositFields.size(); ++i) {
    const DepositField& field = kDepositFields[i];
    if (U256::load_be(data.data() + i * kWord) != U256{field.offset} ||
        U256::load_be(data.data() + field.offset) != U256{field.size})
      return false;
  }
  return true;
}

bool is_deposit(const LogView& log, const Address& contract) {
  return log.address == contract && !log.topics.empty() && log.topics[0] == to_word(kDepositEvent);
}

bool append_deposit(ByteView data, Buffer& out) {
  for (const DepositField& field : kDepositFields) {
    if (!out.try_append(data.subspan(field.offset + kWord, field.size)))
      return false;
  }
  return true;
}

} // namespace

bool collect_deposits(std::span<const Receipt> receipts, const Address& deposit_contract,
                      Requests& requests, BlockError& refusal) {
  Buffer deposits;
  if (!deposits.try_push(kDepositType))
    return false;
  for (const Receipt& receipt : receipts) {
    for (size_t i = 0; i < receipt.logs.size(); ++i) {
      const LogView log = receipt.logs[i];
      if (!is_deposit(log, deposit_contract))
        continue;
      if (!is_laid_out(log.data)) {
        refusal = BlockError::DepositLayout;
        return true;
      }
      if (!append_deposit(log.data, deposits))
        return false;
    }
  }
  if (deposits.size() > 1)
    requests.push_back(std::move(deposits));
  return true;
}

Status call_block_end(Execution& execution, RunMessage run, Requests& requests, BlockError& refusal,
                      std::string_view& subject) {
  struct Call {
    std::string_view name;
    Address contract;
    gas::Rule rule;
    uint8_t type;
  };
  constexpr Call kCalls[] = {
#define REQUEST_CALL(name, address, rule, type, source, text)                                      \
  {#name, k##name##Address, gas::Rule::rule, type},
#include "runtime/block/system_contracts.def"
#undef REQUEST_CALL
  };
  for (const Call& call : kCalls) {
    if (!execution.evm->has(call.rule))
      continue;
    SystemCallResult result;
    ZVM_RETURN_UNLESS_SUCCESS(system_call(execution, call.contract, {}, run, result));
    if (!result.has_code || result.status != Status::Success) {
      refusal = result.has_code ? BlockError::SystemCallFailed : BlockError::SystemContractEmpty;
      subject = call.name;
      return Status::Success;
    }
    if (result.output.empty())
      continue;
    Buffer request;
    if (!request.try_push(call.type) || !request.try_append(result.output.view()))
      return out_of_memory();
    requests.push_back(std::move(request));
  }
  return Status::Success;
}

Bytes32 requests_hash(const Requests& requests) {
  std::vector<uint8_t> hashes;
  for (const Buffer& request : requests) {
    const Bytes32 hash = sha256(request.view());
    hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
  }
  return sha256(hashes);
}

} // namespace zvm::runtime
