/* The mathematics of the pairing-friendly curves, in Rust (src/). Points, field elements and scalars stand as EIP-196,
   EIP-197, EIP-2537 and EIP-4844 encode them; what they call invalid is ZVM_CURVES_INVALID, and the output is written
   only with ZVM_CURVES_OK. No pointer may be null, not even where `count` is 0. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  ZVM_CURVES_OK = 0,
  ZVM_CURVES_INVALID = 1,
  ZVM_CURVES_STOPPED = 2,
  ZVM_CURVES_NO_MEMORY = 3
};

/* Asked every few milliseconds of a long computation; not 0 ends it as ZVM_CURVES_STOPPED. */
struct zvm_curves_poll {
  int (*ask)(void* context);
  void* context;
};

int zvm_bn254_add(const uint8_t points[128], uint8_t sum[64]);
int zvm_bn254_mul(const uint8_t point_and_scalar[96], uint8_t product[64]);
/* Each pair has 192 bytes. The word 1 where the product of the pairings is one, otherwise 0. */
int zvm_bn254_pairing(const uint8_t* pairs, size_t count, struct zvm_curves_poll poll,
                      uint8_t is_one[32]);

int zvm_bls12_g1_add(const uint8_t points[256], uint8_t sum[128]);
int zvm_bls12_g2_add(const uint8_t points[512], uint8_t sum[256]);
/* Each term has 160 bytes. */
int zvm_bls12_g1_msm(const uint8_t* terms, size_t count, struct zvm_curves_poll poll,
                     uint8_t sum[128]);
/* Each term has 288 bytes. */
int zvm_bls12_g2_msm(const uint8_t* terms, size_t count, struct zvm_curves_poll poll,
                     uint8_t sum[256]);
/* Each pair has 384 bytes. The word 1 where the product of the pairings is one, otherwise 0. */
int zvm_bls12_pairing(const uint8_t* pairs, size_t count, struct zvm_curves_poll poll,
                      uint8_t is_one[32]);
int zvm_bls12_map_fp_to_g1(const uint8_t element[64], uint8_t point[128]);
int zvm_bls12_map_fp2_to_g2(const uint8_t element[128], uint8_t point[256]);

/* The input of the precompile after the versioned hash: z, y, commitment, proof. ZVM_CURVES_INVALID also where the
   committed polynomial is not y at z. */
int zvm_kzg_point_evaluation(const uint8_t claim[160], uint8_t constants[64]);

#ifdef __cplusplus
}
#endif
