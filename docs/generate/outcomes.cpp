#include "base/error.hpp"
#include "base/guest.hpp"
#include "base/host_failure.hpp"
#include "base/status.hpp"
#include "docs/generate/pages.hpp"

namespace zvm::docs {
namespace {

struct Refusal {
  std::string_view name, phase, text;
};
constexpr Refusal kRefusals[] = {
#define ERROR(name, phase, text) {#name, phase, text},
#include "base/error.def"
#undef ERROR
};
struct Field {
  std::string_view name, text;
};
constexpr Field kFields[] = {
#define CONTEXT_FIELD(name, text, doc) {text, doc},
#include "base/context_fields.def"
#undef CONTEXT_FIELD
};

std::string_view kind_text(StatusKind kind) {
  constexpr std::string_view kTexts[] = {"ok", "revert", "failure", "host"};
  return kTexts[static_cast<size_t>(kind)];
}

} // namespace

std::string outcomes_page() {
  std::string page =
      page_head("Outcomes, causes, refusals, context",
                "`base/status.def`, `base/host_cause.def`, `base/error.def` and "
                "`base/context_fields.def`",
                "An outcome is how a message ended. *Revert* keeps gas and output; a *failure* "
                "takes all gas of the\n"
                "frame; *host* is not the contract's doing and never visible to a contract.");
  page += "\n## Outcomes\n";
  page += table_head({"outcome", "kind", "EVMC", "meaning"});
  for (const StatusInfo& s : kStatusInfo)
    page += row({code(s.name), kind_text(s.kind), std::to_string(s.evmc), s.text});
  page +=
      "\n## Causes\n\nWhat stands behind an outcome of the host: `host_failure()` in the C++ API, "
      "`host` in the JSON of the tool.\n";
  page += table_head({"cause", "outcome", "meaning"});
  for (const HostCauseInfo& c : host_causes()) {
    if (c.status != Status::Success)
      page += row({code(c.name), code(name(c.status)), c.text});
  }
  page += "\n## Refusals\n\nWhy an input was not accepted; an error also says where, and what it "
          "found.\n";
  page += table_head({"refusal", "phase", "meaning"});
  for (const Refusal& r : kRefusals)
    page += row({code(r.name), r.phase, r.text});
  page += "\n## Context fields\n\nWhat `ctx[field]` reads.\n";
  page += table_head({"field", "meaning"});
  for (const Field& f : kFields)
    page += row({code(f.name), f.text});
  return page;
}

} // namespace zvm::docs
