#include "tests/support/evmc_host.hpp"

#include <algorithm>
#include <utility>

namespace zvm::test::evmc {
namespace {

using gas::Cost;
using gas::Rule;
using runtime::Account;
using runtime::Journal;
using runtime::Slot;

constexpr int32_t number(Status status) {
  constexpr int32_t kNumbers[] = {
#define STATUS(name, kind, evmc, text) evmc,
#include "base/status.def"
#undef STATUS
  };
  return kNumbers[static_cast<size_t>(status)];
}

/// A static call is a call with a flag.
Kind kind_of(CallKind kind) {
  constexpr Kind kKinds[] = {kCall, kCallCode, kDelegateCall, kCall, kCreate, kCreate2};
  return kKinds[static_cast<size_t>(kind)];
}
bool creates(const Message& m) { return m.kind == kCreate || m.kind == kCreate2; }

Result ended(Status status, int64_t gas_left = 0) {
  Result result;
  result.status = number(status);
  result.gas_left = gas_left;
  return result;
}

void release(Result& result) {
  if (result.release != nullptr)
    result.release(&result);
  result.release = nullptr;
}

void set_output(Result& result, ByteView bytes) {
  auto* copy = new uint8_t[bytes.size()];
  std::ranges::copy(bytes, copy);
  result.output = copy;
  result.output_size = bytes.size();
  result.release = [](const Result* r) { delete[] r->output; };
}

} // namespace

struct Host::Callbacks {
  static Host& host(void* context) { return *static_cast<Host*>(context); }

  static bool account_exists(void* context, const Address* address) {
    return !host(context).is_absent(host(context).account(*address));
  }
  static Bytes32 get_storage(void* context, const Address* address, const Bytes32* key) {
    Host& h = host(context);
    return to_bytes32(h.slot(h.account(*address), to_word(*key)).current);
  }
  static Stored set_storage(void* context, const Address* address, const Bytes32* key,
                            const Bytes32* value) {
    Host& h = host(context);
    Account& owner = h.account(*address);
    Slot& place = h.slot(owner, to_word(*key));
    const U256 word = to_word(*value);
    const Stored what = stored(Journal::original(owner, place), place.current, word);
    if (!(place.current == word))
      h.check(h.journal_.set_storage(owner, place, word));
    return what;
  }
  static Bytes32 get_balance(void* context, const Address* address) {
    return to_bytes32(host(context).account(*address).now.balance);
  }
  static uint64_t get_nonce(void* context, const Address* address) {
    return host(context).account(*address).now.nonce;
  }
  static ByteView code(Host& h, const Address& address) {
    Account& owner = h.account(address);
    h.check(h.journal_.load_code(owner));
    return owner.code;
  }
  static size_t get_code_size(void* context, const Address* address) {
    return code(host(context), *address).size();
  }
  static Bytes32 get_code_hash(void* context, const Address* address) {
    const Account& owner = host(context).account(*address);
    return owner.now.is_empty() ? Bytes32{} : owner.now.code_hash;
  }
  static size_t copy_code(void* context, const Address* address, size_t offset, uint8_t* target,
                          size_t size) {
    const ByteView bytes = code(host(context), *address);
    if (offset >= bytes.size())
      return 0;
    const ByteView part = bytes.subspan(offset, std::min(size, bytes.size() - offset));
    std::ranges::copy(part, target);
    return part.size();
  }
  static bool self_destruct(void* context, const Address* address, const Address* beneficiary) {
    Host& h = host(context);
    Account& self = h.account(*address);
    Account& heir = h.account(*beneficiary);
    const bool goes = !h.schedule_.has(Rule::SelfdestructSameTx) || self.has(Account::kCreated);
    const bool first = !self.has(Account::kDestructed);
    h.check(h.journal_.transfer(self, heir, U256{self.now.balance}));
    if (goes) {
      h.check(h.journal_.set_balance(self, {}));
      h.check(h.journal_.destruct(self));
    }
    return goes && first;
  }
  static Result call(void* context, const Message* message) { return host(context).call(*message); }
  static TxContext get_tx_context(void* context) { return host(context).context_; }
  static Bytes32 get_block_hash(void* context, int64_t block_number) {
    Host& h = host(context);
    Bytes32 hash;
    if (h.block.block_hash != nullptr) {
      h.check(
          h.block.block_hash(h.block.block_hash_user, static_cast<uint64_t>(block_number), hash));
    }
    return hash;
  }
  static void emit_log(void* context, const Address* address, const uint8_t* data, size_t size,
                       const Bytes32* topics, size_t topic_count) {
    U256 words[4];
    for (size_t i = 0; i < topic_count; ++i)
      words[i] = to_word(topics[i]);
    Host& h = host(context);
    h.check(h.journal_.add_log(*address, {words, topic_count}, {data, size}));
  }
  static Access access_account(void* context, const Address* address) {
    Host& h = host(context);
    Account* place = nullptr;
    h.check(h.journal_.locate(*address, place));
    if (place == nullptr || place->is_warm())
      return kWarm;
    h.check(h.journal_.load(*place));
    h.check(h.journal_.warm(*place));
    return kCold;
  }
  static Access access_storage(void* context, const Address* address, const Bytes32* key) {
    Host& h = host(context);
    Account& owner = h.account(*address);
    Slot& place = h.slot(owner, to_word(*key));
    if (place.warm)
      return kWarm;
    h.check(h.journal_.warm_slot(owner, place));
    return kCold;
  }
  static Bytes32 get_transient_storage(void* context, const Address* address, const Bytes32* key) {
    Host& h = host(context);
    U256 value;
    h.check(h.journal_.get_transient(h.account(*address), to_word(*key), value));
    return to_bytes32(value);
  }
  static void set_transient_storage(void* context, const Address* address, const Bytes32* key,
                                    const Bytes32* value) {
    Host& h = host(context);
    h.check(h.journal_.set_transient(h.account(*address), to_word(*key), to_word(*value)));
  }

