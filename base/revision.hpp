// Ethereum revisions. The rows are in revision.def.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace zvm {

enum class Revision : uint8_t {
#define REVISION(name, text, since) name,
#include "base/revision.def"
#undef REVISION
};

/// The last that is in force on mainnet: what is taken where none is asked for.
inline constexpr Revision kLatestRevision = Revision::Osaka;
/// Amsterdam among them, which is there for who asks for it.
inline constexpr unsigned kRevisions = static_cast<unsigned>(Revision::Amsterdam) + 1;

/// "?" where it is none.
[[nodiscard]] std::string_view name(Revision revision);
/// UnknownName where it is none.
[[nodiscard]] Result<void> check_revision(Revision revision);

/// Takes the names of revision.def, and the usual spellings of test suites ("EIP150", "Merge",
/// "ConstantinopleFix"), without regard to case; UnknownName where there is none such.
[[nodiscard]] Result<Revision> parse_revision(std::string_view text);

} // namespace zvm
