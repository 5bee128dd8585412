// Hash functions by size of their input, each kernel by variant, batches, roots of tries; and what
// they are measured by: OpenSSL, XKCP, and the definition of Poseidon.
#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "perf/families.hpp"
#include "runtime/hash/algorithms.hpp"
#include "runtime/hash/batch.hpp"
#include "runtime/hash/kernels.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/sha256.hpp"
#include "runtime/trie/trie.hpp"
#include "tests/support/poseidon_reference.hpp"

namespace zvm::perf {
namespace {

/// `hash` fills a digest of so many bytes.
void add(const std::string& name, size_t size, size_t digest_size, const auto& hash) {
  const std::string full = "hashing/" + name + "/" + std::to_string(size);
  benchmark::RegisterBenchmark(full.c_str(), [=](benchmark::State& state) {
    std::vector<uint8_t> bytes(size, 0x5a), digest(digest_size);
    for (auto _ : state) {
      hash(ByteView{bytes}, std::span{digest});
      benchmark::DoNotOptimize(digest.data());
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
  });
}

/// What OpenSSL makes of it, with a context and an algorithm that are there already.
void add_openssl(const char* name, const char* algorithm) {
  const std::shared_ptr<EVP_MD> md{EVP_MD_fetch(nullptr, algorithm, nullptr), EVP_MD_free};
  if (md == nullptr)
    return;
  const std::shared_ptr<EVP_MD_CTX> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  for (const size_t size : runtime::kMeasuredSizes) {
    add(name, size, 32, [md, context](ByteView bytes, std::span<uint8_t> digest) {
      EVP_DigestInit_ex(context.get(), md.get(), nullptr);
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
    });
  }
}

/// What XKCP makes of it: $ZVM_XKCP names builds of libXKCP.so, separated by colons.
void add_xkcp() {
  using Sponge = int (*)(unsigned rate, unsigned capacity, const uint8_t* in, size_t size,
                         uint8_t suffix, uint8_t* out, size_t out_size);
  const char* set = std::getenv("ZVM_XKCP");
  std::istringstream paths{set != nullptr ? set : ""};
  for (std::string path; std::getline(paths, path, ':');) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto sponge = reinterpret_cast<Sponge>(
        library != nullptr ? dlsym(library, "KeccakWidth1600_Sponge") : nullptr);
    if (sponge == nullptr) {
      std::fprintf(stderr, "zvm_bench: XKCP is left out: %s\n", dlerror());
      continue;
    }
    const std::string build = std::filesystem::path{path}.stem().string().substr(3);
    for (const size_t size : runtime::kMeasuredSizes) {
      add("xkcp_keccak256/" + build, size, 32, [sponge](ByteView bytes, std::span<uint8_t> digest) {
        sponge(1088, 512, bytes.data(), bytes.size(), 1, digest.data(), digest.size());
      });
    }
    // Its four states lie as those of our kernel; an item is one of them.
    using Permutation = void (*)(void* states);
    const auto permute =
        reinterpret_cast<Permutation>(dlsym(library, "KeccakP1600times4_PermuteAll_24rounds"));
    if (permute == nullptr)
      continue;
    benchmark::RegisterBenchmark(
        ("hashing/xkcp_keccak_f1600_x4/" + build).c_str(), [permute](benchmark::State& state) {
          alignas(64) uint64_t states[25][4]{};
          for (auto _ : state) {
            permute(states);
            benchmark::DoNotOptimize(states);
          }
          state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * 4));
        });
  }
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

// --- kernels by variant: an item is a permutation of one state, or a block ---

template <typename State>
void measure(benchmark::State& bench, void (*kernel)(State&)) {
  alignas(64) State state{};
  for (auto _ : bench) {
    kernel(state);
    benchmark::DoNotOptimize(state);
  }
  bench.SetItemsProcessed(static_cast<int64_t>(bench.iterations() * (sizeof(State) / 200)));
}

template <typename Input, typename Output>
void measure(benchmark::State& bench, void (*kernel)(const Input&, Output&)) {
  Input in{};
  for (auto _ : bench) {
    Output out;
    benchmark::DoNotOptimize(in);
    kernel(in, out);
    benchmark::DoNotOptimize(out);
  }
  bench.SetItemsProcessed(bench.iterations());
}

void measure(benchmark::State& bench, runtime::Sha256Blocks* kernel) {
  constexpr size_t kBlocks = 100;
  uint32_t state[8]{};
  const std::vector<uint8_t> bytes(64 * kBlocks, 0x5a);
  while (bench.KeepRunning()) {
    kernel(state, bytes.data(), kBlocks);
    benchmark::DoNotOptimize(state);
  }
  bench.SetItemsProcessed(bench.iterations() * int64_t{kBlocks});
}

/// Blocks of 64 bytes of each message.
template <size_t kMessages>
struct Messages {
  std::vector<uint8_t> bytes;
  const uint8_t* data[kMessages];

