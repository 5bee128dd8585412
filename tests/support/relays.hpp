// The same contract for each VM, and a world in which they call each other: relay.c, relay.zasm.
#pragma once

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "base/uint256_text.hpp"
#include "frontend/zvm/container.hpp"
#include "runtime/call/address.hpp"
#include "tests/support/fault_world.hpp"

namespace zvm::test {

using Bytes = std::vector<uint8_t>;

/// What relays do; the first word of their input.
enum Operation : uint8_t {
  kContext,
  kStore,
  kRevert,
  kLoop,
  kForward,
  kCreate,
  kCount, // from here on only the WASM one
  kTrap,
  kAnswerOne,
  kBadPointer,
  kDescend,
  kEvent,
  kRecurse,
};
enum Kind : uint8_t { kPlainCall, kStaticCall, kDelegateCall };

/// The content of a file beside this one.
[[nodiscard]] std::string text_of(const std::string& name);
inline Bytes wasm_relay() {
  std::string digits = text_of("relay.hex");
  std::erase(digits, '\n');
  return parse_hex(digits).value();
}

inline constexpr Vm kVms[] = {Vm::Evm, Vm::Zvm, Vm::Wasm};
inline const char* vm_text(Vm vm) {
  constexpr const char* kTexts[] = {"Evm", "Zvm", "Wasm"};
  return kTexts[static_cast<size_t>(vm)];
}

/// The code as it is stored.
inline Bytes relay_of(Vm vm) {
  if (vm == Vm::Wasm)
    return wasm_relay();
  return assembled((vm == Vm::Zvm ? ".container zvm\n" : "") + text_of("relay.zasm"));
}
/// Init code that deploys it.
inline Bytes relay_init_of(Vm vm) {
  if (vm == Vm::Wasm)
    return wasm_relay();
  return assembled(std::string{vm == Vm::Zvm ? ".container zvm\n" : ""} +
                   "PUSH @relay.size PUSH @relay PUSH 0 CODECOPY PUSH @relay.size PUSH 0 RETURN\n"
                   ".begin relay\n" +
                   text_of("relay.zasm") + ".end\n");
}

inline Bytes input(std::initializer_list<U256> words, const Bytes& payload = {}) {
  Bytes bytes;
  for (const U256& word : words) {
    bytes.resize(bytes.size() + 32);
    word.store_be(bytes.data() + bytes.size() - 32);
  }
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}
inline constexpr uint64_t kAllGas = UINT64_MAX;
inline Bytes forward(Kind kind, const Address& to, const Bytes& payload, uint64_t value = 0,
                     uint64_t gas = kAllGas, Operation operation = kForward) {
  return input({operation, kind, to_word(to), value, gas}, payload);
}

inline Address address_of(Vm vm) { return address_of(0xc0 + static_cast<uint64_t>(vm)); }

struct Outcome {
  Status status = Status::Success;
  int64_t gas = 0; ///< used
  Bytes output{};
  Address created{};

  [[nodiscard]] U256 word(size_t index) const {
    return output.size() < 32 * (index + 1) ? ~U256{} : U256::load_be(output.data() + 32 * index);
  }
};

/// A relay of each VM, a thousand wei each, and a machine of one tier.
class Relays {
 public:
  explicit Relays(engine::Tier tier) : machine(fault_machine(fault_engine(tier))) {
    put_code(store, kSender, {});
    for (const Vm vm : kVms)
      put_code(store, address_of(vm), relay_of(vm));
  }

  /// Everything that happens is kept in `transcript`, to be compared with what happens elsewhere.
  Outcome send(runtime::Message message) {
    runtime::MessageResult result;
    Outcome out;
    const Status status = machine->execute(store, message, true, result);
    out = {status == Status::Success ? result.status : status,
           message.gas - result.gas_left,
           {result.output.begin(), result.output.end()},
           result.created};
    transcript += std::string{name(out.status)} + " " + std::to_string(out.gas) + " " +
                  to_hex(out.output) + "\n" + dump(store);
    return out;
  }
  Outcome call(const Address& to, const Bytes& data, uint64_t value = 0, int64_t gas = kGas) {
    runtime::Message m;
    m.gas = gas;
    m.sender = kSender;
    m.recipient = m.code_address = to;
    m.value = value;
    m.input = data;
    return send(m);
  }
  Outcome call(Vm vm, const Bytes& data, uint64_t value = 0, int64_t gas = kGas) {
    return call(address_of(vm), data, value, gas);
  }
  Outcome deploy(const Bytes& init_code, uint64_t value = 0, int64_t gas = kGas) {
    runtime::Message m;
    m.kind = CallKind::Create;
    m.gas = gas;
    m.sender = kSender;
    m.recipient = m.code_address = address_of(0xd000 + deployed_++);
    m.value = value;
    m.input = init_code;
    return send(m);
  }
  U256 slot(const Address& address, const U256& key) {
    U256 value;
    EXPECT_EQ(store.read_slot(address, key, value), runtime::ReadStatus::Ok);
    return value;
  }
  U256 balance(const Address& address) {
    runtime::AccountRecord record;
    bool exists = false;
    EXPECT_EQ(store.read_account(address, record, exists), runtime::ReadStatus::Ok);
    return record.balance;
  }
  Bytes code(const Address& address) {
    runtime::AccountRecord record;
    bool exists = false;
    ByteView bytes;
    EXPECT_EQ(store.read_account(address, record, exists), runtime::ReadStatus::Ok);
    if (exists) {
      EXPECT_EQ(store.read_code(address, record.code_hash, bytes), runtime::ReadStatus::Ok);
    }
    return {bytes.begin(), bytes.end()};
  }

  static constexpr int64_t kGas = 10'000'000;
  inline static const Address kSender = address_of(0xcafe);

  runtime::MemoryStore store;
  std::unique_ptr<engine::Machine> machine;
  std::string transcript;

 private:
  uint64_t deployed_ = 0;
};

/// Tells the story in each tier; they must not differ in anything.
template <typename Story>
void in_all_tiers(const Story& story) {
  std::string first;
  for (const engine::Tier tier :
       {engine::Tier::Step, engine::Tier::Interp, engine::Tier::Asmjit, engine::Tier::Auto}) {
    SCOPED_TRACE(engine::name(tier));
    Relays world{tier};
    story(world);
    if (first.empty())
      first = world.transcript;
    EXPECT_EQ(first, world.transcript);
  }
}

/// What a caller of this VM gets as the answer: 1 for success in the EVM and the ZVM, 0 in WASM.
inline U256 answer(Vm caller, uint64_t code) {
  return caller == Vm::Wasm ? code : uint64_t{code == 0};
}

} // namespace zvm::test
