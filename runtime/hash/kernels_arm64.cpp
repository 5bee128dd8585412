// Which variants this AArch64 CPU runs.
#include "runtime/hash/kernels_arm64.hpp"

#if defined(__aarch64__)

#include "runtime/hash/variants.hpp"

#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace zvm::runtime {

void add_arm64_variants(VariantList& list) {
  const auto add = [&](KernelKind kind, std::string_view name, auto* function, unsigned cost = 0) {
    list.add(kind, name, reinterpret_cast<void (*)()>(function), cost);
  };
  using enum KernelKind;
  add(keccak_f1600_x4, "neon", keccak_f1600_x4_neon);
  add(keccak_f1600_x8, "neon", keccak_f1600_x8_neon);
#if defined(__linux__)
  const unsigned long features = getauxval(AT_HWCAP);
  // Cortex-A76, A55 and what came after them, and had dot products, rotate for nothing; A57 and A72
  // do not.
  if ((features & HWCAP_ASIMDDP) != 0) {
    add(keccak_f1600, "ror", keccak_f1600_ror);
    add(keccak_f1600_x4, "ror", keccak_f1600_x4_ror);
    add(keccak_f1600_x8, "ror", keccak_f1600_x8_ror);
    add(keccak256_64, "ror", keccak256_64_ror);
  }
  if ((features & HWCAP_SHA3) != 0) {
    add(keccak_f1600_x4, "sha3", keccak_f1600_x4_sha3);
    add(keccak_f1600_x8, "sha3", keccak_f1600_x8_sha3);
  }
  if ((features & HWCAP_SHA2) != 0) {
    add(sha256_blocks, "sha2", sha256_blocks_sha2, 94);
    add(sha256_blocks_x2, "sha2", sha256_blocks_x2_sha2, 106);
  }
#endif
}

} // namespace zvm::runtime

#endif
