#include "tests/fuzz/oracles/hashes.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "runtime/hash/algorithms.hpp"
#include "runtime/hash/batch.hpp"
#include "runtime/hash/blake2.hpp"
#include "runtime/hash/blake3.hpp"
#include "runtime/hash/blake3_constants.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/kernels.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/sha256.hpp"
#include "runtime/hash/sha3.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::fuzz {
namespace {

using namespace runtime;
using Bytes = std::vector<uint8_t>;

/// Memory whose last byte is followed by what nobody may read. It lives as long as the process.
class PageEnd {
 public:
  PageEnd() {
    void* const memory =
        mmap(nullptr, kSize + kGuard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(static_cast<uint8_t*>(memory) + kSize, kGuard, 0) != 0)
      throw std::runtime_error("no memory with an end");
    end_ = static_cast<uint8_t*>(memory) + kSize;
  }
  [[nodiscard]] ByteView put(ByteView bytes) {
    if (bytes.size() > kSize)
      return bytes;
    std::ranges::copy(bytes, end_ - bytes.size());
    return {end_ - bytes.size(), bytes.size()};
  }

 private:
  static constexpr size_t kSize = 64 * 1024;
  static constexpr size_t kGuard = 4096;
  uint8_t* end_;
};
/// One for each message that a kernel takes.
PageEnd& page_end(size_t i = 0) {
  static PageEnd ends[16];
  return ends[i];
}

class Forced {
 public:
  explicit Forced(std::string_view name) {
    if (!choose_kernels(name))
      throw std::runtime_error("no variant of this name");
  }
  ~Forced() { choose_kernels("all"); }
  Forced(const Forced&) = delete;
};

/// Those any kernel has a variant of, and what is chosen without a wish.
const std::set<std::string_view>& variant_names() {
  static const auto names = [] {
    std::set<std::string_view> all{"all"};
    for (const KernelVariant& variant : kernel_variants())
      all.insert(variant.name);
    return all;
  }();
  return names;
}

std::string complaint(std::string_view what, std::string_view variant) {
  return std::string{what} + " of " + std::string{variant} + " differs";
}

// --- kernels ---

/// What an input is made of, again and again the same.
class Material {
 public:
  explicit Material(Choices& choices) : blocks(choices.below(5)), split(choices.below(5)) {
    for (uint8_t& byte : bytes_)
      byte = choices.byte();
  }
  void fill(void* memory, size_t size, size_t from = 0) const {
    auto* to = static_cast<uint8_t*>(memory);
    for (size_t i = 0; i < size; ++i)
      to[i] = bytes_[(from + i) % sizeof bytes_];
  }
  [[nodiscard]] ByteView message(size_t i) const {
    Bytes copy(64 * blocks);
    fill(copy.data(), copy.size(), 331 * i);
    return page_end(i).put(copy);
  }

  size_t blocks; ///< of a message
  size_t split;  ///< after so many, where there are more

 private:
  uint8_t bytes_[1500];
};

/// What a kernel writes, between bytes that it must leave alone.
template <typename State>
struct Guarded {
  uint8_t before[72];
  State state;
  uint8_t after[72];

