#include <vector>

#include "docs/generate/pages.hpp"
#include "gas/schedule.hpp"

namespace zvm::docs {
namespace {

struct Price {
  std::string_view name;
  int64_t value;
  std::string_view unit, text;
};
struct Change {
  Revision revision;
  std::string_view name;
  int64_t value;
  std::string_view source;
};
struct WasmPrice {
  std::string_view name;
  int64_t wasm_1, wasm_v03;
  std::string_view unit, text;
};
constexpr WasmPrice kWasmPrices[] = {
#define WASM_COST(name, wasm_1, wasm_v03, unit, text) {#name, wasm_1, wasm_v03, unit, text},
#include "gas/wasm.def"
#undef WASM_COST
};
struct WasmScheduleRow {
  std::string_view text;
  int64_t subunits;
  std::string_view doc;
};
constexpr WasmScheduleRow kWasmSchedules[] = {
#define WASM_SCHEDULE(name, text, subunits, doc) {text, subunits, doc},
#include "gas/wasm.def"
#undef WASM_SCHEDULE
};
struct Rule {
  std::string_view name;
  Revision since;
  std::string_view source, text;
};
struct Gap {
  std::string_view name;
  Revision from, until;
  std::string_view source;
};

constexpr Price kPrices[] = {
#define COST(name, value, unit, text) {#name, value, unit, text},
#include "gas/evm.def"
#undef COST
};
constexpr Change kChanges[] = {
#define CHANGE(revision, name, value, source) {Revision::revision, #name, value, source},
#include "gas/evm.def"
#undef CHANGE
};
struct StateByte {
  Revision revision;
  int64_t gas;
  std::string_view source;
};
constexpr StateByte kStateBytes[] = {
#define STATE_BYTE(revision, gas, source) {Revision::revision, gas, source},
#include "gas/evm.def"
#undef STATE_BYTE
};
struct StateSize {
  Revision revision;
  std::string_view name;
  int64_t bytes;
  std::string_view source, text;
};
constexpr StateSize kStateSizes[] = {
#define STATE(revision, name, bytes, source, text) {Revision::revision, #name, bytes, source, text},
#include "gas/evm.def"
#undef STATE
};
constexpr Price kZvmPrices[] = {
#define ZVM_COST(name, value, unit, text) {#name, value, unit, text},
#include "gas/zvm.def"
#undef ZVM_COST
};
/// Where a VM's limits are others than the EVM's.
struct VmChange {
  std::string_view name;
  int64_t value;
  std::string_view text;
};
constexpr VmChange kZvmChanges[] = {
#define ZVM_CHANGE(name, value, text) {#name, value, text},
#include "gas/zvm.def"
#undef ZVM_CHANGE
};
constexpr VmChange kWasmChanges[] = {
#define WASM_CHANGE(name, value, text) {#name, value, text},
#include "gas/wasm.def"
#undef WASM_CHANGE
};
constexpr Rule kRules[] = {
#define RULE(name, since, source, text) {#name, Revision::since, source, text},
#include "gas/rules.def"
#undef RULE
};
constexpr Gap kGaps[] = {
#define RULE_GAP(name, from, until, source) {#name, Revision::from, Revision::until, source},
#include "gas/rules.def"
#undef RULE_GAP
};

/// "20; 400 since tangerine-whistle (EIP-150)".
std::string history(const Price& price) {
  std::string text = std::to_string(price.value);
  for (const Change& c : kChanges) {
    if (c.name == price.name)
      text += "; " + std::to_string(c.value) + " since " + std::string{name(c.revision)} + " (" +
              std::string{c.source} + ")";
  }
  return text;
}

/// What prices have in state gas, beside the gas of the tables above.
std::string state_gas() {
  std::string page = "\n## Prices in state gas\n\nWhat these have beside the above, in every VM: "
                     "bytes by which the state grows";
  for (const StateByte& b : kStateBytes) {
    page += ", each " + std::to_string(b.gas) + " since " + std::string{name(b.revision)} + " (" +
            std::string{b.source} + ")";
  }
  page += ". Before, there is no state gas.\n";
  page += table_head({"price", "bytes", "state gas", "for"});
  page += row({code("StateByte"), "1", std::to_string(std::end(kStateBytes)[-1].gas),
               "What the others are counted in; replacing it replaces them."});
  for (const StateSize& s : kStateSizes) {
    page += row({code(s.name), std::to_string(s.bytes),
                 std::to_string(s.bytes * std::end(kStateBytes)[-1].gas), s.text});
  }
  return page;
}

} // namespace

std::string gas_page() {
  std::string page =
      page_head("Gas schedules", "`gas/evm.def`, `gas/zvm.def`, `gas/wasm.def` and `gas/rules.def`",
                "How they are used is in [../gas.md](../gas.md).");
  page += "\n## Prices of the EVM\n\nUp to `StaticEnd` they are classes: what an opcode costs "
          "before anything "
          "dynamic.\n";
  page += table_head({"price", "value", "unit", "for"});
  for (const Price& p : kPrices) {
    if (p.name == "StaticEnd" || p.name == "StateByte")
      continue;
    page += row({code(p.name), history(p), p.unit, p.text});
  }
  page += state_gas();
  page += "\n## Prices of ZVM\n\nWhere ZVM has none of its own it pays the EVM's since Cancun.\n";
  page += table_head({"price", "value", "unit", "for"});
  for (const Price& p : kZvmPrices)
    page += row({code(p.name), std::to_string(p.value), p.unit, p.text});
  page += "\nSchedule `zvm-1` differs in:\n";
  page += table_head({"price", "value", "why"});
  for (const VmChange& c : kZvmChanges)
    page += row({code(c.name), std::to_string(c.value), c.text});
  page += "\n## Prices of WebAssembly\n\nIn sub-units of gas. Which instruction has which is in "
          "[wasm.md](wasm.md).\n";
  page += table_head({"schedule", "sub-units of a gas", "what it is"});
  for (const WasmScheduleRow& s : kWasmSchedules)
    page += row({code(s.text), std::to_string(s.subunits), s.doc});
  page += table_head({"price", "`wasm-1`", "`wasm-v03`", "unit", "for"});
  for (const WasmPrice& p : kWasmPrices) {
    page +=
        row({code(p.name), std::to_string(p.wasm_1), std::to_string(p.wasm_v03), p.unit, p.text});
  }
  page += "\nBoth schedules differ from the EVM's rows in:\n";
  page += table_head({"price", "value", "why"});
  for (const VmChange& c : kWasmChanges)
    page += row({code(c.name), std::to_string(c.value), c.text});
  page += "\n## Rules\n";
  page += table_head({"rule", "since", "source", "meaning"});
  for (const Rule& r : kRules) {
    std::string since{name(r.since)};
    for (const Gap& g : kGaps) {
      if (g.name == r.name)
        since += ", not from " + std::string{name(g.from)} + " (" + std::string{g.source} +
                 ") until " + std::string{name(g.until)};
    }
    page += row({code(r.name), since, r.source, r.text});
  }
  return page;
}

} // namespace zvm::docs
