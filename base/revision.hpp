// Ethereum revisions. The rows are in revision.def.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace zvm {

enum class Revision : uint8_t {
#define REVISION(name, text, supported, since) name,
#include "base/revision.def"
#undef REVISION
};

inline constexpr Revision kLatestRevision = Revision::Osaka;

/// "?" where it is none.
[[nodiscard]] std::string_view name(Revision revision);
/// Unsupported where its rules are not final, UnknownName where it is none.
[[nodiscard]] Result<void> check_supported(Revision revision);

/// Takes the names of revision.def, and the usual spellings of test suites ("EIP150", "Merge",
/// "ConstantinopleFix"), without regard to case. A revision that is known but not supported is
/// refused by name (Unsupported), an unknown one as UnknownName.
[[nodiscard]] Result<Revision> parse_revision(std::string_view text);

} // namespace zvm