  static constexpr HostInterface kTable{
      account_exists,        get_storage,          set_storage, get_balance,    get_nonce,
      get_code_size,         get_code_hash,        copy_code,   self_destruct,  call,
      get_tx_context,        get_block_hash,       emit_log,    access_account, access_storage,
      get_transient_storage, set_transient_storage};
};

Host::Host(Vm& vm, Revision revision)
    : vm_(vm), revision_(revision), schedule_(gas::make_evm_schedule(revision)),
      precompiles_(runtime::ethereum_precompiles(revision)) {}

Host::~Host() { release(last_); }

Status Host::execute(runtime::StateStore& store, const runtime::Message& m, Result& result) {
  release(last_);
  failed_ = false;
  journal_.begin(store, schedule_, precompiles_.addresses());
  context_ = {};
  context_.gas_price = to_bytes32(tx.gas_price);
  context_.origin = tx.origin;
  context_.coinbase = block.coinbase;
  context_.number = static_cast<int64_t>(block.number);
  context_.timestamp = static_cast<int64_t>(block.timestamp);
  context_.gas_limit = static_cast<int64_t>(block.gas_limit);
  context_.prev_randao = to_bytes32(block.prev_randao);
  context_.chain_id = to_bytes32(block.chain_id);
  context_.base_fee = to_bytes32(block.base_fee);
  context_.blob_base_fee = to_bytes32(block.blob_base_fee);
  context_.blob_hashes = tx.blob_hashes.data();
  context_.blob_hash_count = tx.blob_hashes.size();
  if (schedule_.has(Rule::AccessLists)) {
    Callbacks::access_account(this, &m.sender);
    Callbacks::access_account(this, &m.recipient);
    if (schedule_.has(Rule::WarmCoinbase))
      Callbacks::access_account(this, &block.coinbase);
  }
  Message message;
  message.kind = kind_of(m.kind);
  message.flags = (m.is_static ? kStatic : 0u) | (m.is_delegated ? kDelegated : 0u);
  message.gas = m.gas;
  message.recipient = m.recipient;
  message.sender = m.sender;
  message.input = m.input.data();
  message.input_size = m.input.size();
  message.value = to_bytes32(m.value);
  message.code_address = m.code_address;
  last_ = call(message);
  result = last_;
  return failed_ ? Status::HostError : Status::Success;
}

Account& Host::account(const Address& address) {
  Account* found = nullptr;
  check(journal_.load(address, found));
  return found != nullptr ? *found : nowhere_;
}

Slot& Host::slot(Account& owner, const U256& key) {
  Slot* found = nullptr;
  check(journal_.load_slot(owner, key, found));
  return found != nullptr ? *found : no_slot_;
}

bool Host::is_absent(const Account& a) const { return journal_.is_dead(a); }

Result Host::call(const Message& message) {
  if (creates(message) && message.depth != 0) {
    Account& creator = account(message.sender);
    check(journal_.set_nonce(creator, creator.now.nonce + 1));
  }
  const Journal::Checkpoint checkpoint = journal_.checkpoint();
  Result result = run(message);
  if (result.status != 0)
    journal_.revert_to(checkpoint);
  return result;
}

Result Host::run(const Message& message) {
  Account& recipient = account(message.recipient);
  if (creates(message)) {
    bool collides = false;
    check(journal_.has_collision(recipient, collides));
    if (collides)
      return ended(Status::CreateCollision);
    check(journal_.create(recipient));
  } else {
    check(journal_.touch(recipient));
  }
  if (const U256 value = to_word(message.value);
      (message.kind == kCall || creates(message)) && !value.is_zero())
    check(journal_.transfer(account(message.sender), recipient, value));
  if (creates(message)) {
    Message init = message;
    init.input = nullptr;
    init.input_size = 0;
    const ByteView code{message.input, message.input_size};
    return deploy(recipient, vm_.execute(Callbacks::kTable, this, revision_, init, code));
  }
  if ((message.flags & kDelegated) == 0) {
    if (const runtime::Precompile* precompile = precompiles_.find(message.code_address))
      return run_precompile(*precompile, message);
  }
  const ByteView code = Callbacks::code(*this, message.code_address);
  if (code.empty())
    return ended(Status::Success, message.gas);
  return vm_.execute(Callbacks::kTable, this, revision_, message, code);
}

Result Host::run_precompile(const runtime::Precompile& precompile, const Message& message) {
  const ByteView input{message.input, message.input_size};
  const uint64_t cost = runtime::gas_cost(precompile, input);
  if (cost > static_cast<uint64_t>(message.gas))
    return ended(Status::OutOfGas);
  Buffer output;
  runtime::PrecompileContext context;
  const Status status = runtime::run(precompile, input, output, context);
  if (is_host(status))
    check(status);
  if (status != Status::Success)
    return ended(Status::PrecompileFailure);
  Result result = ended(Status::Success, message.gas - static_cast<int64_t>(cost));
  set_output(result, output.view());
  return result;
}

/// What init code returned becomes the account's code (EIP-2, 170, 3541).
Result Host::deploy(Account& created, Result result) {
  if (result.status != 0)
    return result;
  const ByteView code{result.output, result.output_size};
  const auto deposit = static_cast<int64_t>(code.size()) * schedule_[Cost::CodeByte];
  Status status = Status::Success;
  if (!code.empty() && code[0] == 0xef && schedule_.has(Rule::RejectEF))
    status = Status::InvalidCode;
  else if (code.size() > static_cast<uint64_t>(schedule_[Cost::MaxCodeSize]))
    status = Status::CodeTooLarge;
  else if (result.gas_left < deposit && schedule_.has(Rule::CreateNeedsDeposit))
    status = Status::OutOfGas;
  Result settled = ended(status, status == Status::Success ? result.gas_left : 0);
  if (status == Status::Success) {
    settled.gas_refund = result.gas_refund;
    if (result.gas_left >= deposit) {
      settled.gas_left -= deposit;
      check(journal_.set_code(created, code));
    }
  }
  release(result);
  return settled;
}

} // namespace zvm::test::evmc
