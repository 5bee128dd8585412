#include "runtime/hash/kernels.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "base/assert.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/sha256.hpp"
#include "runtime/hash/variants.hpp"

namespace zvm::runtime {
namespace {

constexpr std::string_view kPortable = "portable";

constexpr struct {
  std::string_view name, meaning;
} kRows[] = {
#define KERNEL(name, parameters, meaning) {#name, meaning},
#include "runtime/hash/kernels.def"
#undef KERNEL
};

// --- does a variant agree with the portable one? ---

/// Fills memory with what looks random and is always the same.
void fill(void* memory, size_t size, uint64_t seed) {
  auto* bytes = static_cast<uint8_t*>(memory);
  for (size_t i = 0; i < size; i += 4) {
    seed = seed * 0x5851f42d4c957f2d + 0x14057b7ef767814f; // Knuth's MMIX generator
    const auto word = static_cast<uint32_t>(seed >> 32);
    std::memcpy(bytes + i, &word, std::min<size_t>(4, size - i));
  }
}

constexpr unsigned kTrials = 4;

/// A kernel that changes `State` in place: the permutations.
template <typename State>
bool agree(void (*portable)(State&), void (*variant)(State&)) {
  for (unsigned trial = 0; trial < kTrials; ++trial) {
    State a, b;
    fill(&a, sizeof a, trial);
    std::memcpy(&b, &a, sizeof a);
    portable(a);
    variant(b);
    if (std::memcmp(&a, &b, sizeof a) != 0)
      return false;
  }
  return true;
}

template <typename Input, typename Output>
bool agree(void (*portable)(const Input&, Output&), void (*variant)(const Input&, Output&)) {
  for (unsigned trial = 0; trial < kTrials; ++trial) {
    Input in;
    Output a, b;
    fill(&in, sizeof in, trial);
    portable(in, a);
    variant(in, b);
    if (std::memcmp(&a, &b, sizeof a) != 0)
      return false;
  }
  return true;
}

constexpr size_t kBlocks = kTrials - 1;

/// SHA-256 of one message,
bool agree(Sha256Blocks* portable, Sha256Blocks* variant) {
  uint8_t bytes[64 * kBlocks];
  fill(bytes, sizeof bytes, 1);
  for (size_t blocks = 0; blocks <= kBlocks; ++blocks) {
    uint32_t a[8], b[8];
    fill(a, sizeof a, blocks);
    std::memcpy(b, a, sizeof a);
    portable(a, bytes, blocks);
    variant(b, bytes, blocks);
    if (std::memcmp(a, b, sizeof a) != 0)
      return false;
  }
  return true;
}

/// and of several, which differ.
template <size_t kMessages>
bool agree(Sha256BlocksOf<kMessages>* portable, Sha256BlocksOf<kMessages>* variant) {
  uint8_t bytes[kMessages][64 * kBlocks];
  fill(bytes, sizeof bytes, 1);
  const uint8_t* data[kMessages];
  for (size_t i = 0; i < kMessages; ++i)
    data[i] = bytes[i];
  for (size_t blocks = 0; blocks <= kBlocks; ++blocks) {
    uint32_t a[kMessages][8], b[kMessages][8];
    fill(a, sizeof a, blocks);
    std::memcpy(b, a, sizeof a);
    portable(a, data, blocks);
    variant(b, data, blocks);
    if (std::memcmp(a, b, sizeof a) != 0)
      return false;
  }
  return true;
}

/// BLAKE3: all messages and their tweaks differ.
template <size_t kMessages>
bool agree(Blake3Blocks<kMessages>* portable, Blake3Blocks<kMessages>* variant) {
  for (size_t blocks = 1; blocks < kTrials; ++blocks) {
    uint8_t bytes[kMessages][64 * kTrials];
    fill(bytes, sizeof bytes, blocks);
    const uint8_t* data[kMessages];
    for (size_t i = 0; i < kMessages; ++i)
      data[i] = bytes[i];
    Blake3Tweaks<kMessages> tweaks;
    fill(&tweaks, sizeof tweaks, blocks + 1);
    uint32_t a[kMessages][8], b[kMessages][8];
    fill(a, sizeof a, blocks + 2);
    std::memcpy(b, a, sizeof a);
    portable(a, data, blocks, tweaks);
    variant(b, data, blocks, tweaks);
    if (std::memcmp(a, b, sizeof a) != 0)
      return false;
  }
  return true;
}

/// Rounds that begin with any permutation.
template <typename State, typename Message>
bool agree(void (*portable)(State&, const Message&, uint32_t, uint32_t),
           void (*variant)(State&, const Message&, uint32_t, uint32_t)) {
  for (uint32_t trial = 0; trial < 10; ++trial) {
    State a, b;
    Message message;
    fill(&a, sizeof a, trial);
    fill(&message, sizeof message, trial + 1);
    std::memcpy(&b, &a, sizeof a);
    portable(a, message, trial, trial * 3);
    variant(b, message, trial, trial * 3);
    if (std::memcmp(&a, &b, sizeof a) != 0)
      return false;
  }
  return true;
}

/// What looks random, below the order of BN254.
template <size_t kCount>
struct Bn254Trial {
  Bn254Scalar elements[kCount];

