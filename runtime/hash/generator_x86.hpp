// Machine code made at start-up for the kernels on x86-64 (System V ABI), and what their generators
// share.
#pragma once

#if defined(__x86_64__) && !defined(_WIN32)

#include <cstdint>

#define XBYAK_NO_EXCEPTION
#include <xbyak/xbyak.h>

#include "runtime/hash/kernels.hpp"

namespace zvm::runtime {

/// An assembler over memory that is written now and executed later.
class GeneratorX86 : public Xbyak::CodeGenerator {
 public:
  GeneratorX86(void* memory, size_t size) : CodeGenerator(size, memory) {}

  /// Begins a function: where indirect branches may lead.
  [[nodiscard]] const void* begin() {
    align(64);
    const void* entry = getCurr();
    endbr64();
    return entry;
  }
};

// Each returns the entry of one variant.
[[nodiscard]] const void* generate_keccak_f1600_bmi2(GeneratorX86&);
[[nodiscard]] const void* generate_keccak256_64_bmi2(GeneratorX86&);
/// `states` 4 or 8.
[[nodiscard]] const void* generate_keccak_f1600_avx2(GeneratorX86&, unsigned states);
/// `states` 4 or 8, in ymm or zmm registers.
[[nodiscard]] const void* generate_keccak_f1600_avx512(GeneratorX86&, unsigned states);
/// `messages` 1 or 2.
[[nodiscard]] const void* generate_sha256_blocks_sha(GeneratorX86&, unsigned messages);
/// `messages` 8 or, with AVX-512, 16.
[[nodiscard]] const void* generate_sha256_blocks_lanes(GeneratorX86&, unsigned messages,
                                                       bool has_avx512);
/// `messages` 1, 8 or 16.
[[nodiscard]] const void* generate_blake3_blocks(GeneratorX86&, unsigned messages, bool has_avx512);
[[nodiscard]] const void* generate_blake2b_mix(GeneratorX86&, bool has_avx512);
[[nodiscard]] const void* generate_bn254_sboxes(GeneratorX86&);
[[nodiscard]] const void* generate_bn254_products(GeneratorX86&);
[[nodiscard]] const void* generate_bn254_recurrence(GeneratorX86&);

} // namespace zvm::runtime

#endif
