// The kernels' variants for AArch64. Each needs the CPU feature that its name ends with; "ror" is
// none, but logical instructions whose operand is rotated for nothing.
#pragma once

#if defined(__aarch64__)

#include <cstddef>
#include <cstdint>

namespace zvm::runtime {

void keccak_f1600_ror(uint64_t (&lanes)[25]);
void keccak_f1600_x4_ror(uint64_t (&lanes)[25][4]);
void keccak_f1600_x8_ror(uint64_t (&lanes)[25][8]);
void keccak256_64_ror(const uint64_t (&message)[8], uint64_t (&hash)[4]);
void keccak_f1600_x4_neon(uint64_t (&lanes)[25][4]);
void keccak_f1600_x8_neon(uint64_t (&lanes)[25][8]);
void keccak_f1600_x4_sha3(uint64_t (&lanes)[25][4]);
void keccak_f1600_x8_sha3(uint64_t (&lanes)[25][8]);
void sha256_blocks_sha2(uint32_t (&state)[8], const uint8_t* data, size_t blocks);
void sha256_blocks_x2_sha2(uint32_t (&states)[2][8], const uint8_t* const (&data)[2],
                           size_t blocks);

} // namespace zvm::runtime

#endif