  explicit Guarded(const Material& material) {
    std::memset(before, 0xa5, sizeof before);
    std::memset(after, 0x5a, sizeof after);
    material.fill(&state, sizeof state);
  }
  [[nodiscard]] Bytes bytes() const {
    const auto* begin = reinterpret_cast<const uint8_t*>(this);
    return {begin, begin + sizeof *this};
  }
};

/// In parts where `split`, as a whole otherwise.
template <typename State>
Bytes outcome(void (*kernel)(State&), const Material& material, bool) {
  Guarded<State> guarded{material};
  kernel(guarded.state);
  return guarded.bytes();
}

template <typename Input, typename Output>
Bytes outcome(void (*kernel)(const Input&, Output&), const Material& material, bool) {
  Input in;
  material.fill(&in, sizeof in, 700);
  Guarded<Output> guarded{material};
  kernel(in, guarded.state);
  return guarded.bytes();
}

/// Blocks of 64 bytes of one message
Bytes outcome(Sha256Blocks* kernel, const Material& material, bool in_parts) {
  Guarded<uint32_t[8]> guarded{material};
  const uint8_t* const data = material.message(0).data();
  const size_t first = in_parts ? std::min(material.split, material.blocks) : material.blocks;
  kernel(guarded.state, data, first);
  kernel(guarded.state, data + 64 * first, material.blocks - first);
  return guarded.bytes();
}

/// or of several.
template <size_t kMessages>
Bytes outcome(Sha256BlocksOf<kMessages>* kernel, const Material& material, bool in_parts) {
  Guarded<uint32_t[kMessages][8]> guarded{material};
  const uint8_t* data[kMessages];
  for (size_t i = 0; i < kMessages; ++i)
    data[i] = material.message(i).data();
  const size_t first = in_parts ? std::min(material.split, material.blocks) : material.blocks;
  kernel(guarded.state, data, first);
  for (const uint8_t*& from : data)
    from += 64 * first;
  kernel(guarded.state, data, material.blocks - first);
  return guarded.bytes();
}

template <size_t kMessages>
Bytes outcome(Blake3Blocks<kMessages>* kernel, const Material& material, bool in_parts) {
  Guarded<uint32_t[kMessages][8]> guarded{material};
  const uint8_t* data[kMessages];
  for (size_t i = 0; i < kMessages; ++i)
    data[i] = material.message(i).data();
  Blake3Tweaks<kMessages> tweaks;
  material.fill(&tweaks, sizeof tweaks, 900);
  const size_t first = in_parts ? std::min(material.split, material.blocks) : material.blocks;
  for (const size_t blocks : {first, material.blocks - first}) {
    if (blocks == 0)
      continue;
    Blake3Tweaks<kMessages> part = tweaks;
    const bool is_first = data[0] == material.message(0).data();
    const bool is_last = blocks == material.blocks || !is_first;
    part.first = is_first ? tweaks.first : 0;
    part.last = is_last ? tweaks.last : 0;
    kernel(guarded.state, data, blocks, part);
    for (const uint8_t*& from : data)
      from += 64 * blocks;
  }
  return guarded.bytes();
}

/// Rounds, some more than blocks.
template <typename State, typename Words>
Bytes outcome(void (*kernel)(State&, const Words&, uint32_t, uint32_t), const Material& material,
              bool in_parts) {
  Words words;
  material.fill(&words, sizeof words, 700);
  Guarded<State> guarded{material};
  const auto rounds = static_cast<uint32_t>(7 * material.blocks);
  const auto next = static_cast<uint32_t>(words[0] % 10);
  const uint32_t first =
      in_parts ? std::min(static_cast<uint32_t>(4 * material.split), rounds) : rounds;
  kernel(guarded.state, words, next, first);
  kernel(guarded.state, words, (next + first) % 10, rounds - first);
  return guarded.bytes();
}

/// Elements of BN254's scalar field below its order, each time others.
template <size_t kCount>
struct Elements {
  Bn254Scalar at[kCount];

  Elements(const Material& material, size_t from) {
    for (Bn254Scalar& element : at) {
      U256 word;
      material.fill(&word, sizeof word, from += 37);
      element = Bn254Scalar::from_word(word).normal();
    }
  }
};
constexpr size_t kElements = 17;

Bytes outcome(void (*kernel)(const Bn254Scalar*, Bn254Scalar*, size_t), const Material& material,
              bool) {
  const Elements<kElements> in{material, 0};
  Guarded<Bn254Scalar[kElements]> guarded{material};
  kernel(in.at, guarded.state, 1 + 4 * material.blocks);
  return guarded.bytes();
}

Bytes outcome(void (*kernel)(const Bn254Scalar*, const Bn254Scalar*, const Bn254Scalar*,
                             Bn254Scalar*, size_t, size_t),
              const Material& material, bool in_parts) {
  const Elements<kElements * kElements> matrix{material, 0};
  const Elements<kElements> vector{material, 100}, addends{material, 200};
  Guarded<Bn254Scalar[kElements]> guarded{material};
  const size_t rows = 2 + material.blocks, width = 1 + 3 * material.split;
  const size_t first = in_parts ? rows / 2 : rows;
  kernel(matrix.at, vector.at, addends.at, guarded.state, first, width);
  if (in_parts)
    kernel(matrix.at + first * width, vector.at, addends.at + first, guarded.state + first,
           rows - first, width);
  return guarded.bytes();
}

Bytes outcome(void (*kernel)(Bn254Scalar*, const Bn254Scalar*, const Bn254Scalar*, size_t, size_t),
              const Material& material, bool in_parts) {
  const size_t rest = 1 + 3 * material.split, rounds = 2 + material.blocks;
  const Elements<2 * kElements> factors{material, 0};
  const Elements<kElements> shifts{material, 100};
  Guarded<Bn254Scalar[3 * kElements]> guarded{material};
  const Elements<3 * kElements> line{material, 200};
  std::ranges::copy(line.at, guarded.state);
  const size_t first = in_parts ? rounds / 2 : rounds;
  kernel(guarded.state, factors.at, shifts.at, rest, first);
  if (in_parts)
    kernel(guarded.state + 2 * first, factors.at, shifts.at + first, rest, rounds - first);
  return guarded.bytes();
}

Bytes outcome(const KernelVariant& variant, const Material& material, bool in_parts) {
  switch (variant.kind) {
#define KERNEL(name, parameters, meaning)                                                          \
  case KernelKind::name:                                                                           \
    return outcome(reinterpret_cast<void(*) parameters>(variant.function), material, in_parts);
#include "runtime/hash/kernels.def"
#undef KERNEL
  }
  return {};
}

// --- whole functions ---

/// All that can be made of a message, one behind the other.
Bytes digests(ByteView message) {
  Bytes all;
  const auto room = [&all](size_t size) {
    all.resize(all.size() + size);
    return std::span{all}.last(size);
  };
  for (const HashAlgorithm& algorithm : hash_algorithms()) {
    if (!algorithm.accepts_input(message.size()))
      continue;
    algorithm.hash(message, room(algorithm.digest));
    if (algorithm.accepts_output(333))
      algorithm.hash(message, room(333));
  }
  std::array<uint8_t, 32> key;
  std::ranges::fill(key, static_cast<uint8_t>(message.size()));
  blake2b(message, room(17), key);
  blake3_keyed(key, message, room(32));
  blake3_derive_key("zvm", message, room(40));
  return all;
}

} // namespace

