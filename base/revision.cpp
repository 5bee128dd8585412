#include "base/revision.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "base/table.hpp"

namespace zvm {
namespace {

struct Row {
  std::string_view text;
  Revision revision;
  bool supported;
};

constexpr Row kRows[] = {
#define REVISION(name, text, supported, since) {text, Revision::name, supported},
#include "base/revision.def"
#undef REVISION
};

constexpr Row kAliases[] = {
    {"eip150", Revision::TangerineWhistle, true},
    {"tangerinewhistle", Revision::TangerineWhistle, true},
    {"eip158", Revision::SpuriousDragon, true},
    {"spuriousdragon", Revision::SpuriousDragon, true},
    {"constantinoplefix", Revision::Petersburg, true},
    {"merge", Revision::Paris, true},
};

constexpr Row kNoRow{"?", Revision::Frontier, false};

} // namespace

std::string_view name(Revision revision) { return row_of(kRows, revision, kNoRow).text; }

Result<void> check_supported(Revision revision) {
  const Row& row = row_of(kRows, revision, kNoRow);
  if (row.supported)
    return {};
  if (&row == &kNoRow) {
    return fail(ErrorCode::UnknownName, 0,
                "no revision has the number " + std::to_string(static_cast<unsigned>(revision)));
  }
  return fail(ErrorCode::Unsupported, 0,
              "revision '" + std::string{row.text} +
                  "' is not supported: its gas schedule is not final");
}

Result<Revision> parse_revision(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto find = [&](const auto& rows) -> const Row* {
    const auto it = std::ranges::find(rows, std::string_view{lower}, &Row::text);
    return it == std::end(rows) ? nullptr : &*it;
  };
  const Row* row = find(kRows);
  if (row == nullptr)
    row = find(kAliases);
  if (row == nullptr) {
    std::string known;
    for (const Row& r : kRows) {
      if (r.supported)
        known.append(known.empty() ? "" : ", ").append(r.text);
    }
    return fail(ErrorCode::UnknownName, 0,
                "there is no revision '" + std::string{text} + "'; there are: " + known);
  }
  ZVM_CHECK(check_supported(row->revision));
  return row->revision;
}

} // namespace zvm
