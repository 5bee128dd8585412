// Contracts of docs/examples in several languages: the counters all do the same, and each is built
// as the guide says.
#include <fstream>
#include <sstream>

#include "tests/support/relays.hpp"

namespace zvm::test {
namespace {

std::string read(const std::string& path) {
  std::ifstream stream{ZVM_SOURCE_DIR "/docs/" + path};
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

Bytes module_of(const std::string& source) {
  std::string digits = read("examples/" + source + ".hex");
  std::erase(digits, '\n');
  return parse_hex(digits).value();
}

const Bytes kValue = {0x3f, 0xa4, 0xf2, 0x45}, kReset = {0xd8, 0x26, 0xf8, 0x8f};
Bytes add(const U256& step) {
  Bytes data = {0x10, 0x03, 0xe2, 0xd2};
  const Bytes word = input({step});
  data.insert(data.end(), word.begin(), word.end());
  return data;
}

/// A slot as a line of dump().
std::string slot(uint64_t key, const U256& value) {
  return to_hex(to_bytes32(U256{key})) + " " + to_hex(value) + "\n";
}

class Counter {
 public:
  Counter(Relays& world, const Address& address) : world_(world), address_(address) {}

  Outcome call(const Bytes& data, const Address& sender = Relays::kSender) {
    runtime::Message m;
    m.gas = Relays::kGas;
    m.sender = sender;
    m.recipient = m.code_address = address_;
    m.input = data;
    return world_.send(m);
  }
  /// All there are.
  std::string slots() {
    const std::string prefix = to_hex(address_) + " ";
    std::istringstream lines{dump(world_.store)};
    std::string line, out;
    while (std::getline(lines, line)) {
      if (line.starts_with(prefix + "0x"))
        out.append(line.substr(prefix.size())).append("\n");
    }
    return out;
  }

 private:
  Relays& world_;
  Address address_;
};

class WasmCounters : public testing::TestWithParam<const char*> {};

TEST_P(WasmCounters, DoTheSame) {
  in_all_tiers([&](Relays& world) {
    const Outcome made = world.deploy(module_of(std::string{"counter."} + GetParam()));
    ASSERT_EQ(made.status, Status::Success);
    Counter counter{world, made.created};
    const U256 owner = to_word(Relays::kSender);
    const Address other = address_of(0x07e4);
    EXPECT_EQ(counter.slots(), slot(1, owner));

    const Outcome none = counter.call(kValue);
    EXPECT_EQ(none.status, Status::Success);
    EXPECT_EQ(none.output, input({0}));

    const U256 large = U256{0xfe} << 248;
    const Outcome added = counter.call(add(large), other);
    EXPECT_EQ(added.status, Status::Success);
    EXPECT_EQ(added.output, input({large}));
    const runtime::Journal& journal = world.machine->journal();
    ASSERT_EQ(journal.log_count(), 1u);
    const runtime::LogView log = journal.log(0);
    EXPECT_EQ(log.address, made.created);
    ASSERT_EQ(log.topics.size(), 2u);
    // Keccak-256 of Added(address,uint256).
    EXPECT_EQ(to_hex(log.topics[0]),
              "0x446e00ad56f9b887844f390c87a128507b991ea0499375f13ecb115288c2df7d");
    EXPECT_EQ(log.topics[1], to_word(other));
    EXPECT_EQ(Bytes(log.data.begin(), log.data.end()), input({large}));

    const Outcome more = counter.call(add(7));
    EXPECT_EQ(more.output, input({large + U256{7}}));
    const Outcome overflow = counter.call(add(U256{2} << 248));
    EXPECT_EQ(overflow.status, Status::Revert);
    Bytes panic = {0x4e, 0x48, 0x7b, 0x71};
    const Bytes reason = input({0x11});
    panic.insert(panic.end(), reason.begin(), reason.end());
    EXPECT_EQ(overflow.output, panic);
    EXPECT_EQ(world.machine->journal().log_count(), 0u);
    EXPECT_EQ(counter.slots(), slot(0, large + U256{7}) + slot(1, owner));
    EXPECT_EQ(counter.call(kValue, other).output, input({large + U256{7}}));

    const Outcome refused = counter.call(kReset, other);
    EXPECT_EQ(refused.status, Status::Revert);
    EXPECT_TRUE(refused.output.empty());
    EXPECT_EQ(counter.call(kReset).status, Status::Success);
    EXPECT_EQ(counter.slots(), slot(1, owner));

    for (const Bytes& unknown : {Bytes{}, Bytes{0x10}, Bytes{1, 2, 3, 4}}) {
      const Outcome outcome = counter.call(unknown);
      EXPECT_EQ(outcome.status, Status::Revert);
      EXPECT_TRUE(outcome.output.empty());
    }
  });
}

// AssemblyScript with objects, whose start function is the entry point.
TEST(WasmLanguages, GreeterHasAHeap) {
  in_all_tiers([](Relays& world) {
    const Outcome made = world.deploy(module_of("greeter.ts"));
    ASSERT_EQ(made.status, Status::Success);
    for (const std::string name : {"Ada", "", "\xf0\x9f\xa6\x80"}) {
      const Outcome greeted = world.call(made.created, Bytes(name.begin(), name.end()));
      EXPECT_EQ(greeted.status, Status::Success);
      EXPECT_EQ(std::string(greeted.output.begin(), greeted.output.end()), "Hello, " + name);
    }
  });
}

// What the head of the source says how it is built is what the guide says, too.
TEST(WasmLanguages, BuiltAsTheGuideSays) {
  const std::string guide = read("wasm-contracts.md");
  for (const char* name : {"counter.c", "counter.rs", "counter.zig", "counter.ts", "greeter.ts"}) {
    std::istringstream lines{read("examples/" + std::string{name})};
    std::string command;
    while (std::getline(lines, command) && !command.ends_with(".wasm"))
      ;
    ASSERT_TRUE(command.starts_with("//")) << "no command in " << name;
    command = command.substr(command.find(' ') + 1);
    EXPECT_NE(guide.find("\n" + command + "\n"), std::string::npos)
        << "not in docs/wasm-contracts.md: " << command;
  }
}

INSTANTIATE_TEST_SUITE_P(Wasm, WasmCounters, testing::Values("c", "rs", "zig", "ts"),
                         [](const auto& one) { return std::string{one.param}; });

} // namespace
} // namespace zvm::test
