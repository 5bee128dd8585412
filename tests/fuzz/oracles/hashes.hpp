// Whether the hash functions agree with themselves: every variant of every kernel with the portable
// one, hashes in parts and in batches with the whole and the single one. Messages end where memory
// does, so that a kernel which reads beyond them is found out, generated or not.
#pragma once

#include <span>
#include <string>

#include "base/types.hpp"
#include "tests/fuzz/generators/choices.hpp"

namespace zvm::fuzz {

// Each says what does not agree, and nothing where all does.

/// Every variant of every kernel on one input.
[[nodiscard]] std::string compare_kernels(Choices&);
/// Every function of the message, with the variants of every name.
[[nodiscard]] std::string compare_digests(ByteView message);
/// What can be done step by step, in any steps: blocks, rounds, bytes of output.
[[nodiscard]] std::string compare_parts(Choices&, ByteView message);
/// Many messages together and one by one.
[[nodiscard]] std::string compare_batches(std::span<const ByteView> messages);

} // namespace zvm::fuzz
