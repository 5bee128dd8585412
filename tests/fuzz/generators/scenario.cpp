#include "tests/fuzz/generators/scenario.hpp"

#include <algorithm>

#include "runtime/call/address.hpp"
#include "tests/fuzz/generators/operands.hpp"
#include "tests/fuzz/generators/wasm_contract.hpp"

namespace zvm::fuzz {
namespace {

constexpr uint64_t kFirstContract = 0xc001;
constexpr uint64_t kSender = 0xcafe;
constexpr uint64_t kCoinbase = 0xc01b;

class Maker {
 public:
  Maker(ByteView data, Vm main) : c_(data), main_(main) {}

  Scenario run() {
    s_.revision = c_.one_in(3) ? static_cast<Revision>(c_.below(kRevisions))
                               : static_cast<Revision>(kRevisions - 1 - c_.below(3));
    if (main_ == Vm::Wasm && c_.one_in(2)) // no price of a host function is older than state gas
      s_.revision = Revision::Amsterdam;
    s_.sender = to_address(kSender);
    choose_vms();
    s_.zvm_1_1 = s_.vms.zvm && !c_.one_in(8);
    world_ = {{}, s_.vms.evm && s_.vms.zvm, s_.vms.default_vm, s_.revision, s_.zvm_1_1};
    const unsigned count = 1 + (c_.one_in(2) ? 0 : c_.below(3));
    for (unsigned i = 0; i < count; ++i)
      world_.addresses.push_back(kFirstContract + i);
    is_deep_ = c_.one_in(250);
    for (unsigned i = 0; i < count; ++i)
      s_.contracts.push_back(contract(i));
    choose_message();
    choose_gas();
    choose_trouble();
    if (c_.one_in(2))
      s_.perturbation = c_.number(8);
    return std::move(s_);
  }

 private:
  void choose_vms() {
    if (main_ == Vm::Wasm) {
      s_.vms = {.zvm = c_.one_in(3), .wasm = true};
      if (s_.vms.zvm && c_.one_in(2))
        s_.vms.default_vm = Vm::Zvm;
      return;
    }
    const bool hybrid = c_.one_in(3);
    s_.vms = {hybrid || main_ == Vm::Evm, hybrid || main_ == Vm::Zvm, main_};
    if (hybrid && c_.one_in(4))
      s_.vms.default_vm = main_ == Vm::Evm ? Vm::Zvm : Vm::Evm;
    s_.vms.wasm = hybrid && c_.one_in(8); // a message to a new module takes milliseconds
  }

  Contract contract(unsigned index) {
    Contract made;
    made.address = to_address(world_.addresses[index]);
    made.balance = c_.one_in(3) ? 0 : 1000;
    made.nonce = c_.one_in(32) ? UINT64_MAX - c_.below(2) : 1;
    for (unsigned n = c_.below(3); n > 0; --n)
      made.storage.emplace_back(c_.below(4), c_.one_in(2) ? edge_word(c_) : U256{c_.below(3)});
    Vm vm = main_;
    if (index > 0 && world_.is_hybrid && c_.one_in(2))
      vm = main_ == Vm::Evm ? Vm::Zvm : Vm::Evm;
    if (index > 0 && s_.vms.wasm && c_.one_in(2))
      vm = main_ == Vm::Wasm ? s_.vms.default_vm : Vm::Wasm;
    if (index == 1 && !s_.contracts.empty() && c_.one_in(16)) {
      made.code = delegation(); // EIP-7702
      return made;
    }
    made.code = stored_code(vm);
    return made;
  }

  Bytes delegation() {
    Bytes out{0xef, 0x01, 0x00};
    out.insert(out.end(), s_.contracts[0].address.bytes.begin(),
               s_.contracts[0].address.bytes.end());
    return out;
  }

  /// Modules show what they are.
  Bytes stored_code(Vm vm) {
    return vm == Vm::Wasm ? make_wasm_contract(c_, world_, {.nesting = 1})
                          : stored_form(c_, vm, world_, code(vm));
  }

