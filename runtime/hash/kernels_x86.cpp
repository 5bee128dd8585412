// Which generated variants this CPU runs, and the memory they lie in: written through one mapping,
// which then loses the right to write and gains that to execute. It lives as long as the process.
#include "runtime/hash/generator_x86.hpp"

#if defined(__x86_64__)

#include "runtime/hash/variants.hpp"

#if !defined(_WIN32)
#include <cpuid.h>
#include <sys/mman.h>
#endif

namespace zvm::runtime {
#if !defined(_WIN32)
namespace {

/// Bits of CPUID's leaf 7 in EBX: the compilers' own question does not know all extensions
/// everywhere.
bool has_extension(unsigned bit) {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & bit) != 0;
}

} // namespace
#endif

void add_x86_variants([[maybe_unused]] VariantList& list) {
#if !defined(_WIN32)
  constexpr size_t kSize = 128 * 1024;
  void* memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return;
  Xbyak::ClearError();
  GeneratorX86 generator{memory, kSize};
  VariantList made;
  const auto add = [&](KernelKind kind, std::string_view name, const void* entry,
                       unsigned cost = 0) {
    made.add(kind, name, reinterpret_cast<void (*)()>(const_cast<void*>(entry)), cost);
  };
  using enum KernelKind;
  if (__builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")) {
    add(keccak_f1600, "bmi2", generate_keccak_f1600_bmi2(generator));
    add(keccak256_64, "bmi2", generate_keccak256_64_bmi2(generator));
  }
  if (has_extension(bit_ADX) && __builtin_cpu_supports("bmi2")) {
    add(bn254_sboxes, "adx", generate_bn254_sboxes(generator));
    add(bn254_products, "adx", generate_bn254_products(generator));
    add(bn254_recurrence, "adx", generate_bn254_recurrence(generator));
  }
  if (__builtin_cpu_supports("avx2")) {
    add(keccak_f1600_x4, "avx2", generate_keccak_f1600_avx2(generator, 4));
    add(keccak_f1600_x8, "avx2", generate_keccak_f1600_avx2(generator, 8));
    add(sha256_blocks_x8, "avx2", generate_sha256_blocks_lanes(generator, 8, false), 1165);
    add(blake3_blocks, "avx2", generate_blake3_blocks(generator, 1, false));
    add(blake3_blocks_x8, "avx2", generate_blake3_blocks(generator, 8, false));
    add(blake3_blocks_x16, "avx2", generate_blake3_blocks(generator, 16, false));
    add(blake2b_mix, "avx2", generate_blake2b_mix(generator, false));
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) {
    add(keccak_f1600_x4, "avx512", generate_keccak_f1600_avx512(generator, 4));
    add(keccak_f1600_x8, "avx512", generate_keccak_f1600_avx512(generator, 8));
    add(blake3_blocks, "avx512", generate_blake3_blocks(generator, 1, true));
    add(blake3_blocks_x8, "avx512", generate_blake3_blocks(generator, 8, true));
    add(blake3_blocks_x16, "avx512", generate_blake3_blocks(generator, 16, true));
    add(blake2b_mix, "avx512", generate_blake2b_mix(generator, true));
    if (__builtin_cpu_supports("avx512bw")) {
      add(sha256_blocks_x8, "avx512", generate_sha256_blocks_lanes(generator, 8, true), 600);
      add(sha256_blocks_x16, "avx512", generate_sha256_blocks_lanes(generator, 16, true), 885);
    }
  }
  if (has_extension(bit_SHA) && __builtin_cpu_supports("sse4.1") &&
      __builtin_cpu_supports("ssse3")) {
    add(sha256_blocks, "sha", generate_sha256_blocks_sha(generator, 1), 131);
    add(sha256_blocks_x2, "sha", generate_sha256_blocks_sha(generator, 2), 212);
  }
  if (Xbyak::GetError() != 0 || mprotect(memory, kSize, PROT_READ | PROT_EXEC) != 0) {
    munmap(memory, kSize);
    return;
  }
  for (const KernelVariant& variant : made.variants())
    list.add(variant.kind, variant.name, variant.function, variant.cost);
#endif
}

} // namespace zvm::runtime

#endif