  explicit Bn254Trial(uint64_t seed) {
    for (Bn254Scalar& element : elements) {
      U256 word;
      fill(&word, sizeof word, ++seed);
      element = Bn254Scalar::from_word(word).normal();
    }
  }
  [[nodiscard]] bool operator==(const Bn254Trial& other) const {
    return std::memcmp(this, &other, sizeof other) == 0;
  }
};
constexpr size_t kBn254Trials = 8;

bool agree(void (*portable)(const Bn254Scalar*, Bn254Scalar*, size_t),
           void (*variant)(const Bn254Scalar*, Bn254Scalar*, size_t)) {
  const Bn254Trial<kBn254Trials> in{1};
  Bn254Trial<kBn254Trials> a{2}, b{2};
  portable(in.elements, a.elements, kBn254Trials);
  variant(in.elements, b.elements, kBn254Trials);
  return a == b;
}

using Bn254Products = void(const Bn254Scalar*, const Bn254Scalar*, const Bn254Scalar*, Bn254Scalar*,
                           size_t, size_t);
bool agree(Bn254Products* portable, Bn254Products* variant) {
  const Bn254Trial<kBn254Trials * kBn254Trials> matrix{3};
  const Bn254Trial<kBn254Trials> vector{4}, addends{5};
  for (size_t width = 1; width <= kBn254Trials; ++width) {
    Bn254Trial<kBn254Trials> a{6}, b{6};
    portable(matrix.elements, vector.elements, addends.elements, a.elements, kBn254Trials, width);
    variant(matrix.elements, vector.elements, addends.elements, b.elements, kBn254Trials, width);
    if (!(a == b))
      return false;
  }
  return true;
}

using Bn254Recurrence = void(Bn254Scalar*, const Bn254Scalar*, const Bn254Scalar*, size_t, size_t);
bool agree(Bn254Recurrence* portable, Bn254Recurrence* variant) {
  const Bn254Trial<2 * kBn254Trials> factors{7};
  const Bn254Trial<kBn254Trials> shifts{8};
  for (size_t rest = 1; rest < kBn254Trials; ++rest) {
    Bn254Trial<4 * kBn254Trials> a{9}, b{9};
    portable(a.elements, factors.elements, shifts.elements, rest, kBn254Trials);
    variant(b.elements, factors.elements, shifts.elements, rest, kBn254Trials);
    if (!(a == b))
      return false;
  }
  return true;
}

bool agree(KernelKind kind, void (*portable)(), void (*variant)()) {
  switch (kind) {
#define KERNEL(name, parameters, meaning)                                                          \
  case KernelKind::name: {                                                                         \
    using Function = void(*) parameters;                                                           \
    return agree(reinterpret_cast<Function>(portable), reinterpret_cast<Function>(variant));       \
  }
#include "runtime/hash/kernels.def"
#undef KERNEL
  }
  ZVM_UNREACHABLE();
}

// --- the table ---

class Table {
 public:
  Table() {
    const auto add = [this](KernelKind kind, auto* function, unsigned cost = 0) {
      list_.add(kind, kPortable, reinterpret_cast<void (*)()>(function), cost);
    };
    add(KernelKind::keccak_f1600, keccak_f1600_portable);
    add(KernelKind::keccak_f1600_x4, keccak_f1600_x4_portable);
    add(KernelKind::keccak_f1600_x8, keccak_f1600_x8_portable);
    add(KernelKind::keccak256_64, keccak256_64_portable);
    // Eight messages in the compiler's vectors cost as two (AVX2) to four (SSE2, NEON).
    constexpr unsigned kSha256 = 675;
    add(KernelKind::sha256_blocks, sha256_blocks, kSha256);
    add(KernelKind::sha256_blocks_x2, sha256_blocks_x2_portable, 2 * kSha256);
    add(KernelKind::sha256_blocks_x8, sha256_blocks_x8_portable, 4 * kSha256);
    add(KernelKind::sha256_blocks_x16, sha256_blocks_x16_portable, 8 * kSha256);
    add(KernelKind::blake3_blocks, blake3_blocks_portable);
    add(KernelKind::blake3_blocks_x8, blake3_blocks_x8_portable);
    add(KernelKind::blake3_blocks_x16, blake3_blocks_x16_portable);
    add(KernelKind::blake2b_mix, blake2b_mix_portable);
    add(KernelKind::bn254_sboxes, bn254_sboxes_portable);
    add(KernelKind::bn254_products, bn254_products_portable);
    add(KernelKind::bn254_recurrence, bn254_recurrence_portable);
#if defined(__x86_64__)
    add_x86_variants(list_);
#elif defined(__aarch64__)
    add_arm64_variants(list_);
#endif
    void (*portable)() = nullptr;
    for (KernelVariant& variant : list_.variants()) {
      if (variant.name == kPortable)
        portable = variant.function;
      else
        variant.is_sound = agree(variant.kind, portable, variant.function);
    }
    const char* wish = std::getenv("ZVM_HASH_KERNELS");
    if (wish == nullptr || !choose(wish))
      choose("all");
  }

