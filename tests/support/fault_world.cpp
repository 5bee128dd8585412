#include "tests/support/fault_world.hpp"

#include <pthread.h>

#include <map>
#include <stdexcept>

#include "base/hex.hpp"
#include "base/uint256_text.hpp"
#include "frontend/asm/assembler.hpp"

namespace zvm::test {
namespace {

using runtime::ReadStatus;

void require(bool holds, const std::string& what) {
  if (!holds)
    throw std::runtime_error{what};
}

constexpr uint64_t kSender = 0xcafe, kMain = 0xa1, kEvm = 0xe1, kZvm = 0x21, kReverting = 0xbad;

// Slots in a loop, then everything else once. Results of calls go to slots too.
constexpr std::string_view kMainText = R"(
  PUSH1 60
slots:
  JUMPDEST
  DUP1 DUP1 SSTORE
  DUP1 DUP1 TSTORE
  PUSH1 1 SWAP1 SUB DUP1 PUSH @slots JUMPI POP
  PUSH 0 SLOAD TLOAD POP
  PUSH 7 PUSH 6 PUSH 5 PUSH 4 PUSH 100 PUSH 32 LOG4
  PUSH 64 PUSH 0 PUSH 64 PUSH 0 PUSH 3 PUSH 0xe1 PUSH 500000 CALL PUSH 100 SSTORE
  PUSH 64 PUSH 0 PUSH 64 PUSH 0 PUSH 0 PUSH 0x21 PUSH 500000 CALL PUSH 101 SSTORE
  PUSH 32 PUSH 0 PUSH 64 PUSH 0 PUSH 0 PUSH 0xbad PUSH 300000 CALL PUSH 102 SSTORE
  PUSH 32 PUSH 0 PUSH 3000 PUSH 0 PUSH 2 PUSH 100000 STATICCALL PUSH 103 SSTORE
  PUSH 32 PUSH 0 PUSH 96 PUSH 0 PUSH 5 PUSH 100000 STATICCALL PUSH 104 SSTORE
  PUSH 32 PUSH 0 PUSH 128 PUSH 0 PUSH 1 PUSH 100000 STATICCALL PUSH 105 SSTORE
  PUSH @child.size PUSH @child PUSH 0 CODECOPY
  PUSH @child.size PUSH 0 PUSH 2 CREATE
  PUSH 0 PUSH 0 PUSH 0 PUSH 0 PUSH 0 DUP6 PUSH 100000 CALL PUSH 106 SSTORE
  PUSH 107 SSTORE
  PUSH 9 PUSH @child.size PUSH 0 PUSH 0 CREATE2 PUSH 108 SSTORE
  PUSH 40000 PUSH 0 KECCAK256 PUSH 109 SSTORE
  PUSH 20000 PUSH 30000 MSTORE
  PUSH 0 PUSH 5 SSTORE
  PUSH 500 PUSH 0 RETURN
.begin child
  PUSH 1 PUSH 1 SSTORE
  PUSH @runtime.size PUSH @runtime PUSH 0 CODECOPY
  PUSH @runtime.size PUSH 0 RETURN
.begin runtime
  PUSH 3 PUSH 3 SSTORE
  PUSH 8 PUSH 0 PUSH 0 LOG1
  ADDRESS SELFDESTRUCT
.end
.end
)";

// Calls the ZVM contract, which answers.
constexpr std::string_view kEvmText = R"(
  CALLVALUE PUSH 0 SSTORE
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 PUSH 0 PUSH 0x21 PUSH 200000 CALL PUSH 1 SSTORE
  RETURNDATASIZE PUSH 2 SSTORE
  PUSH 0x1234 PUSH 2000 MSTORE
  PUSH 64 PUSH 0 RETURN
)";
constexpr std::string_view kZvmText = R"(
.container zvm
  PUSH 17 PUSH 4 SSTORE
  PUSH 1 PUSH 2 TABLEHASH PUSH 0 MSTORE
  PUSH 32 PUSH 0 BLAKE2B PUSH 32 MSTORE
  PUSH 64 PUSH 0 PUSH 1 DEFERRED_HASH PUSH 5 SSTORE
  PUSH 20000 PUSH 0 PUSH 2 DEFERRED_HASH POP
  PUSH 2 PUSH 1 PUSH 64 PUSH 0 LOG2
  PUSH 32 PUSH 0 PUSH 32 PUSH 0 PUSH 0xbad PUSH 60000 DELEGATECALL POP
  PUSH 64 PUSH 0 RETURN
)";
// Changes much, then takes it back.
constexpr std::string_view kRevertingText = R"(
  PUSH1 20
again:
  JUMPDEST
  DUP1 DUP1 PUSH2 0x100 ADD SSTORE
  PUSH 3 PUSH 0 PUSH 0 LOG1
  PUSH1 1 SWAP1 SUB DUP1 PUSH @again JUMPI POP
  PUSH 32 PUSH 0 REVERT
)";

