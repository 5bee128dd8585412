// Precompiles through their interface, and the libraries below them called bare.
#include <benchmark/benchmark.h>
#include <gmp.h>
#include <secp256k1_recovery.h>

#include <memory>
#include <stdexcept>

#include "base/hex.hpp"
#include "perf/families.hpp"
#include "runtime/precompiles/curves.hpp"

namespace zvm::perf {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes call(uint16_t number, const Bytes& input) {
  const runtime::Precompile* precompile =
      runtime::find_precompile(to_address(U256{number}), kLatestRevision);
  runtime::PrecompileContext context;
  Buffer output;
  if (precompile == nullptr || runtime::run(*precompile, input, output, context) != Status::Success)
    throw std::runtime_error("precompile " + std::to_string(number) + " fails");
  const ByteView view = output.view();
  return {view.begin(), view.end()};
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes word(const U256& value) {
  const Bytes32 bytes = to_bytes32(value);
  return {bytes.bytes.begin(), bytes.bytes.end()};
}

/// A number of so many bytes without structure; odd, and its first byte is not 0.
Bytes number(size_t size) {
  Bytes bytes(size);
  uint32_t x = 12345;
  for (uint8_t& byte : bytes) {
    x = x * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(x >> 24) | 1;
  }
  return bytes;
}

/// `bare` is what the precompile asks of its library; its result is a number that shall not be 0.
template <typename Bare>
void add(const char* name, uint16_t number, const Bytes& input, const Bare& bare) {
  const std::string full = std::string{"precompiles/"} + name;
  benchmark::RegisterBenchmark(full.c_str(), [number, input](benchmark::State& state) {
    const runtime::Precompile& precompile =
        *runtime::find_precompile(to_address(U256{number}), kLatestRevision);
    runtime::PrecompileContext context;
    Buffer output;
    for (auto _ : state) {
      if (runtime::run(precompile, input, output, context) != Status::Success || output.empty())
        state.SkipWithError("it fails");
    }
    using benchmark::Counter;
    state.counters["gas/s"] = Counter(static_cast<double>(gas_cost(precompile, input)) *
                                          static_cast<double>(state.iterations()),
                                      Counter::kIsRate);
  });
  benchmark::RegisterBenchmark((full + "/bare").c_str(), [bare](benchmark::State& state) {
    for (auto _ : state) {
      if (!bare())
        state.SkipWithError("it fails");
    }
  });
}

bool recover(const Bytes& input) {
  secp256k1_ecdsa_recoverable_signature signature;
  secp256k1_pubkey key;
  uint8_t bytes[65];
  size_t size = sizeof bytes;
  const secp256k1_context* context = secp256k1_context_static;
  return secp256k1_ecdsa_recoverable_signature_parse_compact(context, &signature, &input[64],
                                                             input[63] - 27) == 1 &&
         secp256k1_ecdsa_recover(context, &key, &signature, input.data()) == 1 &&
         secp256k1_ec_pubkey_serialize(context, bytes, &size, &key, SECP256K1_EC_UNCOMPRESSED) == 1;
}

void add_ecrecover() {
  // Any x of a point is the r of a signature of something by somebody: that of the generator.
  const U256 r{0x59f2815b16f81798, 0x029bfcdb2dce28d9, 0x55a06295ce870b07, 0x79be667ef9dcbbac};
  const Bytes input = number(32) + word(27) + word(r) + number(31) + Bytes{0x11};
  add("ecrecover", 0x01, input, [input] { return recover(input); });
}

/// Base, exponent and modulus of one size.
void add_modexp(const char* name, size_t size) {
  Bytes base = number(size);
  base[0] = 1; // below the modulus
  const Bytes exponent = number(size);
  struct Numbers {
    mpz_t base, exponent, modulus, power;
  };
  const auto numbers = std::make_shared<Numbers>();
  for (auto* z : {&numbers->base, &numbers->exponent, &numbers->modulus, &numbers->power})
    mpz_init(*z);
  mpz_import(numbers->base, size, 1, 1, 1, 0, base.data());
  mpz_import(numbers->exponent, size, 1, 1, 1, 0, exponent.data());
  mpz_set(numbers->modulus, numbers->exponent);
  add(name, 0x05, word(size) + word(size) + word(size) + base + exponent + exponent, [numbers] {
    mpz_powm(numbers->power, numbers->base, numbers->exponent, numbers->modulus);
    return mpz_sgn(numbers->power) != 0;
  });
}

/// Items of the curve library.
template <auto* kFunction, size_t kItem, size_t kOutput>
void add_many(const std::string& name, uint16_t number, const Bytes& input) {
  add(name.c_str(), number, input, [input] {
    uint8_t output[kOutput];
    const auto go_on = [](void*) { return 0; };
    return kFunction(input.data(), input.size() / kItem, {go_on, nullptr}, output) == ZVM_CURVES_OK;
  });
}

template <auto* kFunction, size_t kOutput>
void add_one(const char* name, uint16_t number, const Bytes& input) {
  add(name, number, input, [input] {
    uint8_t output[kOutput];
    return kFunction(input.data(), output) == ZVM_CURVES_OK;
  });
}

void add_bn254() {
  const Bytes g1 = call(0x07, word(1) + word(2) + number(32));
  const Bytes g2 = *parse_hex("198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
                              "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
                              "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
                              "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
  add_one<zvm_bn254_add, 64>("bn254_add", 0x06, g1 + word(1) + word(2));
  add_one<zvm_bn254_mul, 64>("bn254_mul", 0x07, g1 + number(32));
  Bytes pairs;
  for (const size_t count : {2, 4, 16}) {
    while (pairs.size() < count * 192)
      pairs = pairs + g1 + g2;
    add_many<zvm_bn254_pairing, 192, 32>("bn254_pairing/" + std::to_string(count), 0x08, pairs);
  }
}

void add_bls12() {
  const Bytes zeros(32), g1 = call(0x10, zeros + number(32)),
                         g2 = call(0x11, zeros + number(32) + zeros + number(32));
  add_one<zvm_bls12_g1_add, 128>("bls12_g1add", 0x0b, g1 + g1);
  add_one<zvm_bls12_g2_add, 256>("bls12_g2add", 0x0d, g2 + g2);
  add_one<zvm_bls12_map_fp_to_g1, 128>("bls12_map_fp_to_g1", 0x10, zeros + number(32));
  add_one<zvm_bls12_map_fp2_to_g2, 256>("bls12_map_fp2_to_g2", 0x11,
                                        zeros + number(32) + zeros + number(32));
  Bytes terms1, terms2, pairs;
  for (const size_t count : {1, 2, 16, 128}) {
    const std::string suffix = "/" + std::to_string(count);
    while (pairs.size() < count * 384) {
      terms1 = terms1 + g1 + number(32);
      terms2 = terms2 + g2 + number(32);
      pairs = pairs + g1 + g2;
    }
    add_many<zvm_bls12_g1_msm, 160, 128>("bls12_g1msm" + suffix, 0x0c, terms1);
    add_many<zvm_bls12_g2_msm, 288, 256>("bls12_g2msm" + suffix, 0x0e, terms2);
    add_many<zvm_bls12_pairing, 384, 32>("bls12_pairing_check" + suffix, 0x0f, pairs);
  }
}

} // namespace

void register_precompiles() {
  add_ecrecover();
  add_modexp("modexp/32", 32);
  add_modexp("modexp/256", 256);
  if constexpr (runtime::kHasCurves) {
    add_bn254();
    add_bls12();
  }
}

} // namespace zvm::perf
