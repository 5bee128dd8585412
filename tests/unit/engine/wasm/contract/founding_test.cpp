// EVM, ZVM and WASM contracts beside each other: deployed, calling each other in all directions,
// failing.
#include "engine/wasm/module.hpp"
#include "tests/support/relays.hpp"

namespace zvm::test {
namespace {

/// Deploys the contract of one VM and has one of another call it, with value, in every way.
void deploy_and_call(Relays& world, Vm callee, Vm caller) {
  const Outcome made = world.deploy(relay_init_of(callee), 5);
  ASSERT_EQ(made.status, Status::Success);
  EXPECT_EQ(world.balance(made.created), 5);
  EXPECT_EQ(world.machine->engine().detect(world.code(made.created)).vm, callee);

  const Address self = address_of(caller);
  const Outcome called =
      world.call(caller, forward(kPlainCall, made.created, input({kContext}), 3), 1);
  ASSERT_EQ(called.status, Status::Success);
  EXPECT_EQ(called.word(0), answer(caller, 0));
  EXPECT_EQ(called.word(1), to_word(made.created));
  EXPECT_EQ(called.word(2), to_word(self));
  EXPECT_EQ(called.word(3), 3);
  EXPECT_EQ(world.balance(made.created), 8);

  const Outcome stored = world.call(caller, forward(kPlainCall, made.created, input({kStore, 42})));
  EXPECT_EQ(stored.word(0), answer(caller, 0));
  EXPECT_EQ(world.slot(made.created, 7), 42);
}

// "Deploy ZVM contract, call from WASM"
TEST(WasmContracts, DeployZvmContractCallFromWasm) {
  in_all_tiers([](Relays& world) { deploy_and_call(world, Vm::Zvm, Vm::Wasm); });
}

// "Deploy WASM contract, call from ZVM"
TEST(WasmContracts, DeployWasmContractCallFromZvm) {
  in_all_tiers([](Relays& world) {
    deploy_and_call(world, Vm::Wasm, Vm::Zvm);
    // Its _constructor ran, once, and the module itself is what is stored.
    const Outcome made = world.deploy(wasm_relay());
    EXPECT_EQ(world.slot(made.created, 1), 7);
    EXPECT_EQ(world.code(made.created), wasm_relay());
    EXPECT_EQ(made.output.size(), 0u);
  });
}

// "Gas metering across both engines"
TEST(WasmContracts, GasMeteringAcrossBothEngines) {
  in_all_tiers([](Relays& world) {
    for (const Vm caller : kVms) {
      for (const Vm callee : kVms) {
        SCOPED_TRACE(std::string{vm_text(caller)} + " calls " + vm_text(callee));
        const Bytes data = forward(kPlainCall, address_of(callee), input({kContext}));
        const Outcome plenty = world.call(caller, data);
        ASSERT_EQ(plenty.status, Status::Success);
        EXPECT_EQ(plenty.word(0), answer(caller, 0));
        // One counter: what is used does not depend on what there is, and a unit less than is
        // needed is too little.
        for (const int64_t gas : {2 * Relays::kGas, kPlentyOfGas, INT64_MAX})
          EXPECT_EQ(world.call(caller, data, 0, gas).gas, plenty.gas) << gas;
        const auto succeeds = [&](int64_t gas) {
          const Outcome o = world.call(caller, data, 0, gas);
          return o.status == Status::Success && o.word(0) == answer(caller, 0);
        };
        int64_t too_little = plenty.gas - 1, enough = plenty.gas * 2;
        EXPECT_FALSE(succeeds(too_little));
        EXPECT_TRUE(succeeds(enough));
        while (enough - too_little > 1) {
          const int64_t middle = (enough + too_little) / 2;
          (succeeds(middle) ? enough : too_little) = middle;
        }
        EXPECT_EQ(world.call(caller, data, 0, enough).gas, plenty.gas);
        // A callee that loops takes what it was given and no more.
        const Bytes loop = forward(kPlainCall, address_of(callee), input({kLoop}), 0, 50'000);
        const Outcome looped = world.call(caller, loop);
        EXPECT_EQ(looped.status, Status::Success);
        EXPECT_EQ(looped.word(0), answer(caller, 2));
        EXPECT_EQ(looped.output.size(), 32u);
        EXPECT_GT(looped.gas, 50'000);
        EXPECT_LT(looped.gas, 50'000 + plenty.gas);
      }
    }
  });
}

// A slot and an account that were touched are warm for whoever comes next, of whatever VM.
TEST(WasmContracts, GasOfSlotsThatAreWarm) {
  in_all_tiers([](Relays& world) {
    for (const Vm first : kVms) {
      // WASM stores in slot 7 of `first`'s account by delegation; then `first` itself pays for a
      // warm slot.
      const Address self = address_of(first);
      const Bytes delegated = forward(kDelegateCall, address_of(Vm::Wasm), input({kStore, 1}));
      const Outcome done = world.call(first, delegated);
      EXPECT_EQ(done.word(0), answer(first, 0));
      EXPECT_EQ(world.slot(self, 7), 1);
      const int64_t again = world.call(first, input({kStore, 1})).gas;
      const int64_t fresh = world.call(first, input({kStore, 2})).gas;
      EXPECT_EQ(fresh - again, 2900 - 100) << vm_text(first);
    }
  });
}

// "Error handling and edge cases"
TEST(WasmContracts, ErrorHandlingAndEdgeCases) {
  in_all_tiers([](Relays& world) {
    const Address wasm = address_of(Vm::Wasm);
    const struct {
      Operation operation;
      Status status;
    } kFailures[] = {{kTrap, Status::Unreachable},
                     {kAnswerOne, Status::Revert},
                     {kBadPointer, Status::MemoryViolation},
                     {kRecurse, Status::StackExhausted},
                     {kLoop, Status::OutOfGas}};
    for (const auto& [operation, status] : kFailures) {
      SCOPED_TRACE(operation);
      const Outcome direct = world.call(Vm::Wasm, input({operation}));
      EXPECT_EQ(direct.status, status);
      EXPECT_TRUE(direct.output.empty());
      if (status == Status::Revert)
        EXPECT_LT(direct.gas, 10'000);
      else
        EXPECT_EQ(direct.gas, Relays::kGas);
      for (const Vm caller : kVms) {
        const Outcome seen =
            world.call(caller, forward(kPlainCall, wasm, input({operation}), 0, 1'000'000));
        EXPECT_EQ(seen.status, Status::Success);
        EXPECT_EQ(seen.word(0), answer(caller, status == Status::Revert ? 1 : 2));
        EXPECT_EQ(seen.output.size(), 32u);
      }
    }
    // Codes 0 to 5. What reverts leaves data; who is not there is a call that succeeds.
    const auto code = [&](const Bytes& data) { return world.call(Vm::Wasm, data).word(0); };
    EXPECT_EQ(code(forward(kPlainCall, address_of(0x404), {})), 0);
    EXPECT_EQ(code(forward(kPlainCall, address_of(Vm::Evm), input({kRevert}))), 1);
    EXPECT_EQ(code(forward(kPlainCall, address_of(Vm::Evm), input({kLoop}), 0, 30'000)), 2);
    EXPECT_EQ(code(forward(kPlainCall, address_of(Vm::Evm), {}, 1'000'000)), 4);
    put_code(world.store, address_of(0xbad), {'Z', 'V', 'M', 'C', 0xff});
    EXPECT_EQ(code(forward(kPlainCall, address_of(0xbad), {})), 5);
    put_code(world.store, address_of(0xbad), {0, 'a', 's', 'm', 1, 0, 0, 0, 0xff});
    EXPECT_EQ(code(forward(kPlainCall, address_of(0xbad), {})), 5);
  });
}

// 3: calls nest 1024 deep, as those of the other VMs; the thread's stack is not what limits them.
TEST(WasmContracts, DepthLimit) {
  run_on_stack(kSmallStack, [] {
    in_all_tiers([](Relays& world) {
      const Outcome done = world.call(Vm::Wasm, input({kDescend}), 0, kPlentyOfGas);
      ASSERT_EQ(done.status, Status::Success);
      EXPECT_EQ(done.word(0), 1024);
      EXPECT_EQ(done.word(1), 3);
    });
  });
}

class Directions : public testing::TestWithParam<std::tuple<Vm, Vm>> {
 protected:
  Vm caller_ = std::get<0>(GetParam()), callee_ = std::get<1>(GetParam());
  Address self_ = address_of(caller_);
  /// Another of the same VM where they are the same.
  Address other_ = address_of(0xe0 + static_cast<uint64_t>(callee_));

  void tell(const std::function<void(Relays&)>& story) {
    in_all_tiers([&](Relays& world) {
      put_code(world.store, other_, relay_of(callee_));
      story(world);
    });
  }
  Outcome forwarded(Relays& world, Kind kind, const Bytes& payload, uint64_t value = 0) {
    Outcome done = world.call(caller_, forward(kind, other_, payload, value));
    EXPECT_EQ(done.status, Status::Success);
    return done;
  }
};

TEST_P(Directions, Value) {
  tell([&](Relays& world) {
    const Outcome done = forwarded(world, kPlainCall, input({kContext}), 10);
    EXPECT_EQ(done.word(0), answer(caller_, 0));
    EXPECT_EQ(done.word(1), to_word(other_));
    EXPECT_EQ(done.word(2), to_word(self_));
    EXPECT_EQ(done.word(3), 10);
    EXPECT_EQ(world.balance(self_), 990);
    EXPECT_EQ(world.balance(other_), 1010);
    // More than there is: the callee never runs.
    const Outcome too_much = forwarded(world, kPlainCall, input({kStore, 1}), 991);
    EXPECT_EQ(too_much.word(0), answer(caller_, 4));
    EXPECT_EQ(world.slot(other_, 7), 0);
  });
}

TEST_P(Directions, Static) {
  tell([&](Relays& world) {
    const Outcome reads = forwarded(world, kStaticCall, input({kContext}));
    EXPECT_EQ(reads.word(0), answer(caller_, 0));
    EXPECT_EQ(reads.word(2), to_word(self_));
    EXPECT_EQ(forwarded(world, kStaticCall, input({kStore, 1})).word(0), answer(caller_, 2));
    EXPECT_EQ(world.slot(other_, 7), 0);
    // It stays static below.
    const Outcome deeper =
        forwarded(world, kStaticCall, forward(kPlainCall, self_, input({kStore, 1}), 0, 100'000));
    EXPECT_EQ(deeper.word(0), answer(caller_, 0));
    EXPECT_EQ(deeper.word(1), answer(callee_, 2));
    EXPECT_EQ(world.slot(self_, 7), 0);
    EXPECT_EQ(forwarded(world, kStaticCall, input({kCreate, 0, 0}, {0})).word(0),
              answer(caller_, 2));
  });
}

TEST_P(Directions, Delegate) {
  tell([&](Relays& world) {
    EXPECT_EQ(forwarded(world, kDelegateCall, input({kStore, 42})).word(0), answer(caller_, 0));
    EXPECT_EQ(world.slot(self_, 7), 42);
    EXPECT_EQ(world.slot(other_, 7), 0);
    const Outcome context =
        world.call(caller_, forward(kDelegateCall, other_, input({kContext})), 77);
    EXPECT_EQ(context.word(1), to_word(self_));
    EXPECT_EQ(context.word(2), to_word(Relays::kSender));
    EXPECT_EQ(context.word(3), 77);
  });
}

TEST_P(Directions, Revert) {
  tell([&](Relays& world) {
    const Outcome done = forwarded(world, kPlainCall, input({kRevert}), 10);
    EXPECT_EQ(done.word(0), answer(caller_, 1));
    EXPECT_EQ(done.word(1), 0xdead);
    EXPECT_EQ(done.output.size(), 64u);
    EXPECT_EQ(world.balance(other_), 1000);
  });
}

TEST_P(Directions, CreateThatReverts) {
  tell([&](Relays& world) {
    // EVM init code: REVERT with 32 bytes.
    const Outcome done = world.call(caller_, input({kCreate, 9, 0}, {0x60, 0x20, 0x5f, 0xfd}));
    EXPECT_EQ(done.status, Status::Success);
    EXPECT_EQ(done.word(0), 1);
    EXPECT_EQ(done.word(1), 0);
    EXPECT_EQ(done.output.size(), 96u);
    EXPECT_EQ(world.balance(self_), 1000);
  });
}

TEST_P(Directions, Create) {
  tell([&](Relays& world) {
    for (const uint64_t salt : {0, 5}) {
      const Bytes init = relay_init_of(callee_);
      const Outcome done = world.call(caller_, input({kCreate, 9, salt}, init));
      ASSERT_EQ(done.status, Status::Success);
      EXPECT_EQ(done.word(0), 0);
      const Address made = to_address(done.word(1));
      EXPECT_EQ(made, salt == 0 ? runtime::create_address(self_, 1)
                                : runtime::create2_address(self_, salt, init));
      EXPECT_EQ(done.output.size(), 64u);
      EXPECT_EQ(world.balance(made), 9);
      EXPECT_EQ(world.machine->engine().detect(world.code(made)).vm, callee_);
      const Outcome called = world.call(caller_, forward(kPlainCall, made, input({kContext})));
      EXPECT_EQ(called.word(0), answer(caller_, 0));
      EXPECT_EQ(called.word(1), to_word(made));
      // The same address again is taken.
      if (salt != 0) {
        const Outcome again = world.call(caller_, input({kCreate, 9, salt}, init));
        EXPECT_EQ(again.status, Status::Success);
        EXPECT_NE(again.word(0), 0);
        EXPECT_EQ(again.word(1), 0);
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(WasmContracts, Directions,
                         testing::Combine(testing::ValuesIn(kVms), testing::ValuesIn(kVms)),
                         [](const auto& info) {
                           return std::string{vm_text(std::get<0>(info.param))} + "Calls" +
                                  vm_text(std::get<1>(info.param));
                         });

// WASM calls another VM, which calls the same WASM contract: memory is fresh, storage is not.
TEST(WasmContracts, Reentrancy) {
  in_all_tiers([](Relays& world) {
    const Address wasm = address_of(Vm::Wasm);
    uint64_t counted = 0;
    for (const Vm between : kVms) {
      const Address other = address_of(0xe0 + static_cast<uint64_t>(between));
      put_code(world.store, other, relay_of(between));
      const Bytes inner = forward(kPlainCall, wasm, input({kCount}));
      const Outcome done =
          world.call(Vm::Wasm, forward(kPlainCall, other, inner, 0, kAllGas, kCount));
      ASSERT_EQ(done.status, Status::Success);
      EXPECT_EQ(done.word(0), 1);
      EXPECT_EQ(done.word(1), counted + 1);
      EXPECT_EQ(done.word(2), 1);
      EXPECT_EQ(done.word(3), counted + 2);
      EXPECT_EQ(done.word(4), 0);
      EXPECT_EQ(done.word(5), answer(between, 0));
      EXPECT_EQ(done.word(6), 1);
      EXPECT_EQ(done.word(7), counted + 2);
      counted += 2;
    }
  });
}

// The memories of all messages together are what the host's limit is for.
TEST(WasmContracts, MemoryLimit) {
  const auto module = engine::wasm::Module::load(wasm_relay()).value();
  const uint64_t each = module->decoded().memories[0].limits.min * runtime::kPage;
  in_all_tiers([&](Relays& world) {
    const auto descend = [&](uint64_t limit) {
      world.machine->limits().memory = limit;
      return world.call(Vm::Wasm, input({kDescend}), 0, kPlentyOfGas).status;
    };
    EXPECT_EQ(descend(1025 * each - 1), Status::HostError);
    EXPECT_EQ(descend(1025 * each), Status::Success);
    EXPECT_EQ(descend(each - 1), Status::HostError);
    EXPECT_EQ(descend(1025 * each), Status::Success); // all of it is back
  });
}

/// EVM init code that returns the bytes behind it.
Bytes returning(const Bytes& code) {
  const auto size = static_cast<uint16_t>(code.size());
  Bytes init = {0x61,
                static_cast<uint8_t>(size >> 8),
                static_cast<uint8_t>(size),
                0x80,
                0x60,
                10,
                0x3d,
                0x39,
                0x3d,
                0xf3};
  init.insert(init.end(), code.begin(), code.end());
  return init;
}

// Init code of another VM may return a module. It must keep the rules; nothing of it has run yet.
TEST(WasmContracts, DeployedByOtherInitCode) {
  in_all_tiers([](Relays& world) {
    const Outcome made = world.deploy(returning(wasm_relay()));
    ASSERT_EQ(made.status, Status::Success);
    EXPECT_EQ(world.code(made.created), wasm_relay());
    EXPECT_EQ(world.slot(made.created, 1), 0);
    const Outcome called = world.call(made.created, input({kContext}));
    EXPECT_EQ(called.word(0), to_word(made.created));
    const Outcome broken = world.deploy(returning({0, 'a', 's', 'm', 1, 0, 0, 0}));
    EXPECT_EQ(broken.status, Status::InvalidCode);
    EXPECT_EQ(broken.gas, Relays::kGas);
  });
}

// Without the VM the bytes are what they are to the others: a STOP and what nobody reads.
TEST(WasmContracts, OnlyWhereTheEngineHasThem) {
  const auto engine = engine::Engine::create({.vms = {.evm = true, .zvm = true}}).value();
  EXPECT_EQ(engine.detect(wasm_relay()).vm, Vm::Evm);
  EXPECT_EQ(fault_engine(engine::Tier::Auto).detect(wasm_relay()).vm, Vm::Wasm);
}

TEST(WasmContracts, Events) {
  in_all_tiers([](Relays& world) {
    const Outcome done = world.call(Vm::Wasm, input({kEvent, 8, 9}, {1, 2, 3}));
    ASSERT_EQ(done.status, Status::Success);
    const runtime::Journal& journal = world.machine->journal();
    ASSERT_EQ(journal.log_count(), 1u);
    const runtime::LogView log = journal.log(0);
    EXPECT_EQ(log.address, address_of(Vm::Wasm));
    ASSERT_EQ(log.topics.size(), 2u);
    EXPECT_EQ(log.topics[0], 8);
    EXPECT_EQ(log.topics[1], 9);
    EXPECT_EQ(Bytes(log.data.begin(), log.data.end()), (Bytes{1, 2, 3}));
  });
}

} // namespace
} // namespace zvm::test
