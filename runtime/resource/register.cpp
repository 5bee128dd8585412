#include "runtime/resource/register.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/host_failure.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/host_journal.hpp"
#include "runtime/resource/capability.hpp"
#include "runtime/resource/operation.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;

/// Bytes that are hashed one behind the other; they are of a known number.
template <size_t kSize>
class Text {
 public:
  Text& operator<<(ByteView bytes) {
    ZVM_ASSERT(bytes.size() <= kSize - size_);
    std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return *this;
  }
  Text& operator<<(std::string_view text) {
    return *this << ByteView{reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }
  [[nodiscard]] Bytes32 hash() const {
    ZVM_ASSERT(size_ == kSize);
    return keccak256(bytes_);
  }

 private:
  std::array<uint8_t, kSize> bytes_;
  size_t size_ = 0;
};

template <typename Number>
std::array<uint8_t, sizeof(Number)> big_endian(Number number) {
  return std::bit_cast<std::array<uint8_t, sizeof(Number)>>(to_big_endian(number));
}

constexpr std::string_view kIdPrefix = "zvm.reg", kNullifierPrefix = "zvm.nf";
constexpr size_t kIdText = kIdPrefix.size() + 20 + 32 + 8 + 32;
constexpr size_t kNullifierText = kNullifierPrefix.size() + 32 + 32;
constexpr size_t kTypeSize = 4;

Status charge_hash(Frame& frame, size_t bytes) {
  ZVM_RETURN_UNLESS_SUCCESS(charge_each(frame, Cost::Keccak, 1));
  return charge_words(frame, Cost::KeccakWord, bytes);
}

/// What data that come from memory cost by their length.
Status admit_data(Frame& frame, ByteView data) {
  return data.size() > kMaxRegisterData ? Status::OutOfGas
                                        : charge_hash(frame, kTypeSize + data.size());
}

/// Counts what the account that runs creates and consumes in this transaction.
Answer count_live(Frame& frame, int change) {
  Journal& journal = frame.execution->journal;
  ZVM_RETURN_UNLESS_OK(charge_each(frame, Cost::Transient, 2));
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_OK(journal.load(kResourceAccount, account));
  const U256 key = to_word(running_account(frame));
  U256 count;
  ZVM_RETURN_UNLESS_OK(journal.get_transient(*account, key, count));
  const int64_t live = static_cast<int64_t>(count.low64()) + change;
  if (live > kMaxLiveRegisters)
    return ResourceCode::LimitReached;
  return journal.set_transient(*account, key, U256{static_cast<uint64_t>(live)});
}

/// Reads a register that is not consumed, and with which the account that runs may do this.
Answer open(Frame& frame, const Bytes32& id, uint32_t capability, Right right, Register& found) {
  ZVM_RETURN_UNLESS_OK(load_register(frame, id, found));
  if (found.status() == RegisterStatus::Consumed)
    return ResourceCode::InvalidState;
  return check_right(frame, id, found.owner(), capability, right);
}

Answer open_active(Frame& frame, const Bytes32& id, uint32_t capability, Right right,
                   Register& found) {
  ZVM_RETURN_UNLESS_OK(open(frame, id, capability, right, found));
  return found.status() == RegisterStatus::Active ? ResourceCode::Ok : ResourceCode::InvalidState;
}

/// Stores a register of the account that runs under a new id. Its section's hash has been paid.
Status store_new(Frame& frame, const Record& record, Bytes32& id) {
  ZVM_RETURN_UNLESS_SUCCESS(charge_hash(frame, kIdText));
  const Address& creator = running_account(frame);
  uint64_t number = 0;
  ZVM_RETURN_UNLESS_SUCCESS(number_register(frame, creator, number));
  const Bytes32 section = keccak256(Register{record.view()}.section());
  Text<kIdText> text;
  text << kIdPrefix << creator.bytes << frame.execution->tx.hash.bytes << big_endian(number)
       << section.bytes;
  id = text.hash();
  return store_register(frame, id, record.view());
}

/// Its nullifier, which is paid here, can be told from the state when the transaction ends.
Status consume(Frame& frame, const Bytes32& id, ByteView successor) {
  ZVM_RETURN_UNLESS_SUCCESS(charge_hash(frame, kNullifierText));
  return store_consumed(frame, id, successor);
}

Status replace(Frame& frame, const Bytes32& id, const Record& record, Bytes32& successor) {
  ZVM_RETURN_UNLESS_SUCCESS(store_new(frame, record, successor));
  return consume(frame, id, successor.bytes);
}

} // namespace

Answer read_register(Frame& frame, const Bytes32& id, uint32_t capability, ByteView& data) {
  return whole_or_nothing(frame, [&]() -> Answer {
    Register found;
    ZVM_RETURN_UNLESS_OK(open(frame, id, capability, Right::Read, found));
    if (found.status() == RegisterStatus::Frozen)
      return ResourceCode::InvalidState;
    data = found.data();
    return ResourceCode::Ok;
  });
}