  Bytes code(Vm vm) {
    if (is_deep_)
      return make_program(c_, vm, world_, {.statements = 3, .nesting = 0, .is_deep = true});
    if (c_.one_in(24)) { // the bytes themselves
      const unsigned size = 8 + c_.below(120);
      Bytes raw(size);
      for (uint8_t& b : raw)
        b = c_.byte();
      return raw;
    }
    ProgramOptions options;
    if (c_.one_in(16))
      options.statements = 250;
    Bytes made = make_program(c_, vm, world_, options);
    if (!made.empty() && c_.one_in(12)) {
      for (unsigned n = 1 + c_.below(4); n > 0; --n)
        made[c_.below(static_cast<uint32_t>(made.size()))] = c_.byte();
    }
    return made;
  }

  void choose_message() {
    s_.kind = c_.one_in(10) ? Scenario::Kind::Create : Scenario::Kind::Message;
    if (c_.one_in(10))
      s_.kind = Scenario::Kind::Transaction;
    s_.value = c_.one_in(4) ? U256{c_.below(5)} : U256{};
    s_.is_static = c_.one_in(16) && s_.kind == Scenario::Kind::Message && s_.value.is_zero();
    if (s_.kind == Scenario::Kind::Create) {
      s_.input = stored_code(main_);
    } else if (c_.one_in(3)) {
      s_.input.resize(c_.one_in(4) ? 0 : c_.below(80));
      for (uint8_t& b : s_.input)
        b = c_.byte();
    } else {
      for (unsigned i = 0; i < kMessageWords; ++i) {
        const Bytes32 word = to_bytes32(edge_word(c_));
        s_.input.insert(s_.input.end(), word.bytes.begin(), word.bytes.end());
      }
    }
    s_.has_extension = !c_.one_in(8);
    s_.is_recorded = c_.one_in(8);
    constexpr int64_t kThresholds[] = {0, 0, 0, 0, 0, 1, 50, 500, 5000};
    s_.promote_gas = c_.pick(kThresholds);
  }

  void choose_gas() {
    switch (c_.below(main_ == Vm::Wasm ? 16 : 8)) {
    case 0: // anywhere below a power of two
      s_.gas = static_cast<int64_t>(c_.number(2) >> c_.below(10));
      break;
    case 1:
    case 2:
    case 3:
      s_.gas_share = 1 + static_cast<uint32_t>(c_.number(2));
      [[fallthrough]];
    default:
      s_.gas = c_.one_in(128) ? 2'000'000 : c_.one_in(4) ? 200'000 : 50'000;
    }
    if (main_ == Vm::Wasm) // host functions cost more than what an EVM program does between them
      s_.gas *= 8;
    // A transaction has a reservoir only beyond all execution gas that one may have.
    if (s_.revision >= Revision::Amsterdam &&
        (s_.kind != Scenario::Kind::Transaction || c_.one_in(32)))
      s_.reservoir = c_.one_in(3) ? 0 : static_cast<int64_t>(c_.number(2)) << c_.below(10);
    if (is_deep_)
      s_.gas = int64_t{1} << 45;
  }

  void choose_trouble() {
    if (!c_.one_in(24))
      return;
    s_.trouble = static_cast<Trouble>(1 + c_.below(6));
    switch (s_.trouble) {
    case Trouble::Pending: // each read begins the whole anew
      if (is_deep_)
        s_.trouble = Trouble::None;
      break;
    case Trouble::StoreError:
      s_.trouble_at = c_.below(12);
      break;
    case Trouble::MemoryLimit:
      s_.trouble_at = 4096 * (1 + c_.below(4));
      break;
    case Trouble::StepLimit:
      s_.trouble_at = c_.below(256);
      break;
    case Trouble::Deadline:
      s_.gas = std::max<int64_t>(s_.gas, 6'000'000);
      s_.gas_share = 0;
      break;
    default:
      break;
    }
  }

  Choices c_;
  Vm main_;
  Scenario s_;
  Surroundings world_;
  bool is_deep_ = false;
};

} // namespace

Scenario make_scenario(ByteView data, Vm main) { return Maker{data, main}.run(); }

runtime::BlockContext scenario_block() {
  runtime::BlockContext block;
  block.coinbase = to_address(kCoinbase);
  block.number = 1000;
  block.timestamp = 1'700'000'000;
  block.gas_limit = 30'000'000;
  block.prev_randao = U256{0x4a4d, 0, 0, uint64_t{1} << 63};
  block.base_fee = 7;
  block.blob_base_fee = 2;
  block.block_hash = [](void*, uint64_t number, Bytes32& hash) {
    hash = to_bytes32(U256{number, 1, number, 2});
    return Status::Success;
  };
  return block;
}

} // namespace zvm::fuzz
