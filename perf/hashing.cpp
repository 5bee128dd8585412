// Hash functions by size of their input, and the definition of Poseidon that its speed is measured by.
#include <benchmark/benchmark.h>

#include "perf/families.hpp"
#include "runtime/hash/algorithms.hpp"
#include "tests/support/poseidon_reference.hpp"

namespace zvm::perf {
namespace {

void add(const runtime::HashAlgorithm& algorithm, size_t size) {
  const std::string name = "hashing/" + std::string{algorithm.name} + "/" + std::to_string(size);
  benchmark::RegisterBenchmark(name.c_str(), [&algorithm, size](benchmark::State& state) {
    std::vector<uint8_t> bytes(size, 0x5a), digest(algorithm.digest);
    for (auto _ : state) {
      algorithm.hash(bytes, digest);
      benchmark::DoNotOptimize(digest.data());
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
  });
}

/// Of so many inputs, as the row of the same size of poseidon_bn254.
void add_poseidon_reference(unsigned inputs) {
  const size_t size = size_t{32} * inputs;
  const std::string name = "hashing/poseidon_reference/" + std::to_string(size);
  benchmark::RegisterBenchmark(name.c_str(), [inputs, size](benchmark::State& state) {
    const testing::PoseidonReference reference{inputs + 1};
    std::vector<U256> words(inputs + 1, U256{1, 2, 3, 4});
    for (auto _ : state)
      reference.permute(words);
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
  });
}

} // namespace

void register_hashing() {
  for (const runtime::HashAlgorithm& algorithm : runtime::hash_algorithms()) {
    for (const size_t size : runtime::kMeasuredSizes) {
      if (algorithm.accepts_input(size))
        add(algorithm, size);
    }
  }
  for (const unsigned inputs : {1u, 2u, 3u, 16u})
    add_poseidon_reference(inputs);
}

} // namespace zvm::perf