class Dump final : public runtime::StateVisitor {
 public:
  explicit Dump(runtime::StateStore& store) : store_(store) {}
  bool begin_account(const Address& address, const runtime::AccountRecord& record) override {
    now_ = to_hex(address);
    ByteView code;
    if (record.code_hash != runtime::kEmptyCodeHash &&
        store_.read_code(address, record.code_hash, code) != ReadStatus::Ok)
      return false;
    lines_[now_] = "balance " + to_decimal(record.balance) + " nonce " +
                   std::to_string(record.nonce) + " code " + to_hex(code);
    return true;
  }
  bool slot(const U256& key, const U256& value) override {
    lines_[now_ + " " + to_hex(to_bytes32(key))] = to_hex(value);
    return true;
  }
  bool kv(ByteView key, ByteView value) override {
    lines_[now_ + " kv " + to_hex(key)] = to_hex(value);
    return true;
  }
  bool end_account() override { return true; }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& [key, value] : lines_)
      out.append(key).append(" ").append(value).append("\n");
    return out;
  }

 private:
  runtime::StateStore& store_;
  std::string now_;
  std::map<std::string, std::string> lines_;
};

} // namespace

engine::Engine fault_engine(engine::Tier tier, int64_t promote_gas, Revision revision,
                            unsigned compile_threads) {
  engine::EngineOptions options;
  options.tier = tier;
  options.promote_gas = options.compile_gas = promote_gas;
  options.compile_threads = compile_threads;
  engine::VmConfig config;
  config.zvm_1_1 = true;
  config.revision = revision;
  auto made = engine::Engine::create(config, options);
  require(made.has_value(), "no engine");
  return *made;
}

std::unique_ptr<engine::Machine> fault_machine(const engine::Engine& engine) {
  auto machine = engine::Machine::create(engine);
  require(machine != nullptr, "no machine");
  machine->block().number = 1000;
  machine->block().gas_limit = UINT64_MAX;
  return machine;
}

std::vector<uint8_t> assembled(std::string_view text) {
  using namespace frontend::assembler;
  auto program = assemble(text, {Vm::Evm, kLatestRevision, {}});
  require(program.has_value(), program ? "" : program.error().detail);
  return std::move(program->bytes);
}

Address address_of(uint64_t number) { return to_address(number); }

void put_code(runtime::MemoryStore& store, const Address& address,
              const std::vector<uint8_t>& code) {
  require(store.put_account(address, {1, 1000, {}}, code), "no memory");
}

std::string dump(runtime::StateStore& store) {
  Dump visitor{store};
  require(store.visit(visitor) == ReadStatus::Ok, "the state cannot be read");
  return visitor.text();
}

RichScenario::RichScenario()
    : main_(assembled(kMainText)), evm_(assembled(kEvmText)), zvm_(assembled(kZvmText)),
      reverting_(assembled(kRevertingText)) {}

void RichScenario::fill(runtime::MemoryStore& store) const {
  require(store.put_account(address_of(kSender), {0, U256{1} << 80, {}}), "no memory");
  put_code(store, address_of(kMain), main_);
  put_code(store, address_of(kEvm), evm_);
  put_code(store, address_of(kZvm), zvm_);
  put_code(store, address_of(kReverting), reverting_);
  require(store.put_slot(address_of(kMain), 5, 5), "no memory");
}

Status RichScenario::run(engine::Machine& machine, runtime::StateStore& store,
                         runtime::TransactionResult& result) const {
  engine::CallRequest request;
  request.sender = address_of(kSender);
  request.to = address_of(kMain);
  request.value = 11;
  request.gas = 20'000'000; // with a reservoir of state gas, where there is one
  request.commit = true;
  return machine.call(store, request, result);
}

std::string RichScenario::describe(const engine::Machine& machine,
                                   const runtime::TransactionResult& result) {
  std::string out{name(result.status)};
  out += " gas " + std::to_string(result.gas_used) + " refund " +
         std::to_string(result.gas_refunded) + " output " + to_hex(result.output.view());
  const runtime::Journal& journal = machine.journal();
  for (size_t i = 0; i < journal.log_count(); ++i) {
    const runtime::LogView log = journal.log(i);
    out += "\nlog " + to_hex(log.address) + " " + std::to_string(log.topics.size()) + " " +
           to_hex(log.data);
  }
  return out + "\ndeferred " + std::to_string(result.deferred.entries.size()) + " " +
         to_hex(ByteView{result.deferred.root.bytes});
}

void run_on_stack(size_t bytes, const std::function<void()>& body) {
  pthread_attr_t attributes;
  require(pthread_attr_init(&attributes) == 0, "no thread");
  require(pthread_attr_setstacksize(&attributes, bytes) == 0, "no stack of that size");
  pthread_t thread;
  const auto entry = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  const int started = pthread_create(&thread, &attributes, entry,
                                     const_cast<void*>(static_cast<const void*>(&body)));
  pthread_attr_destroy(&attributes);
  require(started == 0, "no thread");
  pthread_join(thread, nullptr);
}

} // namespace zvm::test
