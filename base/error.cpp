#include "base/error.hpp"

#include <utility>

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

} // namespace

std::string_view name(ErrorCode code) { return kRows[static_cast<uint8_t>(code)].name; }
std::string_view text(ErrorCode code) { return kRows[static_cast<uint8_t>(code)].text; }

std::string Error::message() const {
  const Row& row = kRows[static_cast<uint8_t>(code)];
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