  explicit Messages(size_t blocks) : bytes(64 * blocks * kMessages, 0x5a) {
    for (size_t i = 0; i < kMessages; ++i)
      data[i] = bytes.data() + 64 * blocks * i;
  }
};

template <size_t kMessages>
void measure(benchmark::State& bench, runtime::Sha256BlocksOf<kMessages>* kernel) {
  constexpr size_t kBlocks = 16;
  uint32_t states[kMessages][8]{};
  const Messages<kMessages> messages{kBlocks};
  for (auto _ : bench) {
    kernel(states, messages.data, kBlocks);
    benchmark::DoNotOptimize(states);
  }
  bench.SetItemsProcessed(static_cast<int64_t>(bench.iterations() * kBlocks * kMessages));
}

template <size_t kMessages>
void measure(benchmark::State& bench, runtime::Blake3Blocks<kMessages>* kernel) {
  constexpr size_t kBlocks = 16;
  uint32_t states[kMessages][8]{};
  const Messages<kMessages> messages{kBlocks};
  const runtime::Blake3Tweaks<kMessages> tweaks{};
  for (auto _ : bench) {
    kernel(states, messages.data, kBlocks, tweaks);
    benchmark::DoNotOptimize(states);
  }
  bench.SetItemsProcessed(static_cast<int64_t>(bench.iterations() * kBlocks * kMessages));
}

template <typename State, typename Message>
void measure(benchmark::State& bench, void (*kernel)(State&, const Message&, uint32_t, uint32_t)) {
  constexpr uint32_t kRounds = 12;
  State state{};
  const Message message{};
  for (auto _ : bench) {
    kernel(state, message, 0, kRounds);
    benchmark::DoNotOptimize(state);
  }
  bench.SetItemsProcessed(bench.iterations());
}

using runtime::Bn254Scalar;
std::vector<Bn254Scalar> elements(size_t count) {
  return std::vector<Bn254Scalar>(count, Bn254Scalar::from_word(U256{1, 2, 3, 4}).normal());
}

/// An item is a fifth power,
void measure(benchmark::State& bench, void (*kernel)(const Bn254Scalar*, Bn254Scalar*, size_t)) {
  const auto in = elements(3);
  auto out = elements(3);
  while (bench.KeepRunning()) {
    kernel(in.data(), out.data(), in.size());
    benchmark::DoNotOptimize(out.data());
  }
  bench.SetItemsProcessed(static_cast<int64_t>(bench.iterations() * in.size()));
}
/// a sum of three products,
void measure(benchmark::State& bench,
             void (*kernel)(const Bn254Scalar*, const Bn254Scalar*, const Bn254Scalar*,
                            Bn254Scalar*, size_t, size_t)) {
  const auto matrix = elements(9), vector = elements(3);
  auto out = elements(3);
  while (bench.KeepRunning()) {
    kernel(matrix.data(), vector.data(), vector.data(), out.data(), 3, 3);
    benchmark::DoNotOptimize(out.data());
  }
  bench.SetItemsProcessed(bench.iterations() * 3);
}
/// a partial round of width 3.
void measure(benchmark::State& bench,
             void (*kernel)(Bn254Scalar*, const Bn254Scalar*, const Bn254Scalar*, size_t, size_t)) {
  constexpr size_t kRounds = 55;
  const auto factors = elements(5), shifts = elements(kRounds);
  auto line = elements(2 * kRounds + 4);
  while (bench.KeepRunning()) {
    kernel(line.data(), factors.data(), shifts.data(), 2, kRounds);
    benchmark::DoNotOptimize(line.data());
  }
  bench.SetItemsProcessed(bench.iterations() * int64_t{kRounds});
}

void measure_variant(benchmark::State& bench, const runtime::KernelVariant& variant) {
  using runtime::Blake3Tweaks, runtime::KernelKind;
  switch (variant.kind) {
#define KERNEL(name, parameters, meaning)                                                          \
  case KernelKind::name:                                                                           \
    measure(bench, reinterpret_cast<void(*) parameters>(variant.function));                        \
    break;
#include "runtime/hash/kernels.def"
#undef KERNEL
  }
}

// --- many at once: an item is a message ---

void add_many(const char* name, auto hash_many) {
  for (const size_t size : {32, 64, 136, 256, 532, 1024}) {
    for (const size_t count : {1, 2, 4, 8, 16, 64}) {
      const std::string full =
          "hashing/" + std::string{name} + "/" + std::to_string(count) + "x" + std::to_string(size);
      benchmark::RegisterBenchmark(full.c_str(), [=](benchmark::State& state) {
        const std::vector<uint8_t> bytes(size * count, 0x5a);
        std::vector<ByteView> inputs;
        inputs.reserve(count);
        for (size_t i = 0; i < count; ++i)
          inputs.push_back(ByteView{bytes}.subspan(i * size, size));
        std::vector<Bytes32> digests(count);
        for (auto _ : state) {
          hash_many(inputs, digests);
          benchmark::DoNotOptimize(digests.data());
        }
        state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * count));
      });
    }
  }
}

