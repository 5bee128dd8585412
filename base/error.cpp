#include "base/error.hpp"

#include <utility>

#include "base/table.hpp"

namespace zvm {
namespace {

struct Row {
  std::string_view name;
  std::string_view phase;
  std::string_view text;
};

constexpr Row kRows[] = {
#define ERROR(name, phase, text) {#name, phase, text},
#include "base/error.def"
#undef ERROR
};
constexpr Row kNoRow{"?", "?", "No refusal has this number."};

} // namespace

std::string_view name(ErrorCode code) { return row_of(kRows, code, kNoRow).name; }
std::string_view text(ErrorCode code) { return row_of(kRows, code, kNoRow).text; }

std::string Error::message() const {
  const Row& row = row_of(kRows, code, kNoRow);
  std::string out{row.phase};
  out += ": ";
  out += row.name;
  if (offset != 0)
    out += " at " + std::to_string(offset);
  out += ": ";
  out += detail.empty() ? std::string{row.text} : detail;
  return out;
}

Error make_error(ErrorCode code, uint64_t offset, std::string detail) {
  return Error{code, offset, std::move(detail)};
}

} // namespace zvm
