// Verification of signatures that no precompile offers, for host functions. Strict: one encoding
// for each signature and key, so that all libraries agree on what is good.
#pragma once

#include <cstdint>
#include <span>

#include "base/types.hpp"

namespace zvm::runtime {

/// Error: memory ran out.
enum class Verdict : uint8_t { Valid, Invalid, Error };

inline constexpr size_t kSecp256k1Signature = 64; ///< r and s, big-endian
inline constexpr size_t kEd25519Signature = 64;
inline constexpr size_t kEd25519Key = 32;

/// ECDSA over secp256k1 of a hash, s in the lower half of the order (EIP-2). The key has 33 bytes,
/// compressed, or 65, with 4 in front (SEC 1, 2.3.3); hybrid ones (6 and 7 in front) are none.
[[nodiscard]] Verdict verify_secp256k1(const Bytes32& hash,
                                       std::span<const uint8_t, kSecp256k1Signature> signature,
                                       ByteView key);

/// Ed25519 of RFC 8032 (5.1.7), by the equation without the cofactor. The key must be encoded as
/// 5.1.2 says, S be below the order; points of small order are good, as the RFC has it.
[[nodiscard]] Verdict verify_ed25519(ByteView message,
                                     std::span<const uint8_t, kEd25519Signature> signature,
                                     std::span<const uint8_t, kEd25519Key> key);

} // namespace zvm::runtime
