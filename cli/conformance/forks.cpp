#include "cli/conformance/forks.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "cli/conformance/fixture.hpp"

namespace zvm::cli {
namespace {

bool equals_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](unsigned char c) { return std::tolower(c); },
      [](unsigned char c) { return std::tolower(c); });
}

/// The blob schedule that a revision has by itself.
gas::BlobSchedule own_blobs(Revision revision) {
  const gas::Schedule s = gas::make_evm_schedule(revision);
  return {s[gas::Cost::BlobTarget], s[gas::Cost::BlobMax], s[gas::Cost::BlobFraction]};
}

gas::BlobSchedule read_blobs(const JsonView& entry) {
  const auto number = [&entry](const char* key) {
    const JsonView field = entry.at(key);
    const uint64_t value = read_u64(field);
    if (value > INT32_MAX)
      field.refuse("too large");
    return static_cast<int64_t>(value);
  };
  return {number("target"), number("max"), number("baseFeeUpdateFraction")};
}

/// Forks of blob schedules alone have a number behind their name: those of mainnet are in
/// gas/blob.def, others are as the file has them, on top of the last revision that mainnet's are
/// on.
bool is_blob_fork(std::string_view name) {
  constexpr std::string_view kName = "BPO";
  return name.starts_with(kName) && name.size() > kName.size() &&
         name.find_first_not_of("0123456789", kName.size()) == std::string_view::npos;
}

std::optional<Fork> read_fork(std::string_view name, const JsonView& config) {
  Fork fork;
  constexpr std::string_view kBlobs = "blobSchedule";
  const bool has_blobs = config.has(kBlobs) && config.at(kBlobs).has(name);
  if (const Result<Revision> revision = parse_revision(name)) {
    fork.revision = *revision;
  } else if (is_blob_fork(name)) {
    const auto* row = std::ranges::find_if(gas::kBlobForks, [name](const gas::BlobFork& known) {
      return equals_without_case(known.name, name);
    });
    const bool is_known = row != std::end(gas::kBlobForks);
    if (!is_known && !has_blobs)
      return std::nullopt;
    const gas::BlobFork& own = is_known ? *row : *std::prev(std::end(gas::kBlobForks));
    fork = {own.revision, own.blobs};
  } else {
    return std::nullopt;
  }
  if (has_blobs)
    fork.blobs = read_blobs(config.at(kBlobs).at(name));
  if (fork.blobs == own_blobs(fork.revision))
    fork.blobs.reset();
  return fork;
}

/// "5", "15k".
std::optional<uint64_t> read_begin(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view rest = text.substr(static_cast<size_t>(end - text.data()));
  if (error != std::errc{} || (!rest.empty() && rest != "k"))
    return std::nullopt;
  return rest.empty() ? value : value * 1000;
}

} // namespace

std::optional<ForkSchedule> ForkSchedule::read(std::string_view name, const JsonView& config) {
  ForkSchedule schedule;
  if (const std::optional<Fork> fork = read_fork(name, config)) {
    schedule.first_ = schedule.last_ = *fork;
    return schedule;
  }
  constexpr std::string_view kTo = "To", kAt = "At", kTime = "Time";
  const size_t to = name.find(kTo), at = name.rfind(kAt);
  if (to == std::string_view::npos || at == std::string_view::npos || at < to)
    return std::nullopt;
  std::string_view begin = name.substr(at + kAt.size());
  schedule.by_time_ = begin.starts_with(kTime);
  if (schedule.by_time_)
    begin.remove_prefix(kTime.size());
  const std::optional<Fork> first = read_fork(name.substr(0, to), config);
  const std::optional<Fork> last =
      read_fork(name.substr(to + kTo.size(), at - to - kTo.size()), config);
  const std::optional<uint64_t> begins = read_begin(begin);
  if (!first || !last || !begins)
    return std::nullopt;
  schedule.first_ = *first;
  schedule.last_ = *last;
  schedule.begins_ = *begins;
  return schedule;
}

} // namespace zvm::cli
