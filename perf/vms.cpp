// The same contract for different VMs: one that does nothing, by itself and called, and arithmetic of 64 bits in a loop.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "perf/code.hpp"
#include "perf/families.hpp"
#include "perf/runner.hpp"

namespace zvm::perf {
namespace {

using Bytes = std::vector<uint8_t>;

/// Rounds of the loop, as 4 bytes.
constexpr uint8_t kRounds[] = {0x00, 0x01, 0x86, 0xa0};
static_assert((kRounds[1] << 16 | kRounds[2] << 8 | kRounds[3]) == 100'000);

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

// y ^= x >> 33, where x is Knuth's x * 6364136223846793005 + 1442695040888963407.

/// The stack: rounds, y, x.
Bytes zvm_loop() {
  enum : uint8_t {
    Halt = 0x00,
    Push1 = 0x11,
    Push4 = 0x13,
    Push8 = 0x14,
    Dup1 = 0x17,
    Dup3 = 0x19,
    Swap1 = 0x1b,
    Swap2 = 0x1c,
    Add = 0x30,
    Sub = 0x31,
    Mul = 0x32,
    And = 0x56,
    Xor = 0x58,
    Shr = 0x5c,
    Mstore = 0x81,
    Jumpi = 0xa1,
    Jumpdest = 0xa3
  };
  const Bytes start =
      joined({{Push4}, {std::begin(kRounds), std::end(kRounds)}, {Push1, 0, Push1, 1}});
  return joined({start,
                 {Jumpdest},
                 {Push8, 0x58, 0x51, 0xf4, 0x2d, 0x4c, 0x95, 0x7f, 0x2d, Mul},
                 {Push8, 0x14, 0x05, 0x7b, 0x7e, 0xf7, 0x67, 0x81, 0x4f, Add},
                 {Push8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, And},
                 {Dup1, Push1, 33, Shr, Swap2, Swap1, Swap2, Xor, Swap1},
                 {Swap2, Push1, 1, Swap1, Sub, Swap2},
                 {Dup3, Push1, static_cast<uint8_t>(start.size()), Jumpi},
                 {Swap1, Push1, 0, Mstore, Halt}});
}

/// A module whose function `call`, () -> (i32), is this.
Bytes wasm_contract(const Bytes& body) {
  const auto sized = [](uint8_t id, const Bytes& bytes) {
    if (bytes.size() > 0x7f)
      throw std::runtime_error("a size of two bytes");
    return joined({{id, static_cast<uint8_t>(bytes.size())}, bytes});
  };
  Bytes code = sized(0, body);
  code[0] = 1; // one function
  return joined({{0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0},
                 sized(1, {1, 0x60, 0, 1, 0x7f}),
                 sized(3, {1, 0}),
                 sized(5, {1, 0, 1}),
                 sized(7, {2, 4, 'c', 'a', 'l', 'l', 0, 0, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0}),
                 sized(10, code)});
}

/// Locals: rounds, x, y.
Bytes wasm_loop() {
  const Bytes rounds{0x41, 0xa0, 0x8d, 0x06, 0x21, 0}; // i32.const 100000, local.set
  return wasm_contract(
      joined({{2, 1, 0x7f, 2, 0x7e}, // one i32, two i64
              rounds,
              {0x42, 1, 0x21, 1, 0x03, 0x40, 0x20, 1},
              {0x42, 0xad, 0xfe, 0xd5, 0xe4, 0xd4, 0x85, 0xfd, 0xa8, 0xd8, 0x00, 0x7e},
              {0x42, 0xcf, 0x82, 0x9e, 0xbb, 0xef, 0xef, 0xde, 0x82, 0x14, 0x7c},
              {0x22, 1, 0x42, 33, 0x88, 0x20, 2, 0x85, 0x21, 2},
              {0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b},
              {0x41, 0, 0x20, 2, 0x37, 3, 0, 0x41, 0, 0x0b}}));
}

constexpr uint64_t kCalls = 100;

/// EVM code that calls the contract so often, with nothing.
Case calls_of(const char* name, const Bytes& callee) {
  const Address address = to_address(U256{0xca11ee});
  Code code;
  code.begin_loop(kCalls);
  for (int i = 0; i < 5; ++i)
    code.push(U256{});
  code.push(address).op("GAS").op("CALL").op("POP");
  code.end_loop();
  Case c = make_case(name, code.bytes());
  if (!c.state->put_account(address, {1, U256{}, {}}, callee))
    throw std::runtime_error("no memory");
  return c;
}

struct Row {
  const char* name;
  engine::VmSet vms;
  Bytes code;
  bool is_called = false; ///< by a contract, kCalls times
};

void add(const Row& row, engine::Tier tier) {
  const std::string name = std::string{row.name} + "/" + std::string{engine::name(tier)};
  benchmark::RegisterBenchmark(name.c_str(), [row, tier](benchmark::State& state) {
    Runner runner{tier, kRevision, tier == engine::Tier::Auto ? kPromoteGas : 0, row.vms};
    const Case c = row.is_called ? calls_of(row.name, row.code) : make_case(row.name, row.code);
    runner.prepare(c);
    if (runner.outcome().status != 0)
      throw std::runtime_error(std::string{row.name} + " fails");
    for (auto _ : state)
      runner.run(c);
    if (row.is_called) {
      using benchmark::Counter;
      state.counters["each"] = Counter(static_cast<double>(kCalls * state.iterations()),
                                       Counter::kIsRate | Counter::kInvert);
    }
  });
}

} // namespace

void register_vms() {
  constexpr engine::VmSet kEvm{.evm = true, .zvm = false};
  constexpr engine::VmSet kZvm{.evm = false, .zvm = true, .default_vm = Vm::Zvm};
  constexpr engine::VmSet kWasm{.evm = true, .zvm = false, .wasm = true};
  const Row rows[] = {{"vms/empty_message/evm", kEvm, {0x00}},
                      {"vms/empty_message/zvm", kZvm, {0x00}},
                      {"vms/empty_message/wasm", kWasm, wasm_contract({0, 0x41, 0, 0x0b})},
                      {"vms/empty_call/evm", kEvm, {0x00}, true},
                      {"vms/empty_call/wasm", kWasm, wasm_contract({0, 0x41, 0, 0x0b}), true},
                      {"vms/lcg64/zvm", kZvm, zvm_loop()},
                      {"vms/lcg64/wasm", kWasm, wasm_loop()}};
  for (const Row& row : rows) {
    for (const engine::Tier tier : {engine::Tier::Auto, engine::Tier::Asmjit, engine::Tier::Interp})
      add(row, tier);
  }
}

} // namespace zvm::perf
