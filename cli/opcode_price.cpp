#include "cli/opcode_price.hpp"

#include <algorithm>
#include <optional>

#include "base/guest.hpp"
#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/opcodes.hpp"
#include "runtime/execution.hpp"
#include "runtime/store_price.hpp"

namespace zvm::cli {
namespace {

using namespace frontend::evm;
using gas::Cost;
using gas::Rule;
using runtime::Account;

/// Memory of this many bytes costs more than any gas there is.
constexpr uint64_t kHopeless = uint64_t{1} << 37;

/// A range of memory that an instruction reaches: where in the stack, from the top, its offset and
/// its size stand.
struct Reach {
  uint8_t opcode;
  uint8_t offset;
  uint8_t size; ///< kFixed: `fixed` bytes
  uint8_t fixed = 0;
};
constexpr uint8_t kFixed = UINT8_MAX;
constexpr Reach kReaches[] = {
    {OP_MLOAD, 0, kFixed, 32},
    {OP_MSTORE, 0, kFixed, 32},
    {OP_MSTORE8, 0, kFixed, 1},
    {OP_KECCAK256, 0, 1},
    {OP_CALLDATACOPY, 0, 2},
    {OP_CODECOPY, 0, 2},
    {OP_RETURNDATACOPY, 0, 2},
    {OP_EXTCODECOPY, 1, 3},
    {OP_MCOPY, 0, 2},
    {OP_MCOPY, 1, 2},
    {OP_LOG0, 0, 1},
    {OP_LOG1, 0, 1},
    {OP_LOG2, 0, 1},
    {OP_LOG3, 0, 1},
    {OP_LOG4, 0, 1},
    {OP_CREATE, 1, 2},
    {OP_CREATE2, 1, 2},
    {OP_CALL, 3, 4},
    {OP_CALL, 5, 6},
    {OP_CALLCODE, 3, 4},
    {OP_CALLCODE, 5, 6},
    {OP_DELEGATECALL, 2, 3},
    {OP_DELEGATECALL, 4, 5},
    {OP_STATICCALL, 2, 3},
    {OP_STATICCALL, 4, 5},
    {OP_RETURN, 0, 1},
    {OP_REVERT, 0, 1},
};

/// What is paid by length: for each word, or each byte, of the size at `size`.
struct ByLength {
  uint8_t opcode;
  uint8_t size;
  Cost cost;
  uint8_t unit; ///< bytes
};
constexpr ByLength kByLength[] = {
    {OP_KECCAK256, 1, Cost::KeccakWord, 32}, {OP_CALLDATACOPY, 2, Cost::CopyWord, 32},
    {OP_CODECOPY, 2, Cost::CopyWord, 32},    {OP_RETURNDATACOPY, 2, Cost::CopyWord, 32},
    {OP_EXTCODECOPY, 3, Cost::CopyWord, 32}, {OP_MCOPY, 2, Cost::CopyWord, 32},
    {OP_LOG0, 1, Cost::LogByte, 1},          {OP_LOG1, 1, Cost::LogByte, 1},
    {OP_LOG2, 1, Cost::LogByte, 1},          {OP_LOG3, 1, Cost::LogByte, 1},
    {OP_LOG4, 1, Cost::LogByte, 1},          {OP_CREATE, 2, Cost::InitcodeWord, 32},
    {OP_CREATE2, 2, Cost::InitcodeWord, 32}, {OP_CREATE2, 2, Cost::Create2Word, 32},
};

/// The dynamic part of one instruction's price, whose operands are there.
class Dynamic {
 public:
  /// `gas` is left once the static price is paid.
  Dynamic(const Frame& frame, uint8_t opcode, int64_t gas)
      : frame_(frame), schedule_(*frame.schedule), journal_(frame.execution->journal),
        opcode_(opcode), gas_(gas) {}

  /// Nothing where it cannot be told.
  [[nodiscard]] std::optional<int64_t> price() {
    // A static call refuses it before it is priced.
    if (creates() && frame_.message.is_static)
      return std::nullopt;
    if (!add_lengths() || !add_memory() || !add_state())
      return std::nullopt;
    return price_;
  }

 private:
  [[nodiscard]] bool creates() const { return opcode_ == OP_CREATE || opcode_ == OP_CREATE2; }
  [[nodiscard]] const U256& operand(size_t index) const {
    return frame_.top[-1 - static_cast<std::ptrdiff_t>(index)];
  }

  bool add_lengths() {
    for (const ByLength& row : kByLength) {
      if (row.opcode != opcode_)
        continue;
      const U256& size = operand(row.size);
      if (!size.fits_u64() || size.low64() >= kHopeless)
        return false;
      price_ +=
          static_cast<int64_t>((size.low64() + row.unit - 1) / row.unit) * schedule_[row.cost];
    }
    if (opcode_ == OP_EXP)
      price_ += static_cast<int64_t>(operand(1).byte_width()) * schedule_[Cost::ExpByte];
    const bool is_limited = creates() && schedule_.has(Rule::InitcodeLimit);
    return !is_limited ||
           operand(2).low64() <= static_cast<uint64_t>(schedule_[Cost::MaxInitcodeSize]);
  }

  bool add_memory() {
    uint64_t end = frame_.memory_size;
    for (const Reach& row : kReaches) {
      if (row.opcode != opcode_)
        continue;
      const U256 size = row.size == kFixed ? U256{row.fixed} : operand(row.size);
      if (size.is_zero())
        continue;
      const U256& offset = operand(row.offset);
      if (!size.fits_u64() || size.low64() >= kHopeless || !offset.fits_u64() ||
          offset.low64() >= kHopeless)
        return false;
      end = std::max(end, offset.low64() + size.low64());
    }
    price_ += memory_price(end) - memory_price(frame_.memory_size);
    return true;
  }

