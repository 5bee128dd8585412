// What a module may use and how large it may be. The rows are in features.def and limits.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace zvm::frontend::wasm {

enum class Feature : uint8_t {
#define FEATURE(name, since, text, remedy) name,
#define UNSUPPORTED(name, text, remedy) name,
#include "frontend/wasm/features.def"
#undef FEATURE
#undef UNSUPPORTED
};

inline constexpr std::string_view kFeatureTexts[] = {
#define FEATURE(name, since, text, remedy) text,
#define UNSUPPORTED(name, text, remedy) text,
#include "frontend/wasm/features.def"
#undef FEATURE
#undef UNSUPPORTED
};

inline constexpr std::string_view kFeatureRemedies[] = {
#define FEATURE(name, since, text, remedy) remedy,
#define UNSUPPORTED(name, text, remedy) remedy,
#include "frontend/wasm/features.def"
#undef FEATURE
#undef UNSUPPORTED
};

[[nodiscard]] constexpr std::string_view text(Feature feature) {
  return kFeatureTexts[static_cast<size_t>(feature)];
}
/// What to do where a profile is without it; empty for what every profile has.
[[nodiscard]] constexpr std::string_view remedy(Feature feature) {
  return kFeatureRemedies[static_cast<size_t>(feature)];
}

/// A set of features.
struct Features {
  uint32_t bits = 0;

  [[nodiscard]] constexpr bool has(Feature feature) const {
    return (bits >> static_cast<unsigned>(feature) & 1) != 0;
  }
  [[nodiscard]] constexpr Features with(Feature feature) const {
    return {bits | uint32_t{1} << static_cast<unsigned>(feature)};
  }
};

/// All features up to a version of the core specification; 4: all that are supported.
[[nodiscard]] constexpr Features features_of_version(int version) {
  Features features;
#define FEATURE(name, since, text, remedy)                                                         \
  if ((since) <= version)                                                                          \
    features = features.with(Feature::name);
#define UNSUPPORTED(name, text, remedy)
#include "frontend/wasm/features.def"
#undef FEATURE
#undef UNSUPPORTED
  return features;
}

struct Limits {
#define LIMIT(name, engine, contract, text) uint64_t name = engine;
#include "frontend/wasm/limits.def"
#undef LIMIT
};

struct Profile {
  Features features;
  Limits limits;
};

/// Modules of an embedder: all that is supported.
inline constexpr Profile kEngineProfile{features_of_version(4), {}};

/// Contracts (ABI zvm-wasm-1): no floats, vectors or references. The one table may be named in more
/// bytes than it takes, as LLVM does (WebAssembly tool conventions, Lime1: call-indirect-overlong).
/// What the ABI asks of imports and exports is not a matter of decoding.
inline constexpr Profile kContractProfile{Features{}
                                              .with(Feature::Core)
                                              .with(Feature::SignExtension)
                                              .with(Feature::MultiValue)
                                              .with(Feature::BulkMemory)
                                              .with(Feature::TableIndices),
                                          {
#define LIMIT(name, engine, contract, text) .name = contract,
#include "frontend/wasm/limits.def"
#undef LIMIT
                                          }};

} // namespace zvm::frontend::wasm
