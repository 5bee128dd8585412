// Guest outcomes as an enum, with their properties, and the way to pass them on. The rows are in status.def.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/table.hpp"

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

inline constexpr StatusInfo kNoStatus{"?", StatusKind::Host, -1, "No outcome has this number."};

/// Whether it is one of the rows, and not a number cast to it.
[[nodiscard]] constexpr bool is_known(Status s) {
  return static_cast<uint8_t>(s) < std::size(kStatusInfo);
}
[[nodiscard]] constexpr const StatusInfo& info(Status s) {
  return row_of(kStatusInfo, s, kNoStatus);
}
[[nodiscard]] constexpr StatusKind kind(Status s) { return info(s).kind; }
[[nodiscard]] constexpr std::string_view name(Status s) { return info(s).name; }

/// True where the outcome is no contract's doing and must reach the caller of the engine unchanged.
[[nodiscard]] constexpr bool is_host(Status s) { return s >= Status::HostError; }

} // namespace zvm

/// `ZVM_RETURN_UNLESS_SUCCESS(f());` passes on a Status that is not Success.
#define ZVM_RETURN_UNLESS_SUCCESS(...)                                                             \
  do {                                                                                             \
    if (const ::zvm::Status zvm_status_ = (__VA_ARGS__); zvm_status_ != ::zvm::Status::Success)    \
      return zvm_status_;                                                                          \
  } while (false)