  [[nodiscard]] int64_t memory_price(uint64_t bytes) const {
    const uint64_t words = (bytes + 31) / 32;
    // Below 2^33 words, so the square fits.
    return static_cast<int64_t>(words) * schedule_[Cost::MemoryWord] +
           static_cast<int64_t>(words * words /
                                static_cast<uint64_t>(schedule_[Cost::MemoryQuadDivisor]));
  }

  bool add_state() {
    switch (opcode_) {
    case OP_BALANCE:
    case OP_EXTCODESIZE:
    case OP_EXTCODECOPY:
    case OP_EXTCODEHASH:
      return add_access(operand(0), Cost::ColdAccount);
    case OP_SLOAD: {
      runtime::Slot* slot = nullptr;
      return add_slot_access(Cost::ColdSlot, slot);
    }
    case OP_SSTORE:
      return add_sstore();
    case OP_SELFDESTRUCT:
      return !frame_.message.is_static && add_access(operand(0), Cost::ColdAccountFull) &&
             add_heir();
    case OP_CALL: {
      const bool sends_value = !operand(2).is_zero();
      if ((sends_value && frame_.message.is_static) || !add_access(operand(1), Cost::ColdAccount))
        return false;
      add_value();
      return (!sends_value && schedule_.has(Rule::StateClearing)) ||
             add_new_account(operand(1), schedule_[Cost::NewAccount]);
    }
    case OP_CALLCODE:
      add_value();
      return add_access(operand(1), Cost::ColdAccount);
    case OP_DELEGATECALL:
    case OP_STATICCALL:
      return add_access(operand(1), Cost::ColdAccount);
    default:
      return true;
    }
  }

  /// Only the place is looked at, which the instruction would do itself.
  bool add_access(const U256& address, Cost cold) {
    Account* account = nullptr;
    if (!schedule_.has(Rule::AccessLists))
      return true;
    if (journal_.locate(to_address(address), account) != Status::Success)
      return false;
    if (!account->is_warm())
      price_ += schedule_[cold];
    return true;
  }

  bool add_slot_access(Cost cold, runtime::Slot*& slot) {
    if (journal_.locate_slot(*frame_.account, operand(0), slot) != Status::Success)
      return false;
    if (!slot->warm)
      price_ += schedule_[cold];
    return true;
  }

  bool add_sstore() {
    runtime::Slot* slot = nullptr;
    if (frame_.message.is_static || gas_ <= schedule_[Cost::SstoreSentry] ||
        !add_slot_access(Cost::ColdSlotFull, slot))
      return false;
    if (!reads_ahead(schedule_[Cost::SstoreSet], Cost::SstoreSet))
      return true;
    if (journal_.read_slot(*frame_.account, operand(0), *slot) != Status::Success)
      return false;
    const U256& value = operand(1);
    if (schedule_.has(Rule::NetGasMetering)) {
      price_ +=
          runtime::net_price(schedule_, runtime::Journal::original(*frame_.account, *slot),
                             slot->current, value, [](const U256& word) { return word.is_zero(); })
              .gas;
    } else {
      price_ += schedule_[slot->current.is_zero() && !value.is_zero() ? Cost::SstoreSet
                                                                      : Cost::SstoreReset];
    }
    return true;
  }

  void add_value() {
    if (!operand(2).is_zero())
      price_ += schedule_[Cost::CallValue];
  }

  /// The heir of a SELFDESTRUCT is paid for from EIP-150 on, and from EIP-161 on only where
  /// something is left to it.
  bool add_heir() {
    if (!schedule_.has(Rule::SelfdestructNewAccount))
      return true;
    if (journal_.load(*frame_.account) != Status::Success)
      return false;
    return (schedule_.has(Rule::StateClearing) && frame_.account->now.balance.is_zero()) ||
           add_new_account(operand(0), schedule_[Cost::NewAccount] + schedule_[Cost::AccountWrite]);
  }

  bool add_new_account(const U256& address, int64_t price) {
    if (price == 0 || !reads_ahead(price, Cost::NewAccount))
      return true;
    Account* account = nullptr;
    if (journal_.load(to_address(address), account) != Status::Success)
      return false;
    price_ += journal_.is_dead(*account) ? price : 0;
    return true;
  }

  /// Whether to look at the state for whether `price` is asked for, with the state gas of `cost`:
  /// only where it may not be there, and from EIP-7928 on only where what comes before is, so that
  /// a trace reads no more than a run.
  [[nodiscard]] bool reads_ahead(int64_t price, Cost cost) const {
    const int64_t left = gas_ - price_;
    if (left < 0 && schedule_.has(Rule::BlockAccessLists))
      return false;
    return left < price || left - price < schedule_.state(cost) - frame_.state_gas.left;
  }

  const Frame& frame_;
  const gas::Schedule& schedule_;
  runtime::Journal& journal_;
  uint8_t opcode_;
  int64_t gas_;
  int64_t price_ = 0;
};

} // namespace

OpcodePrice opcode_price(const Frame& frame, int64_t gas) {
  const gas::Schedule& schedule = *frame.schedule;
  const uint8_t opcode = frame.code->bytes[frame.pc];
  const bool is_evm = frame.code->vm == Vm::Evm;
  const frontend::OpcodeInfo& row = (is_evm ? kOpcodes : frontend::zvm::kOpcodes)[opcode];
  if (!row.is_defined(schedule))
    return {0, true};
  const int64_t fixed = schedule[row.cost];
  if (!is_evm || frame.top - frame.stack < row.pops || gas < fixed)
    return {fixed, false};
  const std::optional<int64_t> rest = Dynamic{frame, opcode, gas - fixed}.price();
  return {fixed + rest.value_or(0), rest.has_value()};
}

} // namespace zvm::cli
