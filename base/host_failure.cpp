#include "base/host_failure.hpp"

#include <algorithm>

#include "base/alloc.hpp"
#include "base/hex.hpp"
#include "base/status.hpp"
#include "base/table.hpp"

namespace zvm {

static_assert(
    [] {
      for (size_t i = 0; i < std::size(kStatusInfo); ++i) {
        if (is_host(Status{static_cast<uint8_t>(i)}) != (kStatusInfo[i].kind == StatusKind::Host))
          return false;
      }
      return true;
    }(),
    "the rows of the host's outcomes stand last, from HostError on");

namespace {

constexpr HostCauseInfo kHostCauses[] = {
#define HOST_CAUSE(name, status, unit, text) {#name, Status::status, unit, text},
#include "base/host_cause.def"
#undef HOST_CAUSE
};

thread_local HostFailure t_failure;

void reset() {
  t_failure.status = Status::Success;
  t_failure.cause = HostCause::None;
  t_failure.asked = t_failure.limit = 0;
  t_failure.has_account = false;
  t_failure.store_code = 0;
  t_failure.set_store_text({});
}

} // namespace

const HostCauseInfo& info(HostCause cause) { return row_of(kHostCauses, cause, kHostCauses[0]); }
std::span<const HostCauseInfo> host_causes() { return kHostCauses; }

void HostFailure::set_store_text(std::string_view text) {
  if (!is_readable(std::span<const char>{text}))
    text = {};
  text_size_ = static_cast<uint8_t>(std::min(text.size(), text_.size()));
  std::ranges::copy(text.substr(0, text_size_), text_.begin());
}

std::string HostFailure::message() const {
  if (cause == HostCause::None) {
    std::string out{name(status)};
    return out.append(": ").append(info(status).text);
  }
  const HostCauseInfo& row = info(cause);
  const auto amount = [&row](uint64_t number) {
    std::string text = std::to_string(number);
    return row.unit.empty() ? text : text.append(" ").append(row.unit);
  };
  std::string out{row.name};
  out.append(": ").append(row.text);
  if (asked != 0)
    out += " Asked for: " + amount(asked) + ".";
  if (limit != 0)
    out += " Limit: " + amount(limit) + ".";
  if (has_account)
    out += " Account: " + to_hex(account) + ".";
  if (text_size_ != 0)
    out.append(" The store says: ").append(store_text()).append(".");
  if (store_code != 0)
    out += " Its code: " + std::to_string(store_code) + ".";
  return out;
}

const HostFailure& host_failure() { return t_failure; }
HostFailure& noted_failure() { return t_failure; }

Status host_failed(HostCause cause, uint64_t asked, uint64_t limit) {
  reset();
  t_failure.status = info(cause).status;
  t_failure.cause = cause;
  t_failure.asked = asked;
  t_failure.limit = limit;
  return t_failure.status;
}

Status out_of_memory() { return host_failed(HostCause::Allocation, last_refused_allocation()); }

Status out_of_memory_unless_known() {
  return t_failure.status == Status::HostError ? Status::HostError : out_of_memory();
}

void clear_host_failure() {
  forget_refused_allocation();
  if (t_failure.status != Status::Success) [[unlikely]]
    reset();
}

void settle_host_failure(Status status) {
  if (t_failure.status == status)
    return;
  reset();
  t_failure.status = status;
}

Status hook_failed(Status answer, HostCause cause) {
  if (!is_known(answer))
    return host_failed(HostCause::UnknownStatus, static_cast<uint64_t>(answer));
  if (is_host(answer) && t_failure.status != answer && answer == info(cause).status)
    return host_failed(cause);
  return answer;
}

} // namespace zvm