/// A secure trie of so many entries of 80 bytes, as accounts have; an item is an entry.
void trie_root(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  const std::vector<uint8_t> value(80, 0x5a);
  runtime::TrieBuilder trie;
  while (state.KeepRunning()) {
    for (uint64_t i = 0; i < count; ++i)
      trie.add_hashed(to_address(U256{i}).bytes, value);
    Bytes32 root = trie.root();
    benchmark::DoNotOptimize(root);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * count));
}

} // namespace

void register_hashing() {
  for (const runtime::HashAlgorithm& algorithm : runtime::hash_algorithms()) {
    for (const size_t size : runtime::kMeasuredSizes) {
      if (algorithm.accepts_input(size))
        add(std::string{algorithm.name}, size, algorithm.digest, algorithm.hash);
    }
  }
  for (const unsigned inputs : {1u, 2u, 3u, 16u})
    add_poseidon_reference(inputs);
  add_openssl("openssl_keccak256", "KECCAK-256"); // since 3.2
  add_openssl("openssl_sha3_256", "SHA3-256");    // the same work, in every version
  add_openssl("openssl_sha256", "SHA256");
  add_xkcp();
  for (const runtime::KernelVariant& variant : runtime::kernel_variants()) {
    const std::string full = "hashing/kernel/" + std::string{runtime::kernel_name(variant.kind)} +
                             "/" + std::string{variant.name};
    benchmark::RegisterBenchmark(
        full.c_str(), [variant](benchmark::State& bench) { measure_variant(bench, variant); });
  }
  add_many("keccak256_many", [](auto& inputs, auto& out) { runtime::keccak256_many(inputs, out); });
  add_many("sha256_many", [](auto& inputs, auto& out) { runtime::sha256_many(inputs, out); });
  add_many("blake3_many", [](auto& inputs, auto& out) { runtime::blake3_many(inputs, out); });
  benchmark::RegisterBenchmark("hashing/trie_root", trie_root)
      ->Arg(1)
      ->Arg(16)
      ->Arg(1000)
      ->Arg(10000);
}

} // namespace zvm::perf
