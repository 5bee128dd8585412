// Registers of contracts that run: over messages, transactions and calls in each other.
#include "engine/wasm/contract/contract.hpp"
#include "runtime/resource/register.hpp"
#include "tests/support/relays.hpp"

namespace zvm::test {
namespace {

using runtime::kResourceAccount;
using runtime::RegisterStatus;

/// What keeper.c does; the first word of its input.
enum Keeping : uint8_t {
  kNew,
  kRead,
  kUpdate,
  kConsume,
  kTransfer,
  kStatus,
  kSetStatus,
  kDelegate,
  kRevoke,
  kNewAndRevert,
};

Bytes keeper() {
  std::string digits = text_of("keeper.hex");
  std::erase(digits, '\n');
  return parse_hex(digits).value();
}

/// Its input: up to five words behind the first, then data.
Bytes asking(Keeping what, std::vector<U256> words = {}, const Bytes& data = {}) {
  words.resize(5);
  return input({U256{what}, words[0], words[1], words[2], words[3], words[4]}, data);
}

const Address kAnna = address_of(0xa00a), kBert = address_of(0xb00b);

void in_all_tiers_with_keepers(const std::function<void(Relays&)>& story) {
  in_all_tiers([&](Relays& world) {
    for (const Address& keeps : {kAnna, kBert})
      put_code(world.store, keeps, keeper());
    story(world);
  });
}

Outcome ask(Relays& world, const Address& keeps, const Bytes& what) {
  Outcome done = world.call(keeps, what);
  EXPECT_EQ(done.status, Status::Success);
  EXPECT_GE(done.output.size(), 64u);
  return done;
}
U256 create(Relays& world, const Address& keeps, const Bytes& data) {
  const Outcome made = ask(world, keeps, asking(kNew, {7}, data));
  EXPECT_EQ(made.word(0), 0);
  return made.word(1);
}
U256 status(Relays& world, const U256& id) {
  return ask(world, kBert, asking(kStatus, {id})).word(0);
}
Bytes data_of(const Outcome& read) { return {read.output.begin() + 64, read.output.end()}; }

TEST(WasmRegisters, ALife) {
  in_all_tiers_with_keepers([](Relays& world) {
    const U256 first = create(world, kAnna, {1, 2, 3});
    EXPECT_EQ(status(world, first), 1);
    Outcome done = ask(world, kAnna, asking(kRead, {first}));
    EXPECT_EQ(done.word(0), 3);
    EXPECT_EQ(data_of(done), (Bytes{1, 2, 3}));
    EXPECT_EQ(ask(world, kBert, asking(kRead, {first})).word(0), ~U256{}); // -1

    done = ask(world, kAnna, asking(kUpdate, {first}, {4}));
    EXPECT_EQ(done.word(0), 0);
    const U256 second = done.word(1);
    EXPECT_EQ(status(world, first), 4);
    done = ask(world, kAnna, asking(kTransfer, {second, 0, to_word(kBert)}));
    EXPECT_EQ(done.word(0), 0);
    const U256 third = done.word(1);
    EXPECT_EQ(ask(world, kAnna, asking(kConsume, {third})).word(0), 1);
    EXPECT_EQ(ask(world, kBert, asking(kSetStatus, {third, 0, 2})).word(0), 0);
    EXPECT_EQ(status(world, third), 2);
    EXPECT_EQ(ask(world, kBert, asking(kConsume, {third})).word(0), 3);
    EXPECT_EQ(ask(world, kBert, asking(kSetStatus, {third, 0, 1})).word(0), 0);
    done = ask(world, kBert, asking(kConsume, {third}));
    EXPECT_EQ(done.word(0), 0);
    EXPECT_EQ(to_bytes32(done.word(1)), runtime::nullifier_of(to_bytes32(third), {}));
    done = ask(world, kBert, asking(kConsume, {third}));
    EXPECT_EQ(done.word(0), 3);
    EXPECT_EQ(done.word(1), 0);
    EXPECT_EQ(status(world, third), 4);
  });
}

TEST(WasmRegisters, Delegated) {
  in_all_tiers_with_keepers([](Relays& world) {
    const U256 id = create(world, kAnna, {1});
    EXPECT_EQ(ask(world, kAnna, asking(kDelegate, {id, 0, 4, to_word(kBert), UINT64_MAX})).word(0),
              1);
    EXPECT_EQ(ask(world, kAnna, asking(kDelegate, {id, 0, 4, to_word(kBert), UINT64_MAX})).word(0),
              2);
    EXPECT_EQ(ask(world, kAnna, asking(kRevoke, {id, 1})).word(0), 0);
    EXPECT_EQ(ask(world, kBert, asking(kConsume, {id, 1})).word(0), 1);
    EXPECT_EQ(ask(world, kBert, asking(kUpdate, {id, 2}, {2})).word(0), 1);
    EXPECT_EQ(ask(world, kBert, asking(kConsume, {id, 2})).word(0), 0);
    EXPECT_EQ(ask(world, kAnna, asking(kConsume, {id})).word(0), 3);
  });
}

TEST(WasmRegisters, UndoneWithTheirMessage) {
  in_all_tiers_with_keepers([](Relays& world) {
    for (const Vm caller : kVms) {
      const Outcome reverted =
          world.call(caller, forward(kPlainCall, kAnna, asking(kNewAndRevert, {7}, {1})));
      EXPECT_EQ(reverted.status, Status::Success);
      EXPECT_EQ(reverted.word(0), answer(caller, 1));
      EXPECT_EQ(reverted.word(1), 0); // it had been created
      EXPECT_EQ(status(world, reverted.word(2)), 0);
      // The same again gets the same id: nothing is left.
      const U256 id = create(world, kAnna, {1});
      EXPECT_EQ(id, reverted.word(2));
      // Without gas enough nothing has happened.
      const Outcome consumed =
          world.call(caller, forward(kPlainCall, kAnna, asking(kConsume, {id}), 0, 4'000));
      EXPECT_EQ(consumed.word(0), answer(caller, 2));
      EXPECT_EQ(status(world, id), 1);
    }
  });
}

TEST(WasmRegisters, StaticMessages) {
  in_all_tiers_with_keepers([](Relays& world) {
    const U256 id = create(world, kAnna, {9});
    ask(world, kAnna, asking(kDelegate, {id, 0, 1, to_word(kBert), UINT64_MAX}));
    const auto ask_static = [&](const Bytes& what) {
      return world.call(Vm::Wasm, forward(kStaticCall, kAnna, what, 0, 1'000'000));
    };
    const Outcome read = ask_static(asking(kRead, {id}));
    EXPECT_EQ(read.word(0), 0);
    EXPECT_EQ(read.word(1), 1);
    EXPECT_EQ(ask_static(asking(kStatus, {id})).word(1), 1);
    for (const Bytes& what : {asking(kNew, {7}), asking(kUpdate, {id}), asking(kConsume, {id}),
                              asking(kTransfer, {id, 0, 1}), asking(kSetStatus, {id, 0, 2}),
                              asking(kDelegate, {id, 0, 1, 1, 1}), asking(kRevoke, {id, 1})})
      EXPECT_EQ(ask_static(what).word(0), 2);
    EXPECT_EQ(status(world, id), 1);
  });
}

/// Code that another account runs does it for that account.
TEST(WasmRegisters, TheAccountThatRuns) {
  in_all_tiers_with_keepers([](Relays& world) {
    const U256 id = create(world, kAnna, {9});
    const auto as_relay = [&](const Bytes& what) {
      return world.call(Vm::Evm, forward(kDelegateCall, kAnna, what));
    };
    EXPECT_EQ(as_relay(asking(kConsume, {id})).word(1), 1);
    const U256 own = as_relay(asking(kNew, {7}, {9})).word(2);
    EXPECT_NE(own, id);
    EXPECT_EQ(ask(world, kAnna, asking(kConsume, {own})).word(0), 1);
    EXPECT_EQ(as_relay(asking(kConsume, {own})).word(1), 0);
  });
}

TEST(WasmRegisters, NullifiersComeWithTheResult) {
  in_all_tiers_with_keepers([](Relays& world) {
    const U256 id = create(world, kAnna, {9});
    runtime::TransactionResult result;
    const auto send = [&](const Bytes& what) {
      EXPECT_EQ(world.machine->call(
                    world.store, {.sender = Relays::kSender, .to = kAnna, .input = what}, result),
                Status::Success);
      EXPECT_EQ(result.status, Status::Success);
    };
    send(asking(kConsume, {id}));
    ASSERT_EQ(result.nullifiers.size(), 1u);
    EXPECT_EQ(to_word(result.nullifiers[0]),
              U256::load_be(result.output.data() + 32)); // what the contract was told
    send(asking(kNew, {7}, {1}));
    EXPECT_TRUE(result.nullifiers.empty());
  });
}

/// The account that has the records is like any other: it can be sent value, and called, and runs
/// nothing.
TEST(WasmRegisters, TheirAccount) {
  in_all_tiers_with_keepers([](Relays& world) {
    const U256 id = create(world, kAnna, {9});
    const Outcome sent =
        world.call(Vm::Evm, forward(kPlainCall, kResourceAccount, asking(kConsume, {id}), 3));
    EXPECT_EQ(sent.word(0), 1);
    EXPECT_EQ(world.balance(kResourceAccount), 3);
    const Outcome touched = world.call(kResourceAccount, {});
    EXPECT_EQ(touched.status, Status::Success);
    EXPECT_EQ(status(world, id), 1);
  });
}

TEST(WasmRegisters, WhereTheyAreNotGranted) {
  engine::wasm::ContractRules rules;
  rules.capabilities &= ~(1u << static_cast<unsigned>(engine::wasm::Capability::Resource));
  const auto refused = engine::wasm::Contract::load(keeper(), rules, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("is not granted on this chain"), std::string::npos);
}

} // namespace
} // namespace zvm::test
