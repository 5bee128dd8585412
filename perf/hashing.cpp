// Hash functions by size of their input.
#include <benchmark/benchmark.h>

#include "perf/families.hpp"
#include "runtime/hash/blake2.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/ripemd160.hpp"

namespace zvm::perf {
namespace {

void add(const char* name, auto hash) {
  for (const size_t size : {32, 64, 136, 1024, 65536}) {
    const std::string full = std::string{"hashing/"} + name + "/" + std::to_string(size);
    benchmark::RegisterBenchmark(full.c_str(), [hash, size](benchmark::State& state) {
      std::vector<uint8_t> bytes(size, 0x5a);
      for (auto _ : state) {
        auto digest = hash(ByteView{bytes});
        benchmark::DoNotOptimize(digest);
      }
      state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
    });
  }
}

} // namespace

void register_hashing() {
  add("keccak256", [](ByteView bytes) { return runtime::keccak256(bytes); });
  add("sha256", [](ByteView bytes) { return runtime::sha256(bytes); });
  add("ripemd160", [](ByteView bytes) { return runtime::ripemd160(bytes); });
  add("blake2b256", [](ByteView bytes) { return runtime::blake2b256(bytes); });
}

} // namespace zvm::perf
