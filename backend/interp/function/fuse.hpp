// Rows of instructions that have a handler together. What such a handler spares is the way from one
// instruction to the next; the instructions keep their words, and each can be entered by itself.
#pragma once

#include <span>

#include "backend/interp/function/handlers.hpp"

namespace zvm::backend::interp::word {

/// `both` executes the instruction, or row, of `first` and behind it that of `second`.
struct Fusion {
  Handler first, second, both;
};

/// The handler of both; null where there is none.
[[nodiscard]] Handler fused(Handler first, Handler second);

/// All that fused() knows, each pair once.
[[nodiscard]] std::span<const std::span<const Fusion>> all_fusions();
/// How many it can know.
inline constexpr size_t kMostFusions = 6144;

// By what begins them; fuse_*.cpp.
[[nodiscard]] std::span<const Fusion> address_fusions();
[[nodiscard]] std::span<const Fusion> memory_fusions();
[[nodiscard]] std::span<const Fusion> integer_fusions();
[[nodiscard]] std::span<const Fusion> float_fusions();
[[nodiscard]] std::span<const Fusion> branch_fusions();
[[nodiscard]] std::span<const Fusion> loop_fusions();
[[nodiscard]] std::span<const Fusion> control_fusions();

} // namespace zvm::backend::interp::word
