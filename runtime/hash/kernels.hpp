// The table of kernels: for each inner loop of a hash function the variant that suits this CPU.
//
// kernels.def has the kernels, variants.hpp says how variants are added. The choice is made at the
// first call of any kernel: of the variants this CPU runs the one added last that agrees with the
// portable one. ZVM_HASH_KERNELS in the environment confines it (see choose_kernels). Nothing but
// time tells which one runs.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace zvm::runtime {

class Bn254Scalar;

enum class KernelKind : uint8_t {
#define KERNEL(name, parameters, meaning) name,
#include "runtime/hash/kernels.def"
#undef KERNEL
};

/// A pointer to the variant that was chosen. A call costs a load and an indirect call, from any
/// thread at any time.
template <typename Function>
class Kernel;
template <typename... Parameters>
class Kernel<void(Parameters...)> {
 public:
  using Function = void (*)(Parameters...);

  constexpr explicit Kernel(Function first) : function_(first) {}
  void operator()(Parameters... parameters) const {
    function_.load(std::memory_order_relaxed)(parameters...);
  }
  void set(Function function) { function_.store(function, std::memory_order_relaxed); }

 private:
  std::atomic<Function> function_;
};

/// What BLAKE3 compresses with the blocks of several messages.
template <size_t kMessages>
struct Blake3Tweaks {
  uint32_t counter[2][kMessages]; ///< low and high word
  uint32_t sizes[kMessages];      ///< bytes of data in a block
  uint32_t flags;                 ///< of all blocks
  uint32_t first;                 ///< more flags of the first block
  uint32_t last;                  ///< more flags of the last block
};
template <size_t kMessages>
using Blake3Blocks = void(uint32_t (&states)[kMessages][8], const uint8_t* const (&data)[kMessages],
                          size_t blocks, const Blake3Tweaks<kMessages>& tweaks);

struct Kernels {
#define KERNEL(name, parameters, meaning) Kernel<void parameters> name;
#include "runtime/hash/kernels.def"
#undef KERNEL
};
extern constinit Kernels kernels;

/// One way to compute a kernel on this CPU.
struct KernelVariant {
  KernelKind kind;
  std::string_view name; ///< "portable", or the CPU feature it stands on
  void (*function)();    ///< in truth of the kernel's type
  unsigned cost = 0;     ///< cycles for a block of all its messages, about; of SHA-256 only
  bool is_sound = true;  ///< agrees with the portable one; others are never chosen
  bool is_chosen = false;
};

/// All that this CPU runs: kinds in the order of kernels.def, in each from portable to preferred.
[[nodiscard]] std::span<const KernelVariant> kernel_variants();
[[nodiscard]] std::string_view kernel_name(KernelKind);
[[nodiscard]] std::string_view kernel_meaning(KernelKind);

/// Of how many messages, 1, 2, 8 or 16, the kernel is that best takes the first of `count` (1 to
/// 16) that have as many blocks for SHA-256: by what the chosen variants cost. More than `count`
/// where idle lanes are worth it.
inline constexpr size_t kMostSha256Lanes = 16;
[[nodiscard]] size_t sha256_lanes(size_t count);

/// Chooses anew among the variants with these names, separated by commas; a kernel without one gets
/// the portable variant. "all" names every variant, as if ZVM_HASH_KERNELS were not set. False, and
/// nothing changes, where this CPU runs no variant of a name. For tests and benchmarks, from one
/// thread at a time.
bool choose_kernels(std::string_view names);

} // namespace zvm::runtime