std::string compare_kernels(Choices& choices) {
  const Material material{choices};
  Bytes expected;
  for (const KernelVariant& variant : kernel_variants()) {
    const bool is_portable = variant.name == "portable";
    if (is_portable)
      expected = outcome(variant, material, false);
    if (!is_portable && outcome(variant, material, false) != expected)
      return complaint(kernel_name(variant.kind), variant.name);
    if (outcome(variant, material, true) != expected)
      return complaint(std::string{kernel_name(variant.kind)} + " in parts", variant.name);
    if (!variant.is_sound)
      return complaint(kernel_name(variant.kind), variant.name) + " at the start";
  }
  return {};
}

std::string compare_digests(ByteView message) {
  message = page_end().put(message);
  Bytes expected;
  {
    const Forced forced{"portable"};
    expected = digests(message);
  }
  for (const std::string_view name : variant_names()) {
    const Forced forced{name};
    if (digests(message) != expected)
      return complaint("a digest of " + std::to_string(message.size()) + " bytes", name);
  }
  return {};
}

std::string compare_parts(Choices& choices, ByteView message) {
  message = page_end().put(message);
  const uint32_t rounds = choices.below(40);
  std::array<uint64_t, 8> state;
  std::array<uint64_t, 16> words;
  for (uint64_t& word : state)
    word = choices.number(8);
  for (uint64_t& word : words)
    word = choices.number(8);
  const std::array<uint64_t, 2> offset{choices.number(8), choices.number(8)};
  for (const std::string_view name : variant_names()) {
    const Forced forced{name};
    // SHA-256 over whole blocks.
    uint32_t whole[8] = {}, parts[8] = {};
    const size_t blocks = message.size() / 64;
    sha256_blocks(whole, message.data(), blocks);
    for (size_t done = 0, now; done < blocks; done += now) {
      now = 1 + choices.below(static_cast<uint32_t>(blocks - done));
      kernels.sha256_blocks(parts, message.data() + 64 * done, now);
    }
    if (!std::ranges::equal(whole, parts))
      return complaint("SHA-256 in parts", name);
    // F of BLAKE2b by rounds.
    Blake2bCompression at_once{state, words, offset, true}, by_steps{state, words, offset, true};
    at_once.mix(rounds);
    for (uint32_t left = rounds; left != 0;) {
      const uint32_t now = 1 + choices.below(left);
      by_steps.mix(now);
      left -= now;
    }
    if (at_once.finish() != by_steps.finish())
      return complaint("BLAKE2b in parts", name);
    // The first bytes of a longer output are the shorter one.
    for (const auto& expand : {shake128, shake256, blake3}) {
      Bytes longer(choices.below(300)), shorter(choices.below(300));
      if (longer.size() < shorter.size())
        longer.swap(shorter);
      expand(message, longer);
      expand(message, shorter);
      if (!std::ranges::equal(shorter, std::span{longer}.first(shorter.size())))
        return complaint("a shorter output", name);
    }
  }
  return {};
}

std::string compare_batches(std::span<const ByteView> messages) {
  struct Function {
    std::string_view name;
    Bytes32 (*one)(ByteView);
    void (*many)(std::span<const ByteView>, std::span<Bytes32>);
  };
  constexpr Function kFunctions[] = {{"keccak256_many", keccak256, keccak256_many},
                                     {"sha256_many", sha256, sha256_many},
                                     {"blake3_many", blake3_256, blake3_many}};
  std::vector<ByteView> inputs(messages.begin(), messages.end());
  if (!inputs.empty())
    inputs.back() = page_end().put(inputs.back());
  for (const Function& function : kFunctions) {
    std::vector<Bytes32> expected;
    {
      const Forced forced{"portable"};
      for (const ByteView input : inputs)
        expected.push_back(function.one(input));
    }
    for (const std::string_view name : variant_names()) {
      const Forced forced{name};
      std::vector<Bytes32> out(inputs.size());
      function.many(inputs, out);
      if (out != expected)
        return complaint(std::string{function.name} + " of " + std::to_string(inputs.size()), name);
    }
  }
  return {};
}

} // namespace zvm::fuzz
