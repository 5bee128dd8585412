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
};

constexpr Row kRows[] = {
#define REVISION(name, text, since) {text, Revision::name},
#include "base/revision.def"
#undef REVISION
};

constexpr Row kAliases[] = {
    {"eip150", Revision::TangerineWhistle},      {"tangerinewhistle", Revision::TangerineWhistle},
    {"eip158", Revision::SpuriousDragon},        {"spuriousdragon", Revision::SpuriousDragon},
    {"constantinoplefix", Revision::Petersburg}, {"merge", Revision::Paris},
};

constexpr Row kNoRow{"?", Revision::Frontier};

} // namespace

std::string_view name(Revision revision) { return row_of(kRows, revision, kNoRow).text; }

Result<void> check_revision(Revision revision) {
  if (&row_of(kRows, revision, kNoRow) != &kNoRow)
    return {};
  return fail(ErrorCode::UnknownName, 0,
              "no revision has the number " + std::to_string(static_cast<unsigned>(revision)));
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
    for (const Row& r : kRows)
      known.append(known.empty() ? "" : ", ").append(r.text);
    return fail(ErrorCode::UnknownName, 0,
                "there is no revision '" + std::string{text} + "'; there are: " + known);
  }
  return row->revision;
}

} // namespace zvm