  [[nodiscard]] std::span<const KernelVariant> variants() { return list_.variants(); }

  bool choose(std::string_view names) {
    for (std::string_view rest = names; !rest.empty();) {
      const std::string_view name = next(rest);
      const auto has_name = [&](const KernelVariant& variant) { return variant.name == name; };
      if (name != "all" && std::ranges::none_of(list_.variants(), has_name))
        return false;
    }
    KernelVariant* chosen = nullptr;
    for (KernelVariant& variant : list_.variants()) {
      variant.is_chosen =
          variant.name == kPortable || (variant.is_sound && is_listed(names, variant.name));
      if (!variant.is_chosen)
        continue;
      if (chosen != nullptr && chosen->kind == variant.kind)
        chosen->is_chosen = false;
      chosen = &variant;
    }
    for (const KernelVariant& variant : list_.variants()) {
      if (variant.is_chosen)
        install(variant);
    }
    plan_sha256();
    return true;
  }

  [[nodiscard]] size_t sha256_lanes(size_t count) const {
    ZVM_ASSERT(count - 1 < kMostSha256Lanes);
    return sha256_lanes_[count].load(std::memory_order_relaxed);
  }

 private:
  /// Takes the first name off a list.
  static std::string_view next(std::string_view& names) {
    const size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    return name;
  }

  static bool is_listed(std::string_view names, std::string_view wanted) {
    while (!names.empty()) {
      const std::string_view name = next(names);
      if (name == wanted || name == "all")
        return true;
    }
    return false;
  }

  static void install(const KernelVariant& variant) {
    switch (variant.kind) {
#define KERNEL(name, parameters, meaning)                                                          \
  case KernelKind::name:                                                                           \
    kernels.name.set(reinterpret_cast<void(*) parameters>(variant.function));                      \
    break;
#include "runtime/hash/kernels.def"
#undef KERNEL
    }
  }

  /// The cheapest way for each number of messages: one kernel, and the cheapest for those that are
  /// left.
  void plan_sha256() {
    constexpr struct {
      KernelKind kind;
      uint8_t lanes;
    } kKernels[] = {{KernelKind::sha256_blocks, 1},
                    {KernelKind::sha256_blocks_x2, 2},
                    {KernelKind::sha256_blocks_x8, 8},
                    {KernelKind::sha256_blocks_x16, 16}};
    unsigned costs[kMostSha256Lanes + 1] = {};
    for (size_t count = 1; count <= kMostSha256Lanes; ++count) {
      costs[count] = std::numeric_limits<unsigned>::max();
      for (const auto [kind, lanes] : kKernels) {
        const unsigned cost = chosen(kind).cost + costs[count - std::min<size_t>(count, lanes)];
        if (cost < costs[count]) {
          costs[count] = cost;
          sha256_lanes_[count].store(lanes, std::memory_order_relaxed);
        }
      }
    }
  }

  [[nodiscard]] const KernelVariant& chosen(KernelKind kind) {
    return *std::ranges::find_if(list_.variants(), [kind](const KernelVariant& variant) {
      return variant.kind == kind && variant.is_chosen;
    });
  }

  VariantList list_;
  std::atomic<uint8_t> sha256_lanes_[kMostSha256Lanes + 1]{};
};

Table& table() {
  static Table table;
  return table;
}

/// What stands in a pointer until the first call of any kernel.
template <auto kMember, typename... Parameters>
void first_call(Parameters... parameters) {
  static_cast<void>(table());
  (kernels.*kMember)(parameters...);
}

} // namespace

constinit Kernels kernels = {
#define KERNEL(name, parameters, meaning) Kernel<void parameters>{first_call<&Kernels::name>},
#include "runtime/hash/kernels.def"
#undef KERNEL
};

void VariantList::add(KernelKind kind, std::string_view name, void (*function)(), unsigned cost) {
  ZVM_ASSERT(count_ < kMax);
  KernelVariant* const end = variants_ + count_++;
  *end = {kind, name, function, cost};
  const auto place = std::ranges::upper_bound(variants_, end, kind, {}, &KernelVariant::kind);
  std::rotate(place, end, end + 1);
}

std::span<const KernelVariant> kernel_variants() { return table().variants(); }
std::string_view kernel_name(KernelKind kind) { return kRows[static_cast<size_t>(kind)].name; }
std::string_view kernel_meaning(KernelKind kind) {
  return kRows[static_cast<size_t>(kind)].meaning;
}
size_t sha256_lanes(size_t count) { return table().sha256_lanes(count); }
bool choose_kernels(std::string_view names) { return table().choose(names); }

} // namespace zvm::runtime
