#include "cli/t8n/fork_name.hpp"

#include <algorithm>
#include <cctype>

#include "cli/errors.hpp"

namespace zvm::cli {
namespace {

/// Forks that are no revisions: they put off the bomb (EIP-2384, EIP-4345, EIP-5133).
struct Glacier {
  std::string_view name;
  Revision revision;
  int64_t bomb_delay; ///< blocks
};
constexpr Glacier kGlaciers[] = {
    {"MuirGlacier", Revision::Istanbul, 9'000'000},
    {"ArrowGlacier", Revision::London, 10'700'000},
    {"GrayGlacier", Revision::London, 11'400'000},
};

/// In the spelling of execution-spec-tests, which looks for them.
constexpr std::string_view kRevisionNames[] = {
    "Frontier",          "Homestead", "EIP150", "EIP158", "Byzantium", "Constantinople",
    "ConstantinopleFix", "Istanbul",  "Berlin", "London", "Paris",     "Merge",
    "Shanghai",          "Cancun",    "Prague", "Osaka",  "Amsterdam",
};

bool is_same(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

} // namespace

NamedFork read_fork_name(const std::string& option, const std::string& name) {
  for (const Glacier& glacier : kGlaciers) {
    if (is_same(glacier.name, name))
      return {glacier.revision, {}, glacier.bomb_delay};
  }
  for (const gas::BlobFork& fork : gas::kBlobForks) {
    if (is_same(fork.name, name))
      return {.revision = fork.revision, .blobs = fork.blobs, .bomb_delay = 0};
  }
  const Result<Revision> revision = parse_revision(name);
  if (!revision && revision.error().code == ErrorCode::UnknownName)
    throw UsageError(option + ": there is no fork '" + name + "'; there are: " + fork_names());
  return {.revision = value_or_throw(revision, option), .blobs = {}, .bomb_delay = 0};
}

std::string fork_names() {
  std::string names;
  const auto add = [&names](std::string_view name) {
    names.append(names.empty() ? "" : ", ").append(name);
  };
  for (const std::string_view name : kRevisionNames)
    add(name);
  for (const Glacier& glacier : kGlaciers)
    add(glacier.name);
  for (const gas::BlobFork& fork : gas::kBlobForks) {
    std::string name{fork.name};
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    add(name);
  }
  return names;
}

} // namespace zvm::cli
