// Guest outcomes as an enum, with their properties. The rows are in status.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace zvm {

enum class Status : uint8_t {
#define STATUS(name, kind, evmc, text) name,
#include "base/status.def"
#undef STATUS
};

enum class StatusKind : uint8_t { Ok, Revert, Failure, Host };

struct StatusInfo {
  std::string_view name;
  StatusKind kind;
  int evmc;
  std::string_view text;
};

inline constexpr StatusInfo kStatusInfo[] = {
#define STATUS(name, kind, evmc, text) {#name, StatusKind::kind, evmc, text},
#include "base/status.def"
#undef STATUS
};

[[nodiscard]] constexpr const StatusInfo& info(Status s) {
  return kStatusInfo[static_cast<uint8_t>(s)];
}
[[nodiscard]] constexpr StatusKind kind(Status s) { return info(s).kind; }
[[nodiscard]] constexpr std::string_view name(Status s) { return info(s).name; }

/// True where the outcome is no contract's doing and must reach the caller of the engine unchanged.
[[nodiscard]] constexpr bool is_host(Status s) { return kind(s) == StatusKind::Host; }

} // namespace zvm
