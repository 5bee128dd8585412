#include "gas/schedule.hpp"

#include <algorithm>

#include "gas/cost_info.hpp"

namespace zvm::gas {
namespace {

struct Change {
  Revision revision;
  Cost cost;
  int64_t value;
};

constexpr Change kEvmChanges[] = {
#define CHANGE(revision, name, value, source) {Revision::revision, Cost::name, value},
#include "gas/evm.def"
#undef CHANGE
};
static_assert(std::ranges::is_sorted(kEvmChanges, {}, &Change::revision),
              "the rows of evm.def stand in order of activation");

/// Values: gas a byte.
constexpr Change kStateByte[] = {
#define STATE_BYTE(revision, gas, source) {Revision::revision, Cost::StateByte, gas},
#include "gas/evm.def"
#undef STATE_BYTE
};
/// Values: bytes.
constexpr Change kStateSizes[] = {
#define STATE(revision, name, bytes, source, text) {Revision::revision, Cost::name, bytes},
#include "gas/evm.def"
#undef STATE
};
constexpr int64_t kLargestStateSize = std::ranges::max(kStateSizes, {}, &Change::value).value;

constexpr Change kWasmChanges[] = {
#define WASM_CHANGE(name, value, text) {Revision::Frontier, Cost::name, value},
#include "gas/wasm.def"
#undef WASM_CHANGE
};
constexpr Change kZvmChanges[] = {
#define ZVM_CHANGE(name, value, text) {Revision::Frontier, Cost::name, value},
#include "gas/zvm.def"
#undef ZVM_CHANGE
};

struct WasmScheduleRow {
  WasmSchedule schedule;
  std::string_view text;
  int64_t subunits;
};
constexpr WasmScheduleRow kWasmSchedules[] = {
#define WASM_SCHEDULE(name, text, subunits, doc) {WasmSchedule::name, text, subunits},
#include "gas/wasm.def"
#undef WASM_SCHEDULE
};

constexpr WasmScheduleRow kNoWasmSchedule{WasmSchedule::Wasm1, "?", 1};

struct WasmPrice {
  Cost cost;
  int64_t wasm_1, wasm_v03;
};
constexpr WasmPrice kWasmPrices[] = {
#define WASM_COST(name, wasm_1, wasm_v03, unit, text) {Cost::name, wasm_1, wasm_v03},
#include "gas/wasm.def"
#undef WASM_COST
};

// Whoever goes round a loop pays: every way back is a branch or a call.
static_assert(std::ranges::all_of(kWasmPrices, [](const WasmPrice& p) {
  const bool is_free = p.wasm_1 == 0 || p.wasm_v03 == 0;
  return p.wasm_1 >= 0 && p.wasm_v03 >= 0 && is_free == (p.cost == Cost::WasmMark);
}));

constexpr Revision kRuleSince[] = {
#define RULE(name, since, source, text) Revision::since,
#include "gas/rules.def"
#undef RULE
};
static_assert(std::size(kRuleSince) <= 64);

/// Whether anything is ever charged in state gas by this row.
bool has_state_gas(Cost cost) {
  return cost == Cost::StateByte ||
         std::ranges::find(kStateSizes, cost, &Change::cost) != std::end(kStateSizes);
}

bool is_on(Rule rule, Revision revision) {
  return kRuleSince[static_cast<size_t>(rule)] <= revision;
}

/// Gives all that stands for bytes of state the price of these.
void price_state(Schedule& s, int64_t gas_per_byte) {
  s.prices[static_cast<size_t>(Cost::StateByte)].state = gas_per_byte;
  for (const Change& size : kStateSizes) {
    if (size.revision <= s.revision)
      s.prices[static_cast<size_t>(size.cost)].state = size.value * gas_per_byte;
  }
}

Schedule base_schedule(Revision revision) {
  Schedule s;
  s.revision = revision;
  const auto set = [&s](Cost cost, int64_t value) {
    s.prices[static_cast<size_t>(cost)].execution = value;
  };
#define COST(name, value, unit, text) set(Cost::name, value);
#include "gas/evm.def"
#undef COST
#define ZVM_COST(name, value, unit, text) set(Cost::name, value);
#include "gas/zvm.def"
#undef ZVM_COST
  for (const Change& change : kEvmChanges) {
    if (change.revision <= revision)
      set(change.cost, change.value);
  }
  for (const Change& change : kStateByte) {
    if (change.revision <= revision)
      price_state(s, change.value);
  }
  for (size_t i = 0; i < std::size(kRuleSince); ++i) {
    if (kRuleSince[i] <= revision)
      s.rules |= uint64_t{1} << i;
  }
#define RULE_GAP(name, from, until, source)                                                        \
  if (revision >= Revision::from && revision < Revision::until)                                    \
    s.rules &= ~(uint64_t{1} << static_cast<uint8_t>(Rule::name));
#include "gas/rules.def"
#undef RULE_GAP
  return s;
}

/// The price of a byte first: what is replaced by itself stands, wherever in the list it is.
void apply(Schedule& s, std::span<const Override> overrides) {
  for (const Override& o : overrides) {
    if (o.cost == Cost::StateByte)
      price_state(s, o.price.state);
  }
  for (const Override& o : overrides) {
    if (o.cost < Cost::Count_ && o.cost != Cost::StateByte)
      s.prices[static_cast<size_t>(o.cost)] = o.price;
  }
}

} // namespace

std::array<Override, 3> overrides(const BlobSchedule& schedule) {
  return {{{Cost::BlobTarget, {schedule.target, 0}},
           {Cost::BlobMax, {schedule.max, 0}},
           {Cost::BlobFraction, {schedule.fraction, 0}}}};
}

Result<void> check_overrides(std::span<const Override> overrides, Revision revision) {
  for (const Override& o : overrides) {
    if (o.cost >= Cost::Count_) {
      return fail(ErrorCode::BadArgument, 0,
                  "a price for cost number " + std::to_string(static_cast<unsigned>(o.cost)) +
                      ", and there is none such");
    }
    const CostInfo& row = info(o.cost);
    const auto refuse = [&](std::string_view why) {
      return fail(ErrorCode::BadArgument, 0,
                  "the price of " + std::string{row.name} + " is " +
                      std::to_string(o.price.execution) + std::string{why});
    };
    if (o.price.state != 0 && !has_state_gas(o.cost))
      return fail(ErrorCode::BadArgument, 0,
                  "a price of state gas for " + std::string{row.name} + ", which has none");
    if (o.price.state != 0 && !is_on(Rule::StateGas, revision))
      return fail(ErrorCode::BadArgument, 0,
                  "a price of state gas for " + std::string{row.name} + ", and " +
                      std::string{zvm::name(revision)} + " has no state gas");
    const int64_t most_state =
        o.cost == Cost::StateByte ? kLargestPrice / kLargestStateSize : kLargestPrice;
    if (o.price.state < 0 || o.price.state > most_state) {
      return fail(ErrorCode::BadArgument, 0,
                  "the price of " + std::string{row.name} + " is " + std::to_string(o.price.state) +
                      " of state gas, which is not from 0 to " + std::to_string(most_state));
    }
    if (o.cost == Cost::StateByte && o.price.execution != 0)
      return refuse(" of execution gas, and it has state gas only");
    if (o.price.execution < 0)
      return refuse(", below 0");
    // What is only compared, or counted in wei, takes part in no sum of gas.
    const bool is_no_price = row.unit == "gas" || row.unit == "wei" || row.unit == "blocks" ||
                             o.cost == Cost::MaxBlockSize;
    if (o.price.execution > kLargestPrice && !is_no_price)
      return refuse(", over " + std::to_string(kLargestPrice));
    const bool is_of_module = o.cost >= Cost::WasmMark && row.unit == "op";
    const bool ends_loops = o.cost == Cost::Jumpdest || (is_of_module && o.cost != Cost::WasmMark);
    if (ends_loops && o.price.execution == 0)
      return refuse(", and a loop could go round for nothing");
  }
  return {};
}

Schedule make_evm_schedule(Revision revision, std::span<const Override> overrides) {
  Schedule s = base_schedule(revision);
  apply(s, overrides);
  return s;
}

Schedule make_zvm_schedule(Revision revision, std::span<const Override> overrides) {
  Schedule s = base_schedule(std::max(revision, Revision::Cancun));
  s.vm = Vm::Zvm;
  for (const Change& change : kZvmChanges) {
    s.prices[static_cast<size_t>(change.cost)].execution = change.value;
  }
  apply(s, overrides);
  return s;
}

Schedule make_wasm_schedule(WasmSchedule schedule, Revision revision,
                            std::span<const Override> overrides) {
  Schedule s = base_schedule(std::max(revision, Revision::Cancun));
  s.vm = Vm::Wasm;
  s.unit = Unit::Region;
  s.subunits = row_of(kWasmSchedules, schedule, kNoWasmSchedule).subunits;
  for (const WasmPrice& price : kWasmPrices) {
    s.prices[static_cast<size_t>(price.cost)].execution =
        schedule == WasmSchedule::Wasm1 ? price.wasm_1 : price.wasm_v03;
  }
  for (const Change& change : kWasmChanges)
    s.prices[static_cast<size_t>(change.cost)].execution = change.value;
  apply(s, overrides);
  return s;
}

std::string_view name(WasmSchedule schedule) {
  return row_of(kWasmSchedules, schedule, kNoWasmSchedule).text;
}

Result<WasmSchedule> parse_wasm_schedule(std::string_view text) {
  std::string known;
  for (const WasmScheduleRow& row : kWasmSchedules) {
    if (row.text == text)
      return row.schedule;
    known.append(known.empty() ? "" : ", ").append(row.text);
  }
  return fail(ErrorCode::UnknownName, 0,
              "there is no schedule '" + std::string{text} + "'; there are: " + known);
}

uint64_t Schedule::fingerprint() const {
  uint64_t h = 0xcbf29ce484222325;
  const auto add = [&h](uint64_t v) {
    for (int i = 0; i < 8; ++i, v >>= 8)
      h = (h ^ (v & 0xff)) * 0x100000001b3;
  };
  for (const Price& p : prices) {
    add(static_cast<uint64_t>(p.execution));
    add(static_cast<uint64_t>(p.state));
  }
  add(rules);
  add(static_cast<uint64_t>(subunits));
  add(static_cast<uint64_t>(later_opcodes) << 24 | static_cast<uint64_t>(revision) << 16 |
      static_cast<uint64_t>(vm) << 8 | static_cast<uint64_t>(unit));
  return h;
}

} // namespace zvm::gas
