// Contracts as large as they may be, made of one thing only: what a byte of them takes to load and
// lower, and to keep.
#include <benchmark/benchmark.h>

#include <functional>

#include "perf/code.hpp"
#include "perf/families.hpp"
#include "perf/runner.hpp"

namespace zvm::perf {
namespace {

constexpr size_t kSizes[] = {24576, 65536}; ///< bytes: EIP-170, EIP-7954

struct Shape {
  const char* name;
  std::function<void(Code&)> begin; ///< once
  std::function<void(Code&)> part;  ///< again and again, until there is no room
};

const Shape kShapes[] = {
    {"jumpdests", [](Code&) {}, [](Code& c) { c.op("JUMPDEST"); }},
    {"pushes", [](Code&) {}, [](Code& c) { c.push(U256{1}).op("POP"); }},
    {"jumps", [](Code&) {},
     [](Code& c) {
       c.push_ahead(1);
       c.op("JUMP").op("JUMPDEST");
     }},
    {"branches", [](Code&) {},
     [](Code& c) {
       c.op("CALLDATASIZE");
       c.push_ahead(1);
       c.op("JUMPI").op("JUMPDEST");
     }},
    {"deep_stack",
     [](Code& c) {
       for (int i = 0; i < 1000; ++i)
         c.op("PUSH0");
     },
     [](Code& c) { c.op("DUP16").op("SWAP16").op("POP").op("GAS").op("POP").op("JUMPDEST"); }},
    {"reads", [](Code&) {}, [](Code& c) { c.op("PUSH0").op("SLOAD").op("POP"); }},
};

std::vector<uint8_t> code_of(const Shape& shape, size_t size) {
  Code part, code;
  shape.part(part);
  shape.begin(code);
  while (code.size() + part.size() <= size)
    shape.part(code);
  return code.bytes();
}

/// All that running the code will need: looking through it, step form, lowering of all that is
/// reached.
void register_one(const Shape& shape, size_t size) {
  const std::string name = "large/" + std::string{shape.name} + "/" + std::to_string(size);
  const Case c = make_case(name, code_of(shape, size));
  benchmark::RegisterBenchmark(name.c_str(), [c](benchmark::State& state) {
    Runner runner{engine::Tier::Interp};
    engine::Engine engine = runner.machine().engine();
    const auto size = static_cast<double>(c.code().size());
    for (auto _ : state) {
      engine.set_code_cache_limit(0);
      engine.set_code_cache_limit(uint64_t{1} << 30);
      if (engine.warm_up(c.code()) != Status::Success)
        state.SkipWithError("not made ready");
    }
    // What a module has grown by is counted when it is next used.
    if (engine.warm_up(c.code()) != Status::Success)
      state.SkipWithError("not made ready");
    using benchmark::Counter;
    const auto runs = static_cast<double>(state.iterations());
    state.counters["s/byte"] = Counter(size * runs, Counter::kIsRate | Counter::kInvert);
    state.counters["bytes/byte"] = static_cast<double>(engine.stats().cache.bytes) / size;
  });
}

} // namespace

void register_large() {
  for (const Shape& shape : kShapes) {
    for (const size_t size : kSizes)
      register_one(shape, size);
  }
}

} // namespace zvm::perf
