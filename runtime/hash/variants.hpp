// How variants come into the table of kernels. A new architecture adds a function like
// add_x86_variants here and a call of it in kernels.cpp, and a new kernel a row in kernels.def and
// its portable form below.
#pragma once

#include "runtime/hash/kernels.hpp"

namespace zvm::runtime {

/// Variants by kind, in each kind as they were added.
class VariantList {
 public:
  /// `function` must be of the kernel's type. Of the sound ones the one added last is preferred.
  void add(KernelKind kind, std::string_view name, void (*function)(), unsigned cost = 0);
  [[nodiscard]] std::span<KernelVariant> variants() { return {variants_, count_}; }

 private:
  static constexpr size_t kMax = 48;
  KernelVariant variants_[kMax];
  size_t count_ = 0;
};

// The portable forms; sha256_blocks has sha256.hpp.
void keccak_f1600_portable(uint64_t (&lanes)[25]);
void keccak_f1600_x4_portable(uint64_t (&lanes)[25][4]);
void keccak_f1600_x8_portable(uint64_t (&lanes)[25][8]);
void keccak256_64_portable(const uint64_t (&message)[8], uint64_t (&hash)[4]);
void sha256_blocks_x2_portable(uint32_t (&states)[2][8], const uint8_t* const (&data)[2],
                               size_t blocks);
void sha256_blocks_x8_portable(uint32_t (&states)[8][8], const uint8_t* const (&data)[8],
                               size_t blocks);
void sha256_blocks_x16_portable(uint32_t (&states)[16][8], const uint8_t* const (&data)[16],
                                size_t blocks);
void blake3_blocks_portable(uint32_t (&states)[1][8], const uint8_t* const (&data)[1],
                            size_t blocks, const Blake3Tweaks<1>& tweaks);
void blake3_blocks_x8_portable(uint32_t (&states)[8][8], const uint8_t* const (&data)[8],
                               size_t blocks, const Blake3Tweaks<8>& tweaks);
void blake3_blocks_x16_portable(uint32_t (&states)[16][8], const uint8_t* const (&data)[16],
                                size_t blocks, const Blake3Tweaks<16>& tweaks);
void blake2b_mix_portable(uint64_t (&v)[16], const uint64_t (&message)[16], uint32_t next,
                          uint32_t rounds);
void bn254_sboxes_portable(const Bn254Scalar* in, Bn254Scalar* out, size_t count);
void bn254_products_portable(const Bn254Scalar* matrix, const Bn254Scalar* vector,
                             const Bn254Scalar* addends, Bn254Scalar* out, size_t rows,
                             size_t width);
void bn254_recurrence_portable(Bn254Scalar* line, const Bn254Scalar* factors,
                               const Bn254Scalar* shifts, size_t rest, size_t rounds);

/// Those made from machine code at start-up (kernels_x86.cpp). Adds none where memory for it cannot
/// be had.
void add_x86_variants(VariantList&);
/// Those of AArch64 (kernels_arm64.cpp).
void add_arm64_variants(VariantList&);

} // namespace zvm::runtime