Answer register_status(Frame& frame, const Bytes32& id, RegisterStatus& status) {
  return whole_or_nothing(frame, [&]() -> Answer {
    Register found;
    const Answer there = load_register(frame, id, found);
    if (there.status != Status::Success)
      return there;
    status = there.is_ok() ? found.status() : RegisterStatus::None;
    return ResourceCode::Ok;
  });
}

Answer create_register(Frame& frame, uint32_t type, ByteView data, Bytes32& id) {
  ZVM_RETURN_UNLESS_OK(admit_data(frame, data));
  return change(frame, [&]() -> Answer {
    ZVM_RETURN_UNLESS_OK(count_live(frame, 1));
    Record record;
    if (!make_record(running_account(frame).bytes, big_endian(type), data, record))
      return out_of_memory();
    return store_new(frame, record, id);
  });
}

Answer update_register(Frame& frame, const Bytes32& id, uint32_t capability, ByteView data,
                       Bytes32& successor) {
  ZVM_RETURN_UNLESS_OK(admit_data(frame, data));
  return change(frame, [&]() -> Answer {
    Register old;
    ZVM_RETURN_UNLESS_OK(open_active(frame, id, capability, Right::Write, old));
    Record record;
    if (!make_record(old.owner(), old.section().first(kTypeSize), data, record))
      return out_of_memory();
    return replace(frame, id, record, successor);
  });
}

Answer transfer_register(Frame& frame, const Bytes32& id, uint32_t capability, const Address& owner,
                         Bytes32& successor) {
  return change(frame, [&]() -> Answer {
    Register old;
    ZVM_RETURN_UNLESS_OK(open_active(frame, id, capability, Right::Admin, old));
    ZVM_RETURN_UNLESS_OK(charge_hash(frame, old.section().size()));
    Record record;
    if (!make_record(owner.bytes, old.section().first(kTypeSize), old.data(), record))
      return out_of_memory();
    return replace(frame, id, record, successor);
  });
}

Answer consume_register(Frame& frame, const Bytes32& id, uint32_t capability, Bytes32& nullifier) {
  return change(frame, [&]() -> Answer {
    Register old;
    ZVM_RETURN_UNLESS_OK(open_active(frame, id, capability, Right::Execute, old));
    ZVM_RETURN_UNLESS_OK(count_live(frame, -1));
    ZVM_RETURN_UNLESS_OK(consume(frame, id, {}));
    nullifier = nullifier_of(id, frame.execution->tx.hash);
    return ResourceCode::Ok;
  });
}

Answer set_register_status(Frame& frame, const Bytes32& id, uint32_t capability, uint32_t status) {
  constexpr auto number = [](RegisterStatus s) { return static_cast<uint32_t>(s); };
  return change(frame, [&]() -> Answer {
    Register found;
    ZVM_RETURN_UNLESS_OK(load_register(frame, id, found));
    // One of the two is Active, the other says whose business it is.
    const uint32_t now = number(found.status());
    const uint32_t other = now == number(RegisterStatus::Active) ? status : now;
    const bool is_lock = other == number(RegisterStatus::Locked);
    const bool is_freeze = other == number(RegisterStatus::Frozen);
    if ((!is_lock && !is_freeze) || (now == other && status != number(RegisterStatus::Active)))
      return ResourceCode::InvalidState;
    ZVM_RETURN_UNLESS_OK(
        check_right(frame, id, found.owner(), capability, is_lock ? Right::Execute : Right::Admin));
    Record record;
    if (!record.try_append(found.record))
      return out_of_memory();
    record[0] = static_cast<uint8_t>(status);
    return store_register(frame, id, record.view());
  });
}

Bytes32 nullifier_of(const Bytes32& id, const Bytes32& transaction) {
  Text<kNullifierText> text;
  text << kNullifierPrefix << id.bytes << transaction.bytes;
  return text.hash();
}

bool collect_nullifiers(const StateDiff& diff, const Bytes32& transaction,
                        Vec<Bytes32>& nullifiers) {
  nullifiers.clear();
  if (diff.kv.empty())
    return true;
  const auto* change = std::ranges::find(diff.accounts, kResourceAccount, &AccountChange::address);
  if (change == diff.accounts.end())
    return true;
  for (const KvChange& kv : diff.kv_of(*change)) {
    // What is consumed does not change any more, so it was this transaction.
    Bytes32 id;
    const ByteView key = diff.key_of(kv), record = diff.value_of(kv);
    if (key.size() != id.bytes.size() || record.empty() ||
        Register{record}.status() != RegisterStatus::Consumed)
      continue;
    std::memcpy(id.bytes.data(), key.data(), key.size());
    if (!nullifiers.try_push(nullifier_of(id, transaction)))
      return false;
  }
  std::ranges::sort(nullifiers.begin(), nullifiers.end());
  return true;
}

} // namespace zvm::runtime
